import type { ConnectionLineComponentProps } from "@xyflow/react";
import { curve } from "../graph/geometry.ts";
import { useWiring } from "../store/wiring.ts";
import { HIT } from "./flow.ts";
import { wireColour } from "./types.ts";

/** The wire that is being drawn, in the colour of what it will carry. */
export function WireInHand({
  fromX,
  fromY,
  toX,
  toY,
  connectionStatus,
}: ConnectionLineComponentProps) {
  const start = useWiring((wiring) => wiring.start);
  if (!start) return null; // given up with Escape, while the button is still down
  const forward = start.side !== "input";
  const from = { x: fromX + (forward ? -HIT / 2 : HIT / 2), y: fromY };
  const to = { x: toX, y: toY };
  return (
    <path
      className="wire in-hand"
      data-refused={connectionStatus === "invalid" || undefined}
      style={{ color: wireColour(start.port.type) }}
      d={curve(forward ? [from, to] : [to, from])}
    />
  );
}

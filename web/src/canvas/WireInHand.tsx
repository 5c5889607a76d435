import type { ConnectionLineComponentProps, Handle } from "@xyflow/react";
import { curve, endAt } from "../graph/geometry.ts";
import type { End } from "../graph/wires.ts";
import { kinds } from "../store/catalogue.ts";
import { level } from "../store/documents.ts";
import { refusalAt, type Side, useWiring } from "../store/wiring.ts";
import { HIT } from "./flow.ts";
import { wireColour } from "./types.ts";

/** The wire that is being drawn, in the colour of what it will carry. */
export function WireInHand({ fromX, fromY, toX, toY, toHandle }: ConnectionLineComponentProps) {
  const start = useWiring((wiring) => wiring.start);
  if (!start) return null; // given up with Escape, while the button is still down
  const forward = start.side !== "input";
  const taken = start.moving && endAt(level(), kinds(), start.end, "output");
  const from = taken ?? { x: fromX + (forward ? -HIT / 2 : HIT / 2), y: fromY };
  const to = { x: toX, y: toY };
  const refused = toHandle && refusalAt(start, ...endOf(toHandle)) !== null;
  return (
    <path
      className="wire in-hand"
      data-refused={refused || undefined}
      style={{ color: wireColour(start.port.type) }}
      d={curve(forward ? [from, to] : [to, from])}
    />
  );
}

const endOf = ({ nodeId, id, type }: Handle): [End, Side] => [
  { node: nodeId, port: id ?? "" },
  type === "source" ? "output" : "input",
];

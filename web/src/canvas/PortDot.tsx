import { Handle, Position } from "@xyflow/react";
import { type KeyboardEvent, memo } from "react";
import type { Port } from "../api/messages.ts";
import { say } from "../store/ui.ts";
import { endWire, lookOf, type Side, startWire, useWiring } from "../store/wiring.ts";
import { typeName } from "../text/en/canvas.ts";
import { text } from "../text/index.ts";
import { finishWire } from "./finish.ts";
import { topOf, topOfHeader } from "./flow.ts";
import { portShape, wireColour } from "./types.ts";

interface Props {
  node: string;
  title: string;
  port: Port;
  side: Side;
  /** Of its row; null where its row is not shown. */
  y: number | null;
}

/** A port: a dot in an area large enough for a finger, also a button for those without a mouse. */
export const PortDot = memo(function PortDot({ node, title, port, side, y }: Props) {
  const look = useWiring((wiring) => lookOf(wiring.start, node, port, side));
  const input = side === "input";
  const name = text.canvas.port(title, port.name, side);

  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return; // Ctrl+Enter runs
    event.preventDefault();
    event.stopPropagation();
    const { start } = useWiring.getState();
    const here = { node, port: port.name };
    if (!start) {
      startWire(here, side);
      say(text.canvas.wiringFrom(name));
    } else if (start.end.node === node && start.end.port === port.name) endWire();
    else finishWire(start, here, side);
  };

  return (
    <Handle
      id={port.name}
      type={input ? "target" : "source"}
      position={input ? Position.Left : Position.Right}
      className={`port ${portShape(port.type)} ${look}`}
      style={{ top: y === null ? topOfHeader : topOf(y), color: wireColour(port.type) }}
      data-hidden={y === null || undefined}
      data-many={port.many || undefined}
      role="button"
      tabIndex={y === null ? -1 : 0}
      aria-label={name}
      aria-description={text.canvas.portHint(port.type, port.many)}
      title={`${port.name}: ${typeName(port.type)}${port.help ? `\n${port.help}` : ""}`}
      onKeyDown={press}
    />
  );
});

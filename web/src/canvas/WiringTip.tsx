import { useConnection } from "@xyflow/react";
import type { CSSProperties } from "react";
import { refusalAt, useWiring } from "../store/wiring.ts";
import { text } from "../text/index.ts";

/** Beside the pointer while a wire is over a port it cannot go to: why not. */
export function WiringTip() {
  const start = useWiring((wiring) => wiring.start);
  const over = useConnection((connection) =>
    connection.inProgress && connection.toHandle
      ? `${connection.toHandle.type} ${connection.toHandle.nodeId}.${connection.toHandle.id}`
      : "",
  );
  const at = useConnection((connection) => (connection.inProgress ? connection.pointer : null));
  if (!start || !over || !at) return null;
  const [type, name = ""] = over.split(" ");
  const dot = name.indexOf(".");
  const end = { node: name.slice(0, dot), port: name.slice(dot + 1) };
  const refused = refusalAt(start, end, type === "source" ? "output" : "input");
  if (!refused) return null;
  return (
    <div
      className="wiring-tip"
      role="status"
      style={{ "--x": `${at.x}px`, "--y": `${at.y}px` } as CSSProperties}
    >
      {text.canvas.refusal(refused)}
    </div>
  );
}

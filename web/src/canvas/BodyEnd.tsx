import type { NodeProps } from "@xyflow/react";
import { X } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { START } from "../graph/document.ts";
import type { Row } from "../graph/geometry.ts";
import { port as aPort, UNKNOWN } from "../graph/kinds.ts";
import { removePort, renamePort } from "../store/body.ts";
import { NEW } from "../store/wiring.ts";
import { text } from "../text/index.ts";
import { NameField } from "../ui/NameField.tsx";
import { type CardNode, newPortAt } from "./flow.ts";
import { PortDot } from "./PortDot.tsx";

/** An end of a body, seen from inside: what comes in, or what goes out. */
export const BodyEnd = memo(function BodyEnd({ id, data }: NodeProps<CardNode>) {
  const { card } = data;
  const start = id === START;
  const title = start ? text.canvas.ends.start : text.canvas.ends.end;
  const side = start ? "output" : "input";
  const help = start ? text.canvas.newPort.start : text.canvas.newPort.end;
  const fresh = useMemo(() => aPort(NEW, UNKNOWN, { help }), [help]);
  const { width, height } = card;
  return (
    <article
      className="node end"
      aria-label={title}
      data-start={start || undefined}
      style={{ width, height }}
    >
      <header>
        <span className="title">{title}</span>
      </header>
      {card.rows.map((row) => (
        <EndRow key={row[side]?.name} id={id} title={title} row={row} side={side} />
      ))}
      <PortDot node={id} title={title} port={fresh} side={side} y={newPortAt(card)} />
      <div className="ports new" style={{ top: newPortAt(card), height: 26 }} aria-hidden>
        <span>{help}</span>
      </div>
    </article>
  );
});

interface RowProps {
  id: string;
  title: string;
  row: Row;
  side: "input" | "output";
}

function EndRow({ id, title, row, side }: RowProps) {
  const [naming, setNaming] = useState(false);
  const port = row[side];
  if (!port) return null;
  // seen from outside it is the other side, and `index` is there by itself
  const outer = side === "output" ? "input" : "output";
  const own = !(side === "output" && port.name === "index");
  const keep = (name: string) => {
    if (name !== port.name) renamePort(outer, port.name, name.trim());
    setNaming(false);
  };
  return (
    <>
      <PortDot node={id} title={title} port={port} side={side} y={row.y} />
      <div className="end-port" style={{ top: row.y, height: row.height }}>
        {naming ? (
          <NameField
            label={text.canvas.portName(port.name)}
            first={port.name}
            keep={keep}
            leave={() => setNaming(false)}
          />
        ) : (
          <button
            type="button"
            className="nodrag name"
            disabled={!own}
            aria-label={text.canvas.portName(port.name)}
            onClick={() => setNaming(true)}
          >
            {port.name}
          </button>
        )}
        {own && (
          <button
            type="button"
            className="icon nodrag gone"
            aria-label={text.canvas.removePort(port.name)}
            onClick={() => removePort(outer, port.name)}
          >
            <X size={12} />
          </button>
        )}
      </div>
    </>
  );
}

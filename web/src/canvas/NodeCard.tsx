import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { toggled } from "../graph/folding.ts";
import type { Row } from "../graph/geometry.ts";
import { edit } from "../store/documents.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { CardHead } from "./CardHead.tsx";
import type { CardNode } from "./flow.ts";
import { Picture } from "./Picture.tsx";
import { PortDot } from "./PortDot.tsx";
import { Trouble } from "./Trouble.tsx";
import { useNodePath, useNodeRun, useTrouble, useWill } from "./useNode.ts";
import { ValueRow } from "./ValueRow.tsx";
import { Zone } from "./Zone.tsx";

/** Any node, from its shape: its name, its ports and values, its picture, what is wrong with it. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { entry, shape, card } = data;
  const path = useNodePath(id);
  const at = useNodeRun(path);
  const trouble = useTrouble(path);
  const will = useWill(path);
  const title = entry.title || shape.title;
  const shown = new Set(card.rows.flatMap((row) => [row.input?.name, row.output?.name]));
  return (
    <article
      className="node"
      aria-label={title}
      data-selected={selected || undefined}
      data-mode={entry.mode}
      data-state={trouble ? "wrong" : at?.state}
      data-will={will || undefined}
      data-missing={shape.missing || undefined}
      data-body={entry.body ? entry.type : undefined}
      style={{ width: card.width, height: card.height }}
    >
      <CardHead id={id} entry={entry} shape={shape} folded={card.folded} at={at} will={will} />
      {card.rows.map((row) => (
        <CardRow key={rowKey(row)} id={id} title={title} row={row} data={data} />
      ))}
      {shape.inputs.map((port) =>
        shown.has(port.name) ? null : (
          <PortDot key={port.name} node={id} title={title} port={port} side="input" y={null} />
        ),
      )}
      {card.folded &&
        shape.outputs.map((port) => (
          <PortDot key={port.name} node={id} title={title} port={port} side="output" y={null} />
        ))}
      {card.picture > 0 && !entry.body && (
        <Picture id={id} title={title} at={at} height={card.picture} />
      )}
      {entry.body && card.picture > 0 && (
        <Zone id={id} entry={entry} title={title} height={card.picture - 6} />
      )}
      {trouble && (
        <Trouble
          trouble={trouble}
          path={path}
          id={id}
          missing={shape.missing ? entry.type : undefined}
        />
      )}
    </article>
  );
});

const rowKey = ({ kind, input, output, y }: Row) =>
  `${kind} ${input?.name ?? ""} ${output?.name ?? (input ? "" : y)}`;

interface RowProps {
  id: string;
  title: string;
  row: Row;
  data: CardNode["data"];
}

function CardRow({ id, title, row, data }: RowProps) {
  const { kind, input, output, y, height } = row;
  if (kind === "more") {
    return (
      <button
        type="button"
        className="more nodrag"
        style={{ top: y, height }}
        aria-expanded={data.card.open}
        onClick={() => edit((level) => toggled(level, "open", id))}
      >
        {data.card.open ? text.nodes.less : text.nodes.more(row.count ?? 0)}
      </button>
    );
  }
  return (
    <>
      {input && <PortDot node={id} title={title} port={input} side="input" y={y} />}
      {output && <PortDot node={id} title={title} port={output} side="output" y={y} />}
      {kind === "value" && input ? (
        <ValueRow id={id} title={title} port={input} entry={data.entry} y={y} height={height} />
      ) : (
        <div className="ports" style={{ top: y, height }} aria-hidden>
          <span data-optional={(input && !input.required) || undefined}>
            {input && label(input.name)}
          </span>
          <span>{output && label(output.name)}</span>
        </div>
      )}
    </>
  );
}

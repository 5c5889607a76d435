/** A value of a node by itself, with the same control as on its card. */
import { ValueRow } from "../canvas/ValueRow.tsx";
import type { Twig } from "../graph/outline.ts";
import { useLevel } from "../store/documents.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { Markdown } from "../ui/Markdown.tsx";
import { Modal } from "../ui/Modal.tsx";
import { nameIn } from "./outlineDeeds.ts";

const words = text.panels.outline;

interface Props {
  readonly of: Extract<Twig, { kind: "port" }>;
  readonly close: () => void;
}

export function ValueDialog({ of: { node, port }, close }: Props) {
  const entry = useLevel().nodes[node];
  if (!entry) return null;
  const title = nameIn(node);
  const done = (
    <button type="button" className="button primary" onClick={close}>
      {words.done}
    </button>
  );
  return (
    <Modal title={words.edit(label(port.name), title)} onClose={close} foot={done}>
      <div className="one-value">
        <ValueRow id={node} title={title} port={port} entry={entry} y={0} height={26} />
      </div>
      {port.help && <Markdown text={port.help} />}
    </Modal>
  );
}

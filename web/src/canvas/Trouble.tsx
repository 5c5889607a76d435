import type { Trouble as Told } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";
import { setAt } from "../graph/levels.ts";
import { editWorkflow } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { NearestFile, NearestType } from "./NearestFix.tsx";

interface Props {
  trouble: Told;
  path: string;
  /** A type of node that is not here, at this id. */
  missing?: string | undefined;
  id: string;
}

/** What is wrong with a node, in one sentence on the node, and a button that mends it. */
export function Trouble({ trouble, path, missing, id }: Props) {
  const { port, message, fix, node } = trouble;
  const inside = node && node !== path ? `${node.slice(path.length + 1)}: ` : "";
  return (
    <div className="trouble nodrag nopan" role="note">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long sentence is scrolled by keys too */}
      <p tabIndex={0}>
        {inside}
        {port && <b>{port}</b>} {message}
      </p>
      {fix && (
        <button type="button" className="button small" onClick={() => mend(fix.set)}>
          {fix.title || text.nodes.mend}
        </button>
      )}
      {missing !== undefined && <NearestType id={id} type={missing} />}
      {!fix && port && node === path && <NearestFile id={id} port={port} />}
    </div>
  );
}

function mend(set: Record<string, unknown>): void {
  editWorkflow((workflow) =>
    Object.entries(set).reduce((now, [place, value]) => setAt(now, place, value as Json), workflow),
  );
}

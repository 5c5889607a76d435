import { ChevronDown, ChevronRight, CircleHelp, Square } from "lucide-react";
import { memo } from "react";
import type { Entry } from "../graph/document.ts";
import { setTitle } from "../graph/edit.ts";
import { toggled } from "../graph/folding.ts";
import type { Shape } from "../graph/kinds.ts";
import { edit, useTab } from "../store/documents.ts";
import { stop } from "../store/running.ts";
import type { NodeRun } from "../store/runs.ts";
import { setNaming, show, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { NameField } from "../ui/NameField.tsx";

interface Props {
  id: string;
  entry: Entry;
  shape: Shape;
  folded: boolean;
  at: NodeRun | undefined;
  will: "run" | "reuse" | "";
}

/** The title, which a double-click renames, and what the node is at. */
export const CardHead = memo(function CardHead({ id, entry, shape, folded, at, will }: Props) {
  const naming = useUi((ui) => ui.naming === id);
  const title = entry.title || shape.title;
  return (
    <header title={[title, entry.note || shape.help].filter(Boolean).join("\n")}>
      <button
        type="button"
        className="icon nodrag"
        aria-label={folded ? text.nodes.unfold(title) : text.nodes.fold(title)}
        onClick={() => edit((level) => toggled(level, "folded", id))}
      >
        {folded ? <ChevronRight size={14} /> : <ChevronDown size={14} />}
      </button>
      {naming ? (
        <TitleField id={id} entry={entry} shape={shape} done={() => setNaming(null)} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the same is in the menu and on F2
        <span
          className="title"
          onDoubleClick={(event) => {
            event.stopPropagation();
            setNaming(id);
          }}
        >
          {title}
        </span>
      )}
      <Badge entry={entry} at={at} will={will} />
      {at?.state === "running" && <StopRun />}
      <button
        type="button"
        className="icon quiet nodrag"
        aria-label={text.nodes.help(title)}
        onClick={() => show({ kind: "help", type: entry.type })}
      >
        <CircleHelp size={14} />
      </button>
    </header>
  );
});

function StopRun() {
  const run = useTab((tab) => tab.run);
  return (
    <button
      type="button"
      className="icon nodrag"
      aria-label={text.nodes.stop}
      onClick={() => void stop(run ?? undefined)}
    >
      <Square size={12} fill="currentColor" />
    </button>
  );
}

function Badge({ entry, at, will }: Pick<Props, "entry" | "at" | "will">) {
  if (entry.mode) {
    const told = entry.mode === "mute" ? text.nodes.muted : text.nodes.bypassed;
    return <span className="badge">{told}</span>;
  }
  if (at?.state === "running") {
    const told = at.of ? text.nodes.step(at.step ?? 0, at.of) : text.nodes.working;
    return (
      <span className="badge working">
        {told} {at.secondsLeft != null && <span>{text.nodes.left(at.secondsLeft)}</span>}
      </span>
    );
  }
  if (at?.reused) return <span className="badge reused">{text.nodes.reused}</span>;
  if (at?.state === "done" && at.seconds !== undefined) {
    return <span className="badge">{text.nodes.duration(at.seconds)}</span>;
  }
  if (will === "reuse") return <span className="badge reused">{text.nodes.willReuse}</span>;
  return null;
}

function TitleField({ id, entry, shape, done }: FieldProps) {
  const keep = (title: string) => {
    const own = title.trim() === shape.title ? "" : title.trim();
    edit((level) => setTitle(level, id, own.slice(0, 200)));
    done();
  };
  return (
    <NameField
      className="title"
      label={text.nodes.rename(shape.title)}
      first={entry.title || shape.title}
      keep={keep}
      leave={done}
    />
  );
}

type FieldProps = Pick<Props, "id" | "entry" | "shape"> & { done: () => void };

import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { withDrawn } from "../graph/drawn.ts";
import { setValue } from "../graph/edit.ts";
import { edit, endGesture, here, type Place } from "../store/documents.ts";
import { setNaming, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Markdown } from "../ui/Markdown.tsx";
import { useSoon } from "../widgets/useSoon.ts";
import type { CardNode } from "./flow.ts";

/** A note: Markdown on paper, written where it stands after a double-click. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<CardNode>) {
  const { entry, card, shape } = data;
  const writing = useUi((ui) => ui.naming === id);
  const soon = useSoon();
  const said = typeof entry.values?.text === "string" ? entry.values.text : "";
  const title = entry.title || shape.title;
  return (
    <article
      className="note"
      aria-label={title}
      data-selected={selected || undefined}
      style={{ width: card.width, height: card.height }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        setNaming(id);
      }}
    >
      <NodeResizer
        isVisible={selected}
        minWidth={160}
        minHeight={60}
        onResize={(_, to) => resize(id, to)}
        onResizeEnd={() => endGesture()}
      />
      {writing ? (
        <textarea
          className="nodrag nowheel"
          aria-label={title}
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody wants to write in it
          autoFocus
          defaultValue={said}
          onChange={({ currentTarget: { value } }) => {
            const place = here();
            soon.later(() => write(id, value, place));
          }}
          onKeyDown={({ key, nativeEvent, currentTarget }) => {
            if (key !== "Escape" || nativeEvent.isComposing) return;
            currentTarget.closest<HTMLElement>("[tabindex]")?.focus();
          }}
          onBlur={() => {
            soon.now();
            endGesture();
            setNaming(null);
          }}
        />
      ) : (
        <div className="paper nowheel">
          {said ? <Markdown text={said} /> : <p className="dim">{text.nodes.editNote}</p>}
        </div>
      )}
    </article>
  );
});

const write = (id: string, said: string, place: Place): void =>
  edit((level) => setValue(level, id, "text", said), `write ${id}`, place);

interface To {
  x: number;
  y: number;
  width: number;
  height: number;
}

function resize(id: string, { x, y, width, height }: To): void {
  edit((level) => {
    const size = [Math.round(width), Math.round(height)] as const;
    const sized = withDrawn(level, { sizes: { ...level.editor?.sizes, [id]: size } });
    const at = [Math.round(x), Math.round(y)] as const;
    return { ...sized, layout: { ...sized.layout, [id]: at } };
  }, `size ${id}`);
}

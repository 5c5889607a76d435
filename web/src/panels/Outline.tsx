/** The workflow as a tree that can be read, walked and changed by keys alone, in step with the canvas. */
import { X } from "lucide-react";
import { toggle, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { OutlineTree } from "./OutlineTree.tsx";

const words = text.panels.outline;

export function Outline() {
  const open = useUi(({ outline }) => outline);
  if (!open) return null;
  return (
    <section className="panel outline" aria-label={words.title}>
      <header className="panel-head">
        <h2>{words.title}</h2>
        <button
          type="button"
          className="button bare"
          aria-label={text.panels.close}
          onClick={() => toggle("outline")}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <p className="dim" id="outline-hint">
        {words.hint}
      </p>
      <OutlineTree />
    </section>
  );
}

/** The workflow as a tree that can be read, walked and changed by keys alone, in step with the canvas. */
import { useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { OutlineTree } from "./OutlineTree.tsx";
import { PanelHead } from "./PanelHead.tsx";

const words = text.panels.outline;

export function Outline() {
  const open = useUi(({ outline }) => outline);
  if (!open) return null;
  return (
    <section className="panel outline" aria-label={words.title}>
      <PanelHead title={words.title} panel="outline" />
      <p className="dim" id="outline-hint">
        {words.hint}
      </p>
      <OutlineTree />
    </section>
  );
}

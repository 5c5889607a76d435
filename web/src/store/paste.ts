/** Copy, cut and paste as text. The clipboard's own events do it by keys: they need no permission. */
import { copied, pasted } from "../graph/clip.ts";
import { removeNodes } from "../graph/edit.ts";
import { text } from "../text/index.ts";
import { camera } from "./camera.ts";
import { activeTab, edit, level, select } from "./documents.ts";
import { toast } from "./ui.ts";

const WRITING = "input, textarea, select, [contenteditable], [role=dialog]";

/** Ctrl+Shift+V: the wires that came from outside are kept. */
let withWires = false;

const isElsewhere = () =>
  Boolean(document.activeElement?.closest(WRITING)) || Boolean(String(getSelection()));

function copy(event: ClipboardEvent): boolean {
  const { selected } = activeTab();
  if (isElsewhere() || !selected.size) return false;
  event.clipboardData?.setData("text/plain", copied(level(), selected));
  event.preventDefault();
  return true;
}

function cut(event: ClipboardEvent): void {
  const { selected } = activeTab();
  if (!copy(event)) return;
  edit((now) => removeNodes(now, selected));
  select([]);
}

function paste(event: ClipboardEvent): void {
  if (document.activeElement?.closest(WRITING)) return;
  const said = event.clipboardData?.getData("text/plain") ?? "";
  if (pasteText(said, withWires)) event.preventDefault();
  withWires = false;
}

/** Whether the text was a workflow, which stands where the pointer is now. */
export function pasteText(said: string, wired = false): boolean {
  const found = pasted(level(), said, camera().pointer(), wired);
  if (!found) return false;
  edit(() => found.level);
  select(found.ids);
  return true;
}

function keys(event: KeyboardEvent): void {
  withWires = event.shiftKey && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v";
}

/** Begin to listen; what is given back ends it. */
export function listenToClipboard(): () => void {
  document.addEventListener("copy", copy);
  document.addEventListener("cut", cut);
  document.addEventListener("paste", paste);
  window.addEventListener("keydown", keys, true);
  return () => {
    document.removeEventListener("copy", copy);
    document.removeEventListener("cut", cut);
    document.removeEventListener("paste", paste);
    window.removeEventListener("keydown", keys, true);
  };
}

/** As from a menu. Browsers give pages the clipboard only when they are asked to. */
export async function pasteNow(wired: boolean): Promise<void> {
  const said = await navigator.clipboard?.readText().catch(() => undefined);
  if (said === undefined) return toast(text.canvas.cannotPaste);
  if (!pasteText(said, wired)) toast(text.canvas.nothingToPaste);
}

/** The selection once more, beside itself, with the wires that come in. */
export function duplicateNodes(): void {
  const { selected } = activeTab();
  const places = [...selected].map((id) => level().layout?.[id] ?? [0, 0]);
  const [x, y] = [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))];
  const found = pasted(level(), copied(level(), selected), { x: x + 40, y: y + 40 }, true);
  if (!found) return;
  edit(() => found.level);
  select(found.ids);
}

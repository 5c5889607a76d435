/** The one listener for keys: what is pressed anywhere on the page becomes a command, or is left. */
import { keepAhead } from "./ahead.ts";
import { heard, type Place } from "./commands/hearing.ts";
import { canDo, commandAt } from "./commands/index.ts";
import { useUi } from "./ui.ts";

const TYPED = "textarea, select, [contenteditable=''], [contenteditable='true'], input";
const POINTED = new Set(["range", "checkbox", "radio", "button", "color", "file", "submit"]);
/** What a button, a tab or an item of a list does with keys itself. */
const PRESSED =
  "button, [role=button], a[href], summary, [role=option], [role=menuitem], [role=tab], [role=slider]";
const COPIES = /^Mod\+[CVX]$/;
const ALOFT = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

export function placeOf(target: EventTarget | null): Place {
  const at = target instanceof Element ? target : null;
  const field = at?.closest(TYPED);
  const pointed = field instanceof HTMLInputElement && POINTED.has(field.type);
  return {
    field: !field ? "none" : pointed || field.tagName === "SELECT" ? "other" : "text",
    aloft: useUi.getState().dialog !== null || Boolean(at?.closest(ALOFT)),
    button: Boolean(at?.closest(PRESSED)),
  };
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (placeOf(event.target).field === "none" && keepAhead(event)) {
    event.preventDefault();
    return;
  }
  const found = commandAt(event);
  if (!found) return;
  if (!heard(found.chord, found.command.group, placeOf(event.target))) return;
  const can = canDo(found.command);
  // text that was marked on the page is what is copied; and what cannot be done is left to the page
  if (COPIES.test(found.chord) && (!can || String(getSelection()))) return;
  // the browser's own meaning of our keys would surprise: Ctrl+S saves the page
  if (can || found.chord.startsWith("Mod+")) event.preventDefault();
  if (can) found.command.run();
}

/** React Flow selects and unselects with these when a node has the focus: ours come first there. */
const DRAWN = ".react-flow__node, .react-flow__edge";

function first(event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof Element) || !target.matches(DRAWN)) return;
  pressed(event);
  if (event.defaultPrevented) event.stopPropagation();
}

/** Begin to listen; what is given back ends it. */
export function listen(): () => void {
  window.addEventListener("keydown", first, true);
  window.addEventListener("keydown", pressed);
  return () => {
    window.removeEventListener("keydown", first, true);
    window.removeEventListener("keydown", pressed);
  };
}

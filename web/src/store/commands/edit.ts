/** Undo, select, delete, mute and bypass. */
import { disconnectAll, removeAndHeal, removeNodes, setMode } from "../../graph/edit.ts";
import { healInput } from "../../graph/fits.ts";
import { idOf, wiresOf } from "../../graph/wires.ts";
import { kinds } from "../catalogue.ts";
import { activeTab, edit, goTo, level, redoEdit, select, undoEdit } from "../documents.ts";
import { duplicateNodes, pasteNow } from "../paste.ts";
import { selectWires, useWiring } from "../wiring.ts";
import type { Command } from "./command.ts";

const selected = () => activeTab().selected;
const some = () => selected().size > 0;
const wires = () => useWiring.getState().selected;
const someOrWires = () => some() || wires().size > 0;

/** Escape: first nothing is selected any more, then the inside of a node is left. */
const canLetGo = () => someOrWires() || activeTab().path.length > 0;

function letGo(): void {
  if (!someOrWires()) return goTo(activeTab().path.slice(0, -1));
  select([]);
  selectWires([]);
}

function toggleMode(mode: "mute" | "bypass"): void {
  const ids = [...selected()].filter((id) => level().nodes[id]);
  const all = ids.every((id) => level().nodes[id]?.mode === mode);
  edit((now) => setMode(now, ids, all ? undefined : mode));
}

function remove(heal: boolean): void {
  const [gone, known] = [selected(), kinds()];
  const through = (id: string, output: string) => healInput(level(), id, output, known);
  const cut = wires();
  edit((now) => {
    const left = disconnectAll(
      now,
      wiresOf(now).filter((wire) => cut.has(idOf(wire))),
    );
    return heal ? removeAndHeal(left, gone, through) : removeNodes(left, gone);
  });
  select([]);
  selectWires([]);
}

export const EDIT: readonly Command[] = [
  {
    id: "undo",
    group: "edit",
    keys: "Mod+Z",
    can: () => activeTab().history.past.length > 0,
    run: undoEdit,
  },
  {
    id: "redo",
    group: "edit",
    keys: "Mod+Shift+Z Mod+Y",
    can: () => activeTab().history.future.length > 0,
    run: redoEdit,
  },
  {
    id: "delete",
    group: "edit",
    keys: "Delete Backspace",
    can: someOrWires,
    run: () => remove(false),
  },
  { id: "delete-heal", group: "edit", keys: "Mod+Delete", can: some, run: () => remove(true) },
  // their keys are the browser's own: see store/paste.ts
  {
    id: "copy",
    group: "edit",
    fixed: "Mod+C",
    can: some,
    run: () => void document.execCommand("copy"),
  },
  {
    id: "cut",
    group: "edit",
    fixed: "Mod+X",
    can: some,
    run: () => void document.execCommand("cut"),
  },
  { id: "paste", group: "edit", fixed: "Mod+V", run: () => void pasteNow(false) },
  { id: "paste-wired", group: "edit", fixed: "Mod+Shift+V", run: () => void pasteNow(true) },
  { id: "duplicate-nodes", group: "edit", keys: "Mod+D", can: some, run: duplicateNodes },
  {
    id: "select-all",
    group: "edit",
    keys: "Mod+A",
    run: () => select(Object.keys(level().nodes)),
  },
  { id: "select-none", group: "edit", keys: "Escape", can: canLetGo, run: letGo },
  { id: "mute", group: "node", keys: "Mod+M", can: some, run: () => toggleMode("mute") },
  { id: "bypass", group: "node", keys: "Mod+B", can: some, run: () => toggleMode("bypass") },
];

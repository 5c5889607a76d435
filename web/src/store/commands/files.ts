/** Workflows: open and close, save and name, out into a file and back in. */
import { activate, activeTab, useDocuments } from "../documents.ts";
import { exportSeen } from "../exporting.ts";
import { close, duplicate, newTab, removeSeen, save, tried } from "../files.ts";
import { chooseFiles } from "../importing.ts";
import { show } from "../ui.ts";
import type { Command } from "./command.ts";

/** The tab so many places on; after the last comes the first. */
function step(by: number): void {
  const { tabs, active } = useDocuments.getState();
  const at = tabs.findIndex(({ key }) => key === active);
  const next = tabs[(at + by + tabs.length) % tabs.length];
  if (next) activate(next.key);
}

const several = () => useDocuments.getState().tabs.length > 1;

export const FILES: readonly Command[] = [
  { id: "new", group: "file", keys: "Alt+N", run: newTab },
  { id: "open", group: "file", keys: "Mod+O", run: () => show({ kind: "open" }) },
  { id: "save", group: "file", keys: "Mod+S", run: () => void save(activeTab().key) },
  { id: "save-as", group: "file", keys: "Mod+Shift+S", run: () => show({ kind: "save-as" }) },
  { id: "rename", group: "file", keys: "Shift+F2", run: () => show({ kind: "rename" }) },
  { id: "duplicate", group: "file", run: duplicate },
  { id: "delete-workflow", group: "file", run: () => void tried(removeSeen) },
  { id: "import", group: "file", run: chooseFiles },
  { id: "export", group: "file", keys: "Mod+E", run: () => void exportSeen() },
  { id: "share", group: "file", run: () => show({ kind: "share" }) },
  { id: "close", group: "file", keys: "Alt+W", run: () => void close(activeTab().key) },
  { id: "next-tab", group: "file", keys: "Alt+PageDown", can: several, run: () => step(1) },
  { id: "previous-tab", group: "file", keys: "Alt+PageUp", can: several, run: () => step(-1) },
];

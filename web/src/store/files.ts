/** Saved workflows: open, name, copy, throw away and bring back. What cannot be raises `Refused`. */
import { bin, restore as bringBack, type Thrown } from "../api/http.ts";
import { Refused } from "../api/line.ts";
import { EMPTY } from "../graph/document.ts";
import { commit } from "../graph/history.ts";
import { text } from "../text/index.ts";
import { line } from "./connection.ts";
import {
  activate,
  activeTab,
  changeTab,
  closeTab,
  openTab,
  type Tab,
  tabOf,
  useDocuments,
} from "./documents.ts";
import { asWorkflow } from "./reading.ts";
import { isDirty, save, UNSENT } from "./saving.ts";
import { askFiles, freeName, isTaken, titleOf, useFiles } from "./shelf.ts";
import { toast } from "./ui.ts";

export { isDirty, save } from "./saving.ts";
export { askFiles, freeName, titleOf, useFiles } from "./shelf.ts";

const openAs = (name: string): Tab | undefined =>
  useDocuments.getState().tabs.find((tab) => tab.name === name);

const revisionOf = (name: string): number =>
  openAs(name)?.revision ??
  useFiles.getState().list.find((one) => one.name === name)?.revision ??
  0;

/** Do it, and say why where it is refused; whether it was done. */
export async function tried(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, "bad");
    return false;
  }
}

// ── opening ───────────────────────────────────────────────────────────────────────────────────────

/** Open a saved workflow, or go to where it is open. */
export async function open(name: string): Promise<void> {
  const there = openAs(name);
  if (there) return activate(there.key);
  const { workflow, revision, notice } = await line.call("workflows.get", { name });
  const read = asWorkflow(workflow);
  if (!("workflow" in read)) {
    const newer = read.why === "newer" && text.files.bring.newer(name, read.format);
    throw new Refused(newer || text.files.noWorkflow(name), "malformed");
  }
  const meanwhile = openAs(name); // pressed twice
  if (meanwhile) return activate(meanwhile.key);
  openTab(read.workflow, { name, revision, stored: read.workflow });
  if (notice) toast(notice);
}

export const newTab = (): Tab => openTab(EMPTY);

/** Close a tab when the server has it. Where that cannot be now, it stays, and the user is asked. */
export async function close(key: string): Promise<void> {
  const tab = tabOf(key);
  if (!tab) return;
  if (!isDirty(tab) || (await save(key))) return closeTab(key);
  activate(key);
  const { trouble } = tabOf(key) ?? tab;
  const anyway = { title: text.files.closeAnyway, run: () => closeTab(key) };
  toast(text.files.notClosed(titleOf(tab), trouble ?? text.files.away), "bad", anyway);
}

// ── naming ────────────────────────────────────────────────────────────────────────────────────────

const titled = (tab: Tab, title: string): Tab => ({
  ...tab,
  history: commit(tab.history, { ...tab.history.now, title }),
});

/** Save under another name; what it was saved as stays. The name must be free. */
export async function saveAs(key: string, name: string): Promise<void> {
  await free(name);
  const quiet = { saving: "saved", trouble: null } as const;
  changeTab(key, (tab) => ({ ...titled(tab, name), name, revision: 0, stored: UNSENT, ...quiet }));
  await save(key);
}

/** Another name for the workflow in a tab, saved or not. */
export async function renameTab(key: string, to: string): Promise<void> {
  const tab = tabOf(key);
  if (!tab || tab.name === to) return;
  if (tab.revision === 0) return saveAs(key, to); // the server has none of that name
  await save(key);
  const { name, revision } = tabOf(key) ?? tab;
  const saved = await line.call("workflows.rename", { name: name ?? "", to, revision });
  changeTab(key, (now) => ({
    ...titled(now, saved.name),
    name: saved.name,
    revision: saved.revision,
  }));
  await save(key);
}

export async function rename(name: string, to: string): Promise<void> {
  const tab = openAs(name);
  if (tab) return renameTab(tab.key, to);
  await line.call("workflows.rename", { name, to, revision: revisionOf(name) });
  await askFiles();
}

async function free(name: string): Promise<void> {
  await askFiles();
  if (isTaken(name)) throw new Refused(text.files.taken(name), "taken");
}

export function duplicate(): void {
  const tab = activeTab();
  const title = freeName(titleOf(tab));
  openTab({ ...tab.history.now, title }, { stored: UNSENT });
  void save(activeTab().key);
}

// ── the bin ───────────────────────────────────────────────────────────────────────────────────────

/** Into the bin, from which it can be brought back. */
export async function remove(name: string): Promise<void> {
  const tab = openAs(name);
  if (tab) await save(tab.key);
  await line.call("workflows.delete", { name, revision: revisionOf(name) });
  if (tab) closeTab(tab.key);
  await askFiles();
  const back = { title: text.files.undoDelete, run: () => void tried(() => undelete(name)) };
  toast(text.files.deleted(name), "plain", back);
}

/** The workflow that is seen, whether it was ever saved or not. */
export async function removeSeen(): Promise<void> {
  const tab = activeTab();
  if (tab.name !== null) return remove(tab.name);
  closeTab(tab.key);
  const back = { title: text.files.undoDelete, run: () => void openTab(tab.history.now, tab) };
  toast(text.files.deleted(titleOf(tab)), "plain", back);
}

async function undelete(name: string): Promise<void> {
  const thrown = (await bin()).find((one) => one.name === name);
  if (thrown) await restore(thrown);
}

/** Back from the bin, and open; under a free name where its own was given away. */
export async function restore({ id, name }: Thrown): Promise<void> {
  await askFiles();
  const saved = await bringBack(id, freeName(name));
  await askFiles();
  await open(saved.name);
}

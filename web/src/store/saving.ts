/** Saving: what is changed here goes to the server by itself, and never over what is newer there. */
import type { Refused } from "../api/line.ts";
import type { Saved, SavedWithWorkflow } from "../api/messages.ts";
import { EMPTY, isWorkflow, type Workflow } from "../graph/document.ts";
import { commit } from "../graph/history.ts";
import { cleanedAll } from "../graph/opened.ts";
import { text } from "../text/index.ts";
import { alike } from "./alike.ts";
import { line, onOpen, useConnection } from "./connection.ts";
import { changeTab, type Tab, tabOf, useDocuments, withHistory } from "./documents.ts";
import { askFiles, freeName, useFiles } from "./shelf.ts";
import { toast } from "./ui.ts";

const AFTER = 700; // ms without another change
/** Stands for whatever the server has where it is not what is here. */
export const UNSENT: Workflow = { ...EMPTY };

export const asDocument = (workflow: Workflow) => workflow as unknown as Record<string, unknown>;

export const isDirty = (tab: Tab): boolean => tab.history.now !== tab.stored && !isPristine(tab);

/** What was only opened or never touched is not saved by itself. */
const isPristine = (tab: Tab): boolean => tab.stored === null && tab.history.past.length === 0;

const timers = new Map<string, number>();

useDocuments.subscribe(({ tabs }, { tabs: before }) => {
  if (tabs === before) return;
  for (const tab of tabs) {
    const was = before.find(({ key }) => key === tab.key);
    if (was?.history.now === tab.history.now) continue;
    if (isDirty(tab)) saveSoon(tab.key);
    else if (tab.saving === "waiting") changeTab(tab.key, (now) => ({ ...now, saving: "saved" }));
  }
});

function saveSoon(key: string): void {
  clearTimeout(timers.get(key));
  timers.set(
    key,
    window.setTimeout(() => void saveIfDirty(key), AFTER),
  );
  changeTab(key, (tab) => (tab.saving === "saved" ? { ...tab, saving: "waiting" } : tab));
}

async function saveIfDirty(key: string): Promise<void> {
  const tab = tabOf(key);
  if (tab && isDirty(tab)) await save(key);
}

/** Everything that waits for a moment of rest, now. */
export function saveAll(): void {
  for (const { key } of useDocuments.getState().tabs) void saveIfDirty(key);
}

const underWay = new Map<string, Promise<boolean>>();

/** Save a tab now; false where that could not be. Saves of a tab go one after another. */
export function save(key: string): Promise<boolean> {
  clearTimeout(timers.get(key));
  const saving = (underWay.get(key) ?? Promise.resolve()).then(() => saveOnce(key));
  underWay.set(key, saving);
  return saving;
}

/** What was sent since the last answer, by tab: a line that was cut may have taken it along. */
const sent = new Map<string, readonly Workflow[]>();
const MOST_SENT = 20;

async function saveOnce(key: string, tries = 0): Promise<boolean> {
  const tab = tabOf(key);
  if (!tab || tab.saving === "conflict") return false;
  const workflow = tab.history.now;
  const name = tab.name ?? freeName(workflow.title);
  if (tab.stored === workflow) return settled(key, workflow, { name, revision: tab.revision });
  changeTab(key, (now) => ({ ...now, name, saving: "saving" }));
  if (useConnection.getState().state === "open") {
    sent.set(key, [...(sent.get(key) ?? []).slice(1 - MOST_SENT), workflow]);
  }
  try {
    const asked = { name, workflow: asDocument(workflow), revision: tab.revision };
    settled(key, workflow, await line.call("workflows.save", asked), name);
    void askFiles();
    return true;
  } catch (error) {
    return refused(key, error as Refused, tries);
  }
}

/** What was changed while it was saved waits for the next time. `asked`: the name it was sent by. */
function settled(
  key: string,
  stored: Workflow,
  { name, revision }: Pick<Saved, "name" | "revision">,
  asked: string | null = name,
): true {
  sent.delete(key);
  changeTab(key, (tab) => {
    if (tab.name !== asked) return tab; // it was given another one meanwhile, and is saved by that
    const done = tab.history.now === stored;
    if (!done) setTimeout(() => saveSoon(key));
    return { ...tab, name, stored, revision, saving: done ? "saved" : "waiting", trouble: null };
  });
  return true;
}

async function refused(key: string, error: Refused, tries: number): Promise<boolean> {
  const { code, message, data } = error;
  const newest = code === "conflict" ? (data.newest as SavedWithWorkflow | undefined) : undefined;
  const seen = tabOf(key)?.revision;
  if (newest && arrived(key, newest)) return saveOnce(key);
  // of what was never saved only the name is taken
  if (tries < 3 && (newest || code === "taken") && seen === 0) {
    await askFiles();
    changeTab(key, (tab) => ({ ...tab, name: null }));
    return saveOnce(key, tries + 1);
  }
  if (code === "not_found" && seen) {
    toast(text.files.goneSaved(tabOf(key)?.name ?? ""));
    changeTab(key, (tab) => ({ ...tab, revision: 0 }));
    return saveOnce(key, tries + 1);
  }
  if (newest) useFiles.setState(({ newer }) => ({ newer: { ...newer, [key]: newest } }));
  // what cannot be sent now is sent with the next line
  const saving = newest ? "conflict" : code === "away" ? "waiting" : "failed";
  const trouble = code === "away" ? null : message;
  changeTab(key, (tab) => ({ ...tab, saving, trouble, stored: tab.stored ?? UNSENT }));
  return false;
}

/** Whether what the server has is what was sent: only its answer was lost. */
function arrived(key: string, newest: SavedWithWorkflow): boolean {
  const tab = tabOf(key);
  const ours = [...(sent.get(key) ?? []), ...(tab ? [tab.history.now] : [])];
  const same = ours.find((one) => alike(one, newest.workflow));
  return same !== undefined && settled(key, same, newest, tab?.name);
}

/** With a new line: newer versions of what is not changed here are taken over, the rest is sent. */
async function meet(): Promise<void> {
  await askFiles();
  const { list } = useFiles.getState();
  for (const tab of useDocuments.getState().tabs) {
    const there = list.find(({ name }) => name === tab.name);
    if (isDirty(tab)) void save(tab.key);
    else if (there && tab.stored && there.revision > tab.revision) void follow(tab.key, there.name);
  }
}

async function follow(key: string, name: string): Promise<void> {
  const found = await line.call("workflows.get", { name }).catch(() => null);
  const tab = tabOf(key);
  if (!found || !tab || isDirty(tab) || !isWorkflow(found.workflow)) return;
  const [theirs, { revision }] = [cleanedAll(found.workflow), found];
  const stored = alike(theirs, tab.history.now) ? tab.history.now : theirs;
  changeTab(key, (now) => {
    return { ...withHistory(now, commit(now.history, stored)), stored, revision };
  });
  if (stored === theirs) toast(text.files.followed(name));
}

onOpen(() => void meet());
window.addEventListener("focus", () => {
  if (useConnection.getState().state === "open") void meet();
});
document.addEventListener("visibilitychange", () => document.hidden && saveAll());

/** What is open here outlives a crash of the page, the browser or the server: kept in the browser. */
import { isObject, isWorkflow, type Workflow } from "../graph/document.ts";
import { begin } from "../graph/history.ts";
import { onOpen } from "./connection.ts";
import { replaceTabs, type Tab, useDocuments } from "./documents.ts";
import { askRun } from "./runs.ts";
import { isDirty, UNSENT } from "./saving.ts";
import { uuid } from "./uuid.ts";
import { hold, ownWindow, pulse } from "./windows.ts";

const [LIST, DRAFT] = ["latentwire.tabs.", "latentwire.draft."];
const AFTER = 200;

type Kept = Pick<Tab, "key" | "run"> & { active: boolean };
/** Whole by itself: where a newer one found no room, the revision it is of is still told. */
type Draft = Pick<Tab, "name" | "revision"> & { workflow: Workflow; dirty: boolean };

interface List {
  readonly window: string;
  readonly at: number;
  /** Whether the page said goodbye. */
  readonly left: boolean;
  readonly tabs: readonly Kept[];
}

let timer = 0;
let own: string | undefined;
let left = false;
/** What was written last, by tab. */
const written = new Map<string, Draft>();

useDocuments.subscribe(() => {
  clearTimeout(timer);
  timer = window.setTimeout(keep, AFTER);
});
window.addEventListener("pagehide", () => leave(true));
window.addEventListener("pageshow", () => leave(false));
document.addEventListener("visibilitychange", () => document.hidden && keep());
pulse(keep);

function leave(going: boolean): void {
  left = going;
  keep();
}

/** Write down what changed since the last time. Where there is no room, the server still has it. */
function keep(): void {
  if (own === undefined) return;
  const { tabs, active } = useDocuments.getState();
  const list = tabs.map(({ key, run }): Kept => ({ key, run, active: key === active }));
  for (const key of written.keys()) if (!tabs.some((tab) => tab.key === key)) forget(key);
  put(LIST + own, { at: Date.now(), left, tabs: list });
  for (const tab of tabs) keepDraft(tab);
}

function keepDraft(tab: Tab): void {
  const { key, name, revision, history } = tab;
  const draft: Draft = { name, revision, workflow: history.now, dirty: isDirty(tab) };
  const before = written.get(key);
  const names = Object.keys(draft) as (keyof Draft)[];
  if (before && names.every((one) => before[one] === draft[one])) return;
  if (put(DRAFT + key, draft)) written.set(key, draft);
}

/** False where the browser gives no room for it: there may be some for what is smaller. */
function put(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function forget(key: string): void {
  localStorage.removeItem(DRAFT + key);
  written.delete(key);
}

/**
 * The tabs as they were left, here or in a page that is gone; false where there were none. Of other
 * pages that are gone, only what the server has not got is taken over.
 */
export async function bringBack(): Promise<boolean> {
  const { before, now } = await ownWindow();
  const lists = listed();
  const mine = lists.find(({ window }) => window === before);
  let tabs = mine ? mine.tabs.flatMap((kept) => asTab(kept)) : [];
  let active = mine?.tabs.find((one) => one.active)?.key;
  if (mine && before !== now) [tabs, active] = copied(tabs, active);
  for (const list of lists) {
    if (list === mine || list.window === now || !(await hold(list.window, list.left ? 0 : list.at)))
      continue;
    const theirs = list.tabs.flatMap((kept) => asTab(kept));
    if (tabs.length === 0) active = list.tabs.find((one) => one.active)?.key;
    tabs.push(...(tabs.length === 0 ? theirs : theirs.filter(isDirty)));
    for (const { key } of theirs) if (!tabs.some((tab) => tab.key === key)) forget(key);
    localStorage.removeItem(LIST + list.window);
  }
  own = now;
  if (tabs.every(({ history }) => Object.keys(history.now.nodes).length === 0)) return false;
  replaceTabs(tabs, active ?? (tabs[0] as Tab).key);
  return true;
}

/** A page that was copied has the same workflows open, and drafts of its own. */
function copied(tabs: readonly Tab[], active?: string): [Tab[], string | undefined] {
  const keys = new Map(tabs.map(({ key }) => [key, uuid()]));
  written.clear();
  return [
    tabs.map((tab) => ({ ...tab, key: keys.get(tab.key) ?? tab.key })),
    keys.get(active ?? ""),
  ];
}

/** The lists of all pages, the newest first. */
function listed(): List[] {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(LIST));
  const lists = names.flatMap((name) => {
    const list = read(name);
    if (!isObject(list) || !Array.isArray(list.tabs)) return [];
    const at = typeof list.at === "number" ? list.at : 0;
    const { left } = list;
    return {
      window: name.slice(LIST.length),
      at,
      left: left === true,
      tabs: list.tabs.filter(isKept),
    };
  });
  return lists.sort((a, b) => b.at - a.at);
}

const isKept = (kept: unknown): kept is Kept => isObject(kept) && typeof kept.key === "string";

function asTab({ key, run }: Kept): Tab[] {
  const draft = read(DRAFT + key);
  if (!isObject(draft) || !isWorkflow(draft.workflow)) return [];
  const { workflow, dirty, name, revision } = draft as Draft;
  written.set(key, { name, revision, workflow, dirty });
  const stored = dirty ? UNSENT : name === null ? null : workflow;
  const saving = dirty ? ("waiting" as const) : ("saved" as const);
  const none = { trouble: null, path: [], selected: new Set<string>() };
  return [{ key, name, revision, run, history: begin(workflow), stored, saving, ...none }];
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** The runs of what is open, with the first line and where events were missed. */
onOpen((anew) => {
  if (!anew) return;
  for (const { run } of useDocuments.getState().tabs) if (run) void askRun(run);
});

/** The open workflows: each with its history, the body one is in, and what is selected there. */
import { create } from "zustand";
import { EMPTY, type Level, type Workflow } from "../graph/document.ts";
import { begin, commit, type History, redo, seal, undo } from "../graph/history.ts";
import { changeAt, levelAt, type Path, standing } from "../graph/levels.ts";
import { cleanedAll } from "../graph/opened.ts";
import { lettingGo } from "../graph/outputs.ts";
import { uuid } from "./uuid.ts";

/** How far the server has what is seen here. */
export type Saving = "saved" | "waiting" | "saving" | "conflict" | "failed";

export interface Tab {
  readonly key: string;
  /** The name it is saved under, null for what was never saved. */
  readonly name: string | null;
  readonly revision: number;
  readonly history: History<Workflow>;
  /** What the server has under that name, as far as is known here. */
  readonly stored: Workflow | null;
  readonly saving: Saving;
  /** Why it is not saved, in a sentence. */
  readonly trouble: string | null;
  readonly path: Path;
  readonly selected: ReadonlySet<string>;
  /** The run of it that is shown: the one at work, else the newest that was submitted here. */
  readonly run: string | null;
}

interface Documents {
  readonly tabs: readonly Tab[];
  readonly active: string;
}

const NOBODY: ReadonlySet<string> = new Set();
const FIRST = blank();

export const useDocuments = create<Documents>(() => ({ tabs: [FIRST], active: FIRST.key }));

function blank(): Tab {
  return {
    key: uuid(),
    name: null,
    revision: 0,
    history: begin(EMPTY),
    stored: null,
    saving: "saved",
    trouble: null,
    path: [],
    selected: NOBODY,
    run: null,
  };
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────

export const activeTab = (documents: Documents = useDocuments.getState()): Tab =>
  documents.tabs.find((tab) => tab.key === documents.active) ?? (documents.tabs[0] as Tab);

export const tabOf = (key: string): Tab | undefined =>
  useDocuments.getState().tabs.find((tab) => tab.key === key);

export const workflowOf = (tab: Tab): Workflow => tab.history.now;

/** The level that is seen. Undoing may take a body away while one is in it: then what is left. */
export const levelOf = (tab: Tab): Level =>
  levelAt(tab.history.now, standing(tab.history.now, tab.path)) ?? tab.history.now;

export const level = (): Level => levelOf(activeTab());

/** For components: the level that is seen. */
export const useLevel = (): Level => useDocuments((documents) => levelOf(activeTab(documents)));

/** For components: something of the tab that is seen. */
export const useTab = <T>(select: (tab: Tab) => T): T =>
  useDocuments((documents) => select(activeTab(documents)));

// ── changing ──────────────────────────────────────────────────────────────────────────────────────

export function changeTab(key: string, change: (tab: Tab) => Tab): void {
  useDocuments.setState(({ tabs }) => ({
    tabs: tabs.map((tab) => (tab.key === key ? change(tab) : tab)),
  }));
}

const changeActive = (change: (tab: Tab) => Tab) => changeTab(activeTab().key, change);

/** A level of an open workflow: where something was begun that ends after others may be seen. */
export interface Place {
  readonly tab: string;
  readonly path: Path;
}

/** The level that is seen. */
export function here(): Place {
  const { key, path, history } = activeTab();
  return { tab: key, path: standing(history.now, path) };
}

/** The one door to a workflow. A key folds the edits of one gesture into a step. */
export function editWorkflow(
  change: (workflow: Workflow) => Workflow,
  key?: string,
  tab = activeTab().key,
): void {
  changeTab(tab, (now) => {
    const next = change(now.history.now);
    const history = commit(now.history, next, key, stepsFor(next));
    return history === now.history ? now : { ...now, history };
  });
}

/** Steps to keep: each has a list of all nodes of its own, and thousands of both fill the memory. */
export const stepsFor = ({ nodes }: Workflow): number =>
  Math.max(250, Math.min(2000, Math.floor(1_000_000 / Object.keys(nodes).length)));

/** As `editWorkflow`, of the level that is seen, or of another. */
export function edit(
  change: (level: Level) => Level,
  key?: string,
  { tab, path }: Place = here(),
): void {
  const within = (now: Workflow) => lettingGo(now, changeAt(now, path, change), path);
  editWorkflow(within, key, tab);
}

/** The gesture is over: what comes next is another step. */
export const endGesture = (key = activeTab().key): void =>
  changeTab(key, (tab) => {
    const history = seal(tab.history);
    return history === tab.history ? tab : { ...tab, history };
  });

export const undoEdit = (): void => changeActive((tab) => withHistory(tab, undo(tab.history)));
export const redoEdit = (): void => changeActive((tab) => withHistory(tab, redo(tab.history)));

/** With another history: in the same body and with the same selected, as far as these are there. */
export function withHistory(tab: Tab, history: History<Workflow>): Tab {
  if (history === tab.history) return tab;
  const path = standing(history.now, tab.path);
  const there = levelAt(history.now, path)?.nodes ?? {};
  const selected = new Set([...tab.selected].filter((id) => Object.hasOwn(there, id)));
  return { ...tab, history, path, selected };
}

export function select(ids: Iterable<string>): void {
  changeActive((tab) => {
    const selected = new Set(ids);
    const alike =
      selected.size === tab.selected.size && [...selected].every((id) => tab.selected.has(id));
    return alike ? tab : { ...tab, selected };
  });
}

/** Look into a body: at the path as it is now. */
export function goTo(path: Path): void {
  changeActive((tab) => ({ ...tab, path: standing(tab.history.now, path), selected: NOBODY }));
}

// ── tabs ──────────────────────────────────────────────────────────────────────────────────────────

export function openTab(workflow: Workflow, more: Partial<Tab> = {}): Tab {
  const clean = cleanedAll(workflow);
  // what was only tidied while it was read is no change of the user's
  const stored = more.stored === workflow ? { stored: clean } : {};
  const tab: Tab = { ...blank(), history: begin(clean), ...more, ...stored };
  useDocuments.setState(({ tabs }) => ({
    tabs: [...tabs.filter((one) => !isUntouched(one)), tab],
    active: tab.key,
  }));
  return tab;
}

/** A new empty tab that nothing was done in, or undone, gives way to what is opened. */
const isUntouched = ({ name, history }: Tab): boolean =>
  name === null && history.now === EMPTY && history.past.length + history.future.length === 0;

export function activate(key: string): void {
  if (tabOf(key)) useDocuments.setState({ active: key });
}

/** Put a tab at another place, counted without it. */
export function moveTab(key: string, to: number): void {
  useDocuments.setState(({ tabs }) => {
    const tab = tabs.find((one) => one.key === key);
    if (!tab || tabs[to] === tab) return {};
    const others = tabs.filter((one) => one !== tab);
    return { tabs: [...others.slice(0, to), tab, ...others.slice(to)] };
  });
}

/** There is always one tab: closing the last leaves an empty one. */
export function closeTab(key: string): void {
  useDocuments.setState(({ tabs, active }) => {
    const at = tabs.findIndex((tab) => tab.key === key);
    const left = tabs.filter((tab) => tab.key !== key);
    if (left.length === 0) left.push(blank());
    const next = left[Math.min(Math.max(at, 0), left.length - 1)] as Tab;
    return { tabs: left, active: active === key ? next.key : active };
  });
}

export function replaceTabs(tabs: readonly Tab[], active: string): void {
  if (tabs.length) useDocuments.setState({ tabs, active });
}

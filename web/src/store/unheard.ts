/** What was pressed here and the server has not answered: kept over a reload, sent with each new line. */
import type { Workflow } from "../graph/document.ts";

export interface Submission {
  readonly id: string;
  readonly tab: string;
  readonly workflow: Workflow;
  readonly targets: string[] | null;
  readonly front: boolean;
}

interface Waiting {
  readonly runs: Submission[];
  readonly stops: string[];
  /** The tab each of the newest runs was begun in. */
  readonly tabs: Record<string, string>;
}

const KEY = "latentwire.unheard";
const MOST_TABS = 100;

function left(): Waiting {
  try {
    const { runs = [], stops = [], tabs = {} } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return { runs, stops, tabs };
  } catch {
    return { runs: [], stops: [], tabs: {} };
  }
}

const before = left();
const runs = new Map(before.runs.map((one) => [one.id, one]));
const stops = new Set(before.stops);
const tabs = new Map(Object.entries(before.tabs));

function keep(): void {
  const kept: Waiting = {
    runs: [...runs.values()],
    stops: [...stops],
    tabs: Object.fromEntries([...tabs].slice(-MOST_TABS)),
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // no room: it is still sent while this page is there
  }
}

export const submissions = (): Submission[] => [...runs.values()];
export const stopsLeft = (): string[] => [...stops];
export const tabOfRun = (run: string): string | undefined => tabs.get(run);

export function remember(submission: Submission): void {
  runs.set(submission.id, submission);
  tabs.set(submission.id, submission.tab);
  keep();
}

/** The server knows of it, or never will. */
export function settle(run: string): void {
  if (runs.delete(run)) keep();
}

export function rememberStop(run: string): void {
  stops.add(run);
  keep();
}

export function forgetStop(run: string): void {
  if (stops.delete(run)) keep();
}

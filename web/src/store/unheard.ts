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
  /** By their ids: each is written by itself, for there may be hundreds, and large ones. */
  readonly runs: string[];
  readonly stops: string[];
  /** The tab each of the newest runs was begun in. */
  readonly tabs: Record<string, string>;
}

const [KEY, RUN] = ["latentwire.unheard", "latentwire.unheard."];
const MOST_TABS = 100;

function left(): Waiting {
  const found = (read(KEY) ?? {}) as Partial<Waiting>;
  return { runs: found.runs ?? [], stops: found.stops ?? [], tabs: found.tabs ?? {} };
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

const before = left();
const runs = new Map(
  before.runs.flatMap((id) => {
    const submission = read(RUN + id) as Submission | null;
    return submission ? [[id, submission] as const] : [];
  }),
);
const stops = new Set(before.stops);
const tabs = new Map(Object.entries(before.tabs));

function keep(): void {
  const kept: Waiting = {
    runs: [...runs.keys()],
    stops: [...stops],
    tabs: Object.fromEntries([...tabs].slice(-MOST_TABS)),
  };
  write(KEY, kept);
}

function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
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
  write(RUN + submission.id, submission);
  keep();
}

/** The server knows of it, or never will. */
export function settle(run: string): void {
  if (!runs.delete(run)) return;
  sessionStorage.removeItem(RUN + run);
  keep();
}

export function rememberStop(run: string): void {
  stops.add(run);
  keep();
}

export function forgetStop(run: string): void {
  if (stops.delete(run)) keep();
}

/** Runs that have ended, the newest first: those of this sitting, and pages of all before. */
import { create } from "zustand";
import type { Output, Run, ServerEvent, Trouble } from "../api/messages.ts";
import { line, onEvent, onOpen } from "./connection.ts";
import { tried } from "./files.ts";
import "./heard.ts";
import { isOpen, type RunSeen, useRuns } from "./runs.ts";

export interface Ended {
  readonly run: string;
  readonly state: "done" | "failed" | "cancelled";
  readonly title: string;
  readonly seconds: number | null;
  readonly outputs: readonly Output[];
  readonly error: Trouble | null;
  readonly queuedAt: number;
}

interface Page {
  readonly runs: readonly Ended[];
  /** Asks for the next page; null at the end, undefined before the first. */
  readonly cursor: string | null | undefined;
}

interface Past extends Page {
  /** What is looked for, and what was found of it. */
  readonly text: string;
  readonly found: Page;
}

const PAGE = 40;
const [PAGES, ENOUGH] = [8, 12]; // pages at once, until so many are shown
const NONE: Page = { runs: [], cursor: undefined };

export const usePast = create<Past>(() => ({ ...NONE, text: "", found: NONE }));

function asEnded(run: Run | RunSeen): Ended[] {
  if (isOpen(run.state)) return [];
  const { title, seconds, outputs, error } = run;
  const queuedAt = "queued_at" in run ? run.queued_at : run.queuedAt;
  return [
    { run: run.run, state: run.state as Ended["state"], title, seconds, outputs, error, queuedAt },
  ];
}

/** Each run once, what comes first counts. */
function joined(...parts: readonly (readonly Ended[])[]): Ended[] {
  const seen = new Map<string, Ended>();
  for (const one of parts.flat()) if (!seen.has(one.run)) seen.set(one.run, one);
  return [...seen.values()];
}

async function page(asked: { text?: string; cursor?: string | null }): Promise<Page> {
  const found = await line.call("runs.list", { ...asked, limit: PAGE });
  return { runs: found.runs.flatMap(asEnded), cursor: found.cursor };
}

let asking = false;

/** What was cancelled before it made anything is found by looking for it only. */
export const isShown = ({ state, outputs }: Ended): boolean =>
  state !== "cancelled" || outputs.length > 0;

/** The next page of all; several, where little of them is shown. */
export async function more(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    for (let left = PAGES, shown = 0; left && shown < ENOUGH; left--) {
      const { cursor } = usePast.getState();
      if (cursor === null) return;
      const next = await page(cursor ? { cursor } : {});
      usePast.setState(({ runs }) => ({ runs: joined(runs, next.runs), cursor: next.cursor }));
      shown += next.runs.filter(isShown).length;
    }
  } catch {
    // away: asked again when one looks again
  } finally {
    asking = false;
  }
}

/** Look for words in titles and prompts; the same words again are the next page. */
export async function lookFor(text: string): Promise<void> {
  const { found, text: before } = usePast.getState();
  const goesOn = text === before && found.cursor !== undefined;
  if (goesOn && found.cursor === null) return;
  usePast.setState(goesOn ? {} : { text, found: NONE });
  if (!text.trim()) return;
  const next = await page({ text, ...(goesOn && { cursor: found.cursor }) }).catch(() => null);
  if (!next || usePast.getState().text !== text) return;
  const runs = goesOn ? joined(found.runs, next.runs) : next.runs;
  usePast.setState({ found: { runs, cursor: next.cursor } });
}

export async function forget(run: string): Promise<void> {
  if (!(await tried(() => line.call("runs.delete", { run })))) return;
  const others = (runs: readonly Ended[]) => runs.filter((one) => one.run !== run);
  usePast.setState(({ runs, found }) => ({
    runs: others(runs),
    found: { ...found, runs: others(found.runs) },
  }));
}

const ENDS = new Set<ServerEvent["kind"]>(["run_finished", "run_failed", "run_cancelled"]);

onEvent((event) => {
  if (!ENDS.has(event.kind) || !("run" in event)) return;
  const seen = useRuns.getState().runs[event.run];
  const ended = seen ? asEnded(seen) : [];
  usePast.setState(({ runs }) => ({ runs: joined(ended, runs) }));
});
onOpen((anew) => {
  if (!anew) return;
  usePast.setState({ ...NONE });
  void more();
});

/** The runs that are open or were seen here: the queue, and what each node of a run is at. */
import { create } from "zustand";
import type { Output, Run, Trouble } from "../api/messages.ts";
import type { Workflow } from "../graph/document.ts";
import { line } from "./connection.ts";

/** What a node is at in a run. `picture` is a preview while it works. */
export interface NodeRun {
  readonly state: "running" | "done" | "failed";
  readonly seconds?: number;
  readonly reused?: boolean;
  readonly step?: number;
  readonly of?: number;
  readonly secondsLeft?: number | null;
  readonly iteration?: number | null;
  readonly picture?: string;
  readonly assets?: readonly string[];
  readonly facts?: Readonly<Record<string, Record<string, unknown>>>;
  readonly notice?: string;
}

/** `asked`: pressed here, and not yet heard of by the server. */
export interface RunSeen {
  readonly run: string;
  readonly state: Run["state"] | "asked";
  readonly title: string;
  readonly queuedAt: number;
  readonly seconds: number | null;
  readonly attempt: number;
  readonly outputs: readonly Output[];
  readonly error: Trouble | null;
  readonly nodes: Readonly<Record<string, NodeRun>>;
  /** What it runs, where that is known here. */
  readonly workflow?: Workflow;
  /** The latest preview of any of its nodes. */
  readonly picture?: string;
}

interface Runs {
  readonly runs: Readonly<Record<string, RunSeen>>;
  /** Waiting runs, the next first. */
  readonly queue: readonly string[];
  readonly paused: boolean;
}

const KEPT = 60;

export const useRuns = create<Runs>(() => ({ runs: {}, queue: [], paused: false }));

export function changeRun(run: string, change: (seen: RunSeen) => RunSeen): void {
  useRuns.setState(({ runs }) => {
    const seen = runs[run];
    return seen ? { runs: { ...runs, [run]: change(seen) } } : {};
  });
}

/** Take runs in, in place of what was known of them. */
export function put(...seen: readonly RunSeen[]): void {
  if (seen.length === 0) return;
  const added = Object.fromEntries(seen.map((one) => [one.run, one]));
  useRuns.setState(({ runs }) => ({ runs: trimmed({ ...runs, ...added }) }));
}

/** Only the newest runs are kept; the previews of the others are given back. */
function trimmed(runs: Runs["runs"]): Runs["runs"] {
  const ended = Object.values(runs).filter(({ state }) => !isOpen(state));
  if (ended.length <= KEPT) return runs;
  const old = ended.sort((a, b) => a.queuedAt - b.queuedAt).slice(0, ended.length - KEPT);
  for (const { picture, nodes } of old) {
    giveBack(picture);
    for (const at of Object.values(nodes)) giveBack(at.picture);
  }
  const gone = new Set(old.map(({ run }) => run));
  return Object.fromEntries(Object.entries(runs).filter(([run]) => !gone.has(run)));
}

/** A preview that is shown no more, a moment later: what shows it may be drawn once more. */
export function giveBack(picture: string | undefined): void {
  if (picture) setTimeout(() => URL.revokeObjectURL(picture), 1000);
}

export const isOpen = (state: RunSeen["state"]): boolean =>
  state === "asked" || state === "queued" || state === "running";

/** A run as `runs.get` and `runs.list` have it, with what is known of its nodes from events. */
export function fromServer(run: Run, known?: RunSeen): RunSeen {
  // an end is an end: what was read before it and comes after it says nothing new
  if (known && !isOpen(known.state) && isOpen(run.state)) return known;
  const nodes: Record<string, NodeRun> = { ...known?.nodes };
  for (const [id, { seconds, reused }] of Object.entries(run.nodes)) {
    nodes[id] = { ...nodes[id], state: "done", seconds, reused };
  }
  for (const { node, asset } of run.outputs) {
    const assets = nodes[node]?.assets ?? [];
    if (!assets.includes(asset)) {
      nodes[node] = { state: "done", ...nodes[node], assets: [...assets, asset] };
    }
  }
  if (!isOpen(run.state)) stopAll(nodes);
  if (run.error?.node) nodes[run.error.node] = { ...nodes[run.error.node], state: "failed" };
  return {
    ...(known?.picture && { picture: known.picture }),
    run: run.run,
    state: run.state,
    title: run.title,
    queuedAt: run.queued_at,
    seconds: run.seconds,
    attempt: run.attempt,
    outputs: run.outputs,
    error: run.error,
    nodes,
    ...(known?.workflow && { workflow: known.workflow }),
  };
}

/** Nothing of a run that has ended is at work any more. */
function stopAll(nodes: Record<string, NodeRun>): void {
  for (const [id, at] of Object.entries(nodes)) if (at.state === "running") delete nodes[id];
}

/** Ask for a run by its id, as for the last one of a workflow that was opened again. */
export async function askRun(run: string): Promise<void> {
  const found = await line.call("runs.get", { run }).catch(() => null);
  if (!found) return;
  const workflow = found.workflow as unknown as Workflow;
  put({ ...fromServer(found, useRuns.getState().runs[run]), workflow });
}

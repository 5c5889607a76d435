/** The order of the queue, and how far a run is: what is shown of them, from what is known. */
import type { Trouble } from "../api/messages.ts";
import type { NodeRun, RunSeen } from "./runs.ts";

type Runs = Readonly<Record<string, RunSeen>>;

/** What waits, the next first: as the server has it, then what it has not heard of yet. */
export function waitingOf(runs: Runs, queue: readonly string[]): string[] {
  const asked = Object.values(runs).filter(
    ({ state, run }) => state === "asked" && !queue.includes(run),
  );
  return [...queue.filter((run) => runs[run]), ...asked.map(({ run }) => run)];
}

export const runningOf = (runs: Runs): string[] =>
  Object.values(runs).flatMap(({ run, state }) => (state === "running" ? run : []));

/** The queue with one run at another place, counted without it. */
export function movedTo(queue: readonly string[], run: string, to: number): string[] {
  const others = queue.filter((one) => one !== run);
  const at = Math.max(0, Math.min(to, others.length));
  return [...others.slice(0, at), run, ...others.slice(at)];
}

export interface Progress {
  readonly node: string;
  readonly step: number;
  readonly of: number;
  readonly secondsLeft: number | null;
}

/** The node of a run that says how far it is, the innermost where it is in a body. */
export function progressOf({ nodes }: Pick<RunSeen, "nodes">): Progress | undefined {
  const counting = ([, at]: [string, NodeRun]) => at.state === "running" && at.of !== undefined;
  const depth = (node: string) => node.split("/").length;
  const [found] = Object.entries(nodes)
    .filter(counting)
    .sort(([a], [b]) => depth(b) - depth(a));
  if (!found) return undefined;
  const [node, { step = 0, of = 0, secondsLeft = null }] = found;
  return { node, step, of, secondsLeft };
}

/** Which run Stop means: the one of this workflow that runs, then its newest that waits, then any. */
export function toStop(runs: Runs, isOwn: (run: string) => boolean): string | undefined {
  const open = Object.values(runs).filter(({ state }) => state !== "done");
  const running = open.filter(({ state }) => state === "running");
  const own = running.find(({ run }) => isOwn(run));
  if (own) return own.run;
  const waiting = open.filter(({ state, run }) => isOwn(run) && isWaiting(state));
  return (waiting.sort((a, b) => b.queuedAt - a.queuedAt)[0] ?? running[0])?.run;
}

const isWaiting = (state: RunSeen["state"]) => state === "asked" || state === "queued";

/** What went wrong as a whole sentence: messages go on from the name of their port. */
export function toldOf({ port, message }: Pick<Trouble, "port" | "message">): string {
  return port ? `${port.replaceAll("_", " ")} ${message}` : message;
}

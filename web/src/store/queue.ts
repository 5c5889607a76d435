/** The queue on the server: asked for anew after changes, and changed by hand. */
import type { Run } from "../api/messages.ts";
import { line, onEvent, onOpen } from "./connection.ts";
import { tried } from "./files.ts";
import "./heard.ts";
import { movedTo } from "./order.ts";
import { askRun, fromServer, isOpen, put, useRuns } from "./runs.ts";

const EVERY = 400; // ms: each run that comes or goes changes the queue
const PAGES = 4; // of 500: nobody looks at more

let timer = 0;
let last = 0;

/** Soon, and once for many changes. */
function askSoon(): void {
  if (timer) return;
  timer = window.setTimeout(() => void askQueue(), Math.max(50, last + EVERY - Date.now()));
}

/** What waits and what runs. */
export async function askQueue(): Promise<void> {
  clearTimeout(timer);
  timer = 0;
  last = Date.now();
  try {
    const { runs: waiting, paused } = await allWaiting();
    const running = await line.call("runs.list", { state: "running" });
    const known = useRuns.getState().runs;
    put(...[...waiting, ...running.runs].map((run) => fromServer(run, known[run.run])));
    const place = ({ position }: Run) => position ?? 0;
    const queue = waiting.sort((a, b) => place(a) - place(b)).map(({ run }) => run);
    const stillWaits = (run: string) => useRuns.getState().runs[run]?.state === "queued";
    useRuns.setState({ queue: queue.filter(stillWaits), paused });
  } catch {
    // away: the next line asks again
  }
}

/** Pages come with the newest first, so the next to run are on the last one. */
async function allWaiting(): Promise<{ runs: Run[]; paused: boolean }> {
  const runs: Run[] = [];
  let cursor: string | null = null;
  for (let page = 0; ; page++) {
    const asked = { state: "queued" as const, limit: 500, cursor };
    const found: Awaited<ReturnType<typeof line.call<"runs.list">>> = await line.call(
      "runs.list",
      asked,
    );
    runs.push(...found.runs);
    cursor = found.cursor;
    if (!cursor || page + 1 === PAGES) return { runs, paused: found.paused };
  }
}

/** Open runs whose end was missed are asked for one by one. */
async function catchUp(): Promise<void> {
  await askQueue();
  const { runs, queue } = useRuns.getState();
  for (const { run, state } of Object.values(runs)) {
    if (isOpen(state) && state !== "asked" && !queue.includes(run)) await askRun(run);
  }
}

// ── by hand ───────────────────────────────────────────────────────────────────────────────────────

/** Seen at once; where the server says no, it is asked how things are. */
export async function move(run: string, position: number): Promise<void> {
  useRuns.setState(({ queue }) => ({ queue: movedTo(queue, run, position) }));
  if (!(await tried(() => line.call("runs.move", { run, position })))) await askQueue();
}

export async function setPaused(paused: boolean): Promise<void> {
  useRuns.setState({ paused });
  const done = await tried(() => line.call(paused ? "queue.pause" : "queue.resume"));
  if (!done) useRuns.setState({ paused: !paused });
}

export const clearQueue = (): Promise<boolean> => tried(() => line.call("queue.clear"));

onEvent((event) => {
  if (event.kind !== "queue_changed") return;
  if (event.paused !== useRuns.getState().paused) useRuns.setState({ paused: event.paused });
  askSoon();
});
onOpen(() => void catchUp());

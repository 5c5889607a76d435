/** What the server tells of runs while they go on, taken in as it comes. */
import type { Output, ServerEvent } from "../api/messages.ts";
import { onEvent, onPreview } from "./connection.ts";
import { changeRun, giveBack, type NodeRun, put, type RunSeen, useRuns } from "./runs.ts";

type Event<K extends ServerEvent["kind"]> = Extract<ServerEvent, { kind: K }>;

function changeNode(run: string, node: string, change: (at: NodeRun | undefined) => NodeRun): void {
  changeRun(run, (seen) => ({
    ...seen,
    nodes: { ...seen.nodes, [node]: change(seen.nodes[node]) },
  }));
}

function hear(event: ServerEvent): void {
  switch (event.kind) {
    case "run_queued":
      return queued(event);
    case "run_started":
      return started(event);
    case "node_started": {
      const { run, node, iteration } = event;
      return changeNode(run, node, (at) => ({ ...at, state: "running", iteration }));
    }
    case "node_progress":
      return progress(event);
    case "node_finished":
      return finished(event);
    case "node_notice": {
      const { run, node, message } = event;
      return changeNode(run, node, (at) => ({ state: "running", ...at, notice: message }));
    }
    case "run_finished":
      return ended(event.run, { state: "done", seconds: event.seconds, outputs: event.outputs });
    case "run_cancelled":
      return ended(event.run, { state: "cancelled", outputs: event.outputs });
    case "run_failed":
      return failed(event);
  }
}

function queued({ run, title, position }: Event<"run_queued">): void {
  const known = useRuns.getState().runs[run];
  const blank = { seconds: null, outputs: [], error: null, attempt: 0, nodes: {} };
  put({ queuedAt: Date.now() / 1000, ...blank, ...known, run, title, state: "queued" });
  useRuns.setState(({ queue }) => {
    const others = queue.filter((one) => one !== run);
    return { queue: [...others.slice(0, position), run, ...others.slice(position)] };
  });
}

function started({ run, attempt }: Event<"run_started">): void {
  take(run);
  changeRun(run, (seen) => {
    for (const at of Object.values(seen.nodes)) giveBack(at.picture);
    return { ...seen, state: "running", attempt, nodes: {} };
  });
}

const take = (run: string) =>
  useRuns.setState(({ queue }) =>
    queue.includes(run) ? { queue: queue.filter((one) => one !== run) } : {},
  );

function progress({ run, node, step, of, iteration, ...event }: Event<"node_progress">): void {
  const secondsLeft = event.seconds_left;
  changeNode(run, node, (at) => ({ ...at, state: "running", step, of, secondsLeft, iteration }));
}

function finished(event: Event<"node_finished">): void {
  const { seconds, reused, facts, iteration } = event;
  changeNode(event.run, event.node, (at) => {
    const { picture, step: _, of: __, ...rest } = at ?? {};
    const before = at?.assets ?? [];
    const assets = [...before, ...event.assets.filter((asset) => !before.includes(asset))];
    // a preview stays where nothing better comes: a sampler has no picture of its own
    if (assets.length) giveBack(picture);
    const kept = picture && assets.length === 0 ? { picture } : {};
    return { ...rest, ...kept, state: "done", seconds, reused, facts, iteration, assets };
  });
}

function failed({ run, node, port, message, fix, outputs }: Event<"run_failed">): void {
  if (node) changeNode(run, node, (at) => ({ ...at, state: "failed" }));
  ended(run, { state: "failed", outputs, error: { node, port, message, fix } });
}

/** What was still at work is at work no more; files that were made are shown where they were. */
function ended(run: string, said: Partial<RunSeen> & { outputs: readonly Output[] }): void {
  take(run);
  changeRun(run, (seen) => {
    const still = Object.entries(seen.nodes).filter(([, at]) => at.state !== "running");
    return { ...seen, ...said, nodes: Object.fromEntries(still) };
  });
}

/** A preview replaces the one before it. */
function see(run: string, node: string, picture: Blob): void {
  if (!useRuns.getState().runs[run]) return;
  const url = URL.createObjectURL(picture);
  changeRun(run, (seen) => {
    const at = seen.nodes[node];
    giveBack(at?.picture);
    const shown: NodeRun = { state: "running", ...at, picture: url };
    return { ...seen, picture: url, nodes: { ...seen.nodes, [node]: shown } };
  });
}

onEvent(hear);
onPreview((head, picture) => see(head.run, head.node, picture));

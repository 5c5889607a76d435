import { expect, test } from "vitest";
import { movedTo, progressOf, runningOf, toStop, waitingOf } from "../src/store/order.ts";
import type { RunSeen } from "../src/store/runs.ts";

const seen = (run: string, state: RunSeen["state"], queuedAt = 0): RunSeen => ({
  run,
  state,
  title: run,
  queuedAt,
  seconds: null,
  attempt: 1,
  outputs: [],
  error: null,
  nodes: {},
});
const by = (...runs: RunSeen[]) => Object.fromEntries(runs.map((one) => [one.run, one]));

test("what waits is in the order of the server, what it has not heard of comes last", () => {
  const runs = by(seen("new", "asked"), seen("a", "queued"), seen("b", "queued"));
  expect(waitingOf(runs, ["b", "a"])).toEqual(["b", "a", "new"]);
});

test("a run that the server has put into its queue stands there once", () => {
  expect(waitingOf(by(seen("a", "asked")), ["a"])).toEqual(["a"]);
});

test("what runs is not among what waits", () => {
  const runs = by(seen("a", "running"), seen("b", "done"), seen("c", "queued"));
  expect(runningOf(runs)).toEqual(["a"]);
  expect(waitingOf(runs, ["c"])).toEqual(["c"]);
});

test("a run is moved to a place that is counted without it, and never out of the queue", () => {
  expect(movedTo(["a", "b", "c"], "c", 0)).toEqual(["c", "a", "b"]);
  expect(movedTo(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
  expect(movedTo(["a", "b", "c"], "a", 99)).toEqual(["b", "c", "a"]);
  expect(movedTo(["a", "b"], "b", -1)).toEqual(["b", "a"]);
});

test("the innermost node that counts says how far a run is", () => {
  const nodes = {
    loop: { state: "running", step: 1, of: 3 },
    "loop/sample": { state: "running", step: 4, of: 20, secondsLeft: 2 },
    save: { state: "done" },
  } as const;
  expect(progressOf({ nodes })).toEqual({ node: "loop/sample", step: 4, of: 20, secondsLeft: 2 });
  expect(progressOf({ nodes: { save: { state: "running" } } })).toBeUndefined();
});

test("Stop means the run of this workflow that runs before all others", () => {
  const runs = by(seen("other", "running"), seen("own", "running"), seen("later", "queued"));
  expect(toStop(runs, (run) => run !== "other")).toBe("own");
});

test("where none of it runs, Stop means its newest that waits", () => {
  const runs = by(seen("other", "running"), seen("old", "queued", 1), seen("new", "asked", 2));
  expect(toStop(runs, (run) => run !== "other")).toBe("new");
});

test("where none of it is open, Stop means what runs at all, or nothing", () => {
  const runs = by(seen("other", "running"), seen("own", "done"));
  expect(toStop(runs, (run) => run === "own")).toBe("other");
  expect(toStop(by(seen("own", "failed")), () => true)).toBeUndefined();
});

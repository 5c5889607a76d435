import { describe, expect, it } from "vitest";
import type { Workflow } from "../src/graph/document.ts";
import { counting, follow, MOST, rolled } from "../src/graph/seeds.ts";
import { bodyOf, entryOf, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const SWEEP = example("guidance-sweep");
const withSeeds = (seeds: Record<string, "random" | "next">): Workflow => ({
  ...FIRST,
  editor: { seeds },
});
const seedOf = (workflow: Workflow) => entryOf(workflow, "sample").values?.seed;

describe("seeds before a run", () => {
  it("stay where nothing else was asked for", () => {
    expect(rolled(FIRST)).toBe(FIRST);
  });

  it("are drawn anew, and short enough to be read", () => {
    expect(seedOf(rolled(withSeeds({ "sample.seed": "random" }), () => 2 ** 32 + 12))).toBe(12);
  });

  it("are drawn by the browser where nobody else draws", () => {
    const drawn = seedOf(rolled(withSeeds({ "sample.seed": "random" })));
    expect(Number.isInteger(drawn)).toBe(true);
  });

  it("are counted up", () => {
    const before = seedOf(FIRST) as number;
    expect(seedOf(rolled(withSeeds({ "sample.seed": "next" })))).toBe(before + 1);
    expect(follow(MOST)).toBe(0);
    expect(follow(undefined)).toBe(0);
  });

  it("are all counted up where that is asked for, but for those that a wire brings", () => {
    const counted = counting(FIRST, KINDS);
    expect(counted.editor?.seeds).toEqual({ "sample.seed": "next" });
    expect(seedOf(rolled(counted))).toBe((seedOf(FIRST) as number) + 1);
    const lone: Workflow = { ...FIRST, nodes: { model: entryOf(FIRST, "model") } };
    expect(counting(lone, KINDS)).toBe(lone);
    const within = {
      ...lone,
      nodes: { held: { type: "group", body: { ...FIRST, inputs: {}, outputs: {} } } },
    };
    expect(bodyOf(counting(within as Workflow, KINDS), "held").editor?.seeds).toEqual({
      "sample.seed": "next",
    });
  });

  it("stay where a wire brings them, or the node is gone", () => {
    const loop: Workflow = { ...example("open-loop"), editor: { seeds: { "noise.seed": "next" } } };
    expect(rolled(loop)).toBe(loop);
    const gone = withSeeds({ "gone.seed": "random", nonsense: "next" });
    expect(rolled(gone)).toBe(gone);
  });

  it("change inside bodies", () => {
    const sweep = entryOf(SWEEP, "sweep");
    const body = {
      ...bodyOf(SWEEP, "sweep"),
      editor: { seeds: { "sample.seed": "next" as const } },
    };
    const workflow: Workflow = { ...SWEEP, nodes: { ...SWEEP.nodes, sweep: { ...sweep, body } } };
    expect(entryOf(bodyOf(rolled(workflow), "sweep"), "sample").values?.seed).toBe(7);
  });
});

import { describe, expect, it } from "vitest";
import type { Workflow } from "../src/graph/document.ts";
import { changeAt } from "../src/graph/levels.ts";
import { cleanedAll } from "../src/graph/opened.ts";
import { lettingGo } from "../src/graph/outputs.ts";

const inner = {
  inputs: {},
  nodes: { s: { type: "seed" } },
  outputs: { int: "s.int", other: "s.int" },
};
const NESTED: Workflow = {
  format: "latentwire/1",
  nodes: {
    a: {
      type: "group",
      body: { inputs: {}, nodes: { b: { type: "group", body: inner } }, outputs: { out: "b.int" } },
    },
    use: { type: "sample", wires: { seed: "a.out", steps: "a.out" } },
  },
};

describe("an output that a body lost", () => {
  it("takes the wires with it that hung on it, up to the top", () => {
    const path = ["a", "b"];
    const cut = changeAt(NESTED, path, (level) => ({ ...level, outputs: { other: "s.int" } }));
    const healed = lettingGo(NESTED, cut, path);
    expect(healed.nodes.use).toEqual({ type: "sample" });
    expect(healed.nodes.a?.body?.outputs).toEqual({});
  });

  it("leaves all as it is where none was lost", () => {
    const moved = changeAt(NESTED, ["a", "b"], (level) => ({ ...level, layout: { s: [1, 2] } }));
    expect(lettingGo(NESTED, moved, ["a", "b"])).toBe(moved);
  });
});

describe("a workflow that is opened", () => {
  it("stays the same where all that is drawn is of something", () => {
    expect(cleanedAll(NESTED)).toBe(NESTED);
  });

  it("loses what is drawn for what is not there, in bodies too", () => {
    const odd = changeAt(NESTED, ["a"], (level) => ({
      ...level,
      editor: { folded: 5 as unknown as string[], open: ["gone"] },
    }));
    expect(cleanedAll(odd).nodes.a?.body?.editor).toBeUndefined();
  });
});

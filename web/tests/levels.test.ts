import { describe, expect, it } from "vitest";
import { setMode } from "../src/graph/edit.ts";
import { changeAt, levelAt, pathTo, setAt, standing } from "../src/graph/levels.ts";
import { bodyOf, entryOf, example } from "./examples.ts";

const LOOP = example("open-loop");

describe("the way into bodies", () => {
  it("finds the level at a path", () => {
    expect(levelAt(LOOP, [])).toBe(LOOP);
    expect(levelAt(LOOP, ["loop"])).toBe(bodyOf(LOOP, "loop"));
    expect(levelAt(LOOP, ["model"])).toBeUndefined();
    expect(levelAt(LOOP, ["loop", "gone"])).toBeUndefined();
  });

  it("knows how much of a path there still is", () => {
    const path = ["loop"];
    expect(standing(LOOP, path)).toBe(path);
    expect(standing(LOOP, ["loop", "step"])).toEqual(["loop"]);
    expect(standing(LOOP, ["gone", "step"])).toEqual([]);
  });

  it("writes the path of a node as the server does", () => {
    expect(pathTo(["loop"], "step")).toBe("loop/step");
    expect(pathTo([], "model")).toBe("model");
  });
});

describe("a change inside a body", () => {
  it("changes that level and nothing else", () => {
    const next = changeAt(LOOP, ["loop"], (level) => setMode(level, ["guide"], "mute"));
    expect(entryOf(bodyOf(next, "loop"), "guide").mode).toBe("mute");
    expect(entryOf(bodyOf(next, "loop"), "unet")).toBe(entryOf(bodyOf(LOOP, "loop"), "unet"));
    expect(next.nodes.model).toBe(LOOP.nodes.model);
    expect(next.layout).toBe(LOOP.layout);
  });

  it("gives the same workflow where nothing changed, or the body is gone", () => {
    expect(changeAt(LOOP, ["loop"], (level) => level)).toBe(LOOP);
    expect(changeAt(LOOP, ["gone"], () => ({ nodes: {} }))).toBe(LOOP);
  });

  it("sets a value by its place, and a wire there gives way", () => {
    const next = setAt(LOOP, "loop/step.seed", 5);
    const step = entryOf(bodyOf(next, "loop"), "step");
    expect(step.values).toEqual({ sampler: "dpmpp_2m", seed: 5 });
    expect(step.wires).not.toHaveProperty("seed");
    expect(setAt(LOOP, "nonsense", 5)).toBe(LOOP);
  });
});

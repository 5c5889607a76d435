import { describe, expect, it } from "vitest";
import { found } from "../src/graph/find.ts";
import { example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const paths = (words: string, level = FIRST) =>
  found(level, KINDS, words).map(({ path, id }) => [...path, id].join("/"));

describe("finding nodes", () => {
  it("goes by title, whatever the case", () => {
    expect(paths("VAE dec")).toEqual(["decode"]);
    expect(found(FIRST, KINDS, "decode")[0]).toMatchObject({ title: "VAE decode", where: "title" });
  });

  it("goes by a title that was given to the node", () => {
    const prompt = { ...FIRST.nodes.prompt, type: "encode_text", title: "The boat" };
    const level = { ...FIRST, nodes: { ...FIRST.nodes, prompt } };
    expect(found(level, KINDS, "boat")[0]).toMatchObject({ id: "prompt", where: "title" });
  });

  it("goes by values, numbers too, and notes", () => {
    expect(found(FIRST, KINDS, "sailboat")[0]).toMatchObject({
      id: "prompt",
      where: "value",
      text: "a red sailboat at sunset",
    });
    expect(found(SWEEP, KINDS, "burn")[0]).toMatchObject({ id: "model", where: "note" });
    expect(paths("5", SWEEP)).toContain("sweep");
  });

  it("goes into bodies and says the way", () => {
    expect(paths("unet", LOOP)).toContain("loop/unet");
    expect(found(LOOP, KINDS, "sampler_step")[0]).toMatchObject({ path: ["loop"], id: "step" });
  });

  it("wants every word, wherever it stands", () => {
    expect(paths("encode sailboat", LOOP)).toEqual(["prompt"]);
    expect(paths("encode nonsense", LOOP)).toEqual([]);
  });

  it("puts a title before what is only said inside", () => {
    expect(paths("guide", LOOP)[0]).toBe("loop/guide");
    expect(paths("guide", LOOP)).toContain("about");
    expect(paths("sample", LOOP)[0]).toBe("loop/step");
  });

  it("finds nothing without words, and takes a dot for a dot", () => {
    expect(paths("  ")).toEqual([]);
    expect(paths(".*")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Drawn, Workflow } from "../src/graph/document.ts";
import { cleaned, drawnOf, joined, portRenamed, renamed, withDrawn } from "../src/graph/drawn.ts";
import { example } from "./examples.ts";

const FIRST = example("first-picture");
const DRAWN: Drawn = {
  frames: {
    frame: { title: "Text", colour: "blue", nodes: ["prompt", "model"] },
    frame2: { title: "Rest", colour: "red", nodes: ["decode", "save"] },
  },
  folded: ["prompt"],
  open: ["sample"],
  sizes: { sample: [300, 0] },
  bends: { "sample.model": [[10, 20]] },
  views: { "1": { x: 0, y: 0, zoom: 1 } },
  seeds: { "sample.seed": "random" },
  pinned: ["model.vae", "sample.latent>decode.latent"],
};
const level: Workflow = { ...FIRST, editor: DRAWN };
const broken = (editor: unknown): Workflow => ({ ...FIRST, editor: editor as Drawn });

describe("what is drawn", () => {
  it("is left out of the file where it is empty", () => {
    expect(withDrawn(level, { folded: [] }).editor).not.toHaveProperty("folded");
    expect(withDrawn({ nodes: {}, editor: { folded: ["a"] } }, { folded: [] })).toEqual({
      nodes: {},
    });
  });

  it("is read as what it is, whatever stands in the file", () => {
    const frames = { frame: { title: { bold: 1 }, colour: "blue", nodes: ["prompt"] } };
    const { editor } = cleaned(broken({ frames, seeds: { "sample.seed": 5 } }));
    expect(editor).toEqual({ frames: { frame: { ...frames.frame, title: "" } } });
  });

  it("of some nodes is their part, with the frames that hold no others", () => {
    expect(drawnOf(level, new Set(["prompt", "model", "sample"]))).toEqual({
      frames: { frame: DRAWN.frames?.frame },
      folded: ["prompt"],
      open: ["sample"],
      sizes: { sample: [300, 0] },
      bends: { "sample.model": [[10, 20]] },
      seeds: { "sample.seed": "random" },
      pinned: ["model.vae"],
    });
  });

  it("goes over to nodes with other ids and places", () => {
    const there = renamed(DRAWN, (id) => (id === "sample" ? "other" : undefined), { x: 1, y: 2 });
    expect(there).toEqual({
      open: ["other"],
      sizes: { other: [300, 0] },
      bends: { "other.model": [[11, 22]] },
      seeds: { "other.seed": "random" },
      views: DRAWN.views,
    });
  });

  it("is put to what is there, frames under ids of their own", () => {
    const more: Drawn = {
      frames: { frame: { title: "", colour: "", nodes: ["x"] } },
      folded: ["x"],
    };
    const both = joined(DRAWN, more);
    expect(Object.keys(both.frames ?? {})).toEqual(["frame", "frame2", "frame3"]);
    expect(both.folded).toEqual(["prompt", "x"]);
  });

  it("follows a port that has another name", () => {
    const next = portRenamed(level, "sample.seed", "sample.start");
    expect(next.editor?.seeds).toEqual({ "sample.start": "random" });
    expect(portRenamed(level, "sample.latent", "sample.out").editor?.pinned).toEqual([
      "model.vae",
      "sample.out>decode.latent",
    ]);
    expect(portRenamed(FIRST, "a.b", "a.c")).toBe(FIRST);
  });
});

describe("cleaning", () => {
  it("changes nothing where all is there", () => {
    expect(cleaned(level)).toBe(level);
    expect(cleaned(FIRST)).toBe(FIRST);
  });

  it("drops what is drawn for nodes that are gone", () => {
    const { prompt: _, sample: __, decode: ___, ...nodes } = level.nodes;
    expect(cleaned({ ...level, nodes }).editor).toEqual({
      frames: {
        frame: { title: "Text", colour: "blue", nodes: ["model"] },
        frame2: { title: "Rest", colour: "red", nodes: ["save"] },
      },
      views: DRAWN.views,
    });
  });

  it("drops bends and pins of wires that are gone", () => {
    const sample = { type: "sample" };
    const left = cleaned({ ...level, nodes: { ...level.nodes, sample } }).editor;
    expect(left).not.toHaveProperty("bends");
    expect(left?.pinned).toEqual(["model.vae", "sample.latent>decode.latent"]);
  });

  it("drops places of nodes that are gone, but not those of the ends of a body", () => {
    const layout = { ...FIRST.layout, gone: [0, 0] as const, in: [1, 1] as const };
    const left = cleaned({ ...FIRST, layout });
    expect(left.layout).toEqual({ ...FIRST.layout, in: [1, 1] });
  });

  it("drops what is not of its shape and keeps what it does not know", () => {
    const odd = {
      frames: 5,
      folded: "prompt",
      sizes: { sample: 5 },
      bends: { "sample.model": [1] },
      form: [1],
    };
    expect(cleaned(broken(odd)).editor).toEqual({ form: [1] });
    expect(cleaned(broken("nonsense"))).toEqual(FIRST);
    expect(cleaned(broken({ frames: { a: null, b: { nodes: "x" } } }))).toEqual(FIRST);
  });
});

import { describe, expect, it } from "vitest";
import { copied, pasted } from "../src/graph/clip.ts";
import type { Level, Workflow } from "../src/graph/document.ts";
import { placeOf } from "../src/graph/geometry.ts";
import { copyIds } from "../src/graph/ids.ts";
import { idOf, wiresOf } from "../src/graph/wires.ts";
import { bodyOf, EXAMPLES, entryOf, example } from "./examples.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const AT = { x: 1000, y: 500 };

function paste(level: Level, text: string, withWires = false) {
  const next = pasted(level, text, AT, withWires);
  if (!next) throw new Error("nothing was pasted");
  return next;
}

describe("copies of many nodes", () => {
  it("count on from one another, over what is taken", () => {
    const names = copyIds({ a: 1, a2: 1, a4: 1 }, ["a", "a2", "b", "a4"]);
    expect([...names.values()]).toEqual(["a3", "a5", "b", "a6"]);
  });
});

describe("what is copied", () => {
  it("is the text of a workflow, with the wires among its nodes alone", () => {
    const clip = JSON.parse(copied(FIRST, ["sample", "decode", "gone"]));
    expect(clip.format).toBe("latentwire/1");
    expect(Object.keys(clip.nodes)).toEqual(["sample", "decode"]);
    expect(clip.nodes.decode.wires).toEqual({ latent: "sample.latent" });
    expect(clip.nodes.sample).not.toHaveProperty("wires");
    expect(clip.layout).toEqual({ sample: FIRST.layout?.sample, decode: FIRST.layout?.decode });
  });

  it("has what is drawn for its nodes", () => {
    const level: Level = {
      ...FIRST,
      editor: { folded: ["sample", "model"], seeds: { "sample.seed": "next" }, views: {} },
    };
    expect(JSON.parse(copied(level, ["sample"])).editor).toEqual({
      folded: ["sample"],
      seeds: { "sample.seed": "next" },
    });
  });
});

describe("what is pasted", () => {
  it("has ids of its own, wires among itself, and its values", () => {
    const next = paste(FIRST, copied(FIRST, ["sample", "decode"]));
    expect(next.ids).toEqual(["sample2", "decode2"]);
    expect(entryOf(next.level, "decode2").wires).toEqual({ latent: "sample2.latent" });
    expect(entryOf(next.level, "sample2").values).toEqual(entryOf(FIRST, "sample").values);
    expect(entryOf(next.level, "sample")).toBe(entryOf(FIRST, "sample"));
  });

  it("goes on counting when it is pasted again", () => {
    const once = paste(FIRST, copied(FIRST, ["sample"]));
    expect(paste(once.level, copied(once.level, ["sample2"])).ids).toEqual(["sample3"]);
  });

  it("has its top left corner where it was asked for", () => {
    const { level } = paste(FIRST, copied(FIRST, ["sample", "decode"]));
    const [before, after] = [placeOf(FIRST, "decode"), placeOf(level, "decode2")];
    const was = placeOf(FIRST, "sample");
    expect(placeOf(level, "sample2").x).toBe(AT.x);
    expect(after.x - before.x).toBe(AT.x - was.x);
  });

  it("keeps the wires from outside when it is asked to", () => {
    const text = copied(FIRST, ["sample", "decode"]);
    const { level } = paste(FIRST, text, true);
    expect(entryOf(level, "sample2").wires).toEqual(entryOf(FIRST, "sample").wires);
    expect(entryOf(level, "decode2").wires).toEqual({ vae: "model.vae", latent: "sample2.latent" });
  });

  it("keeps only those wires from outside that still begin at something", () => {
    const text = copied(FIRST, ["sample", "decode"]);
    const { model: _, ...nodes } = FIRST.nodes;
    const { level } = paste({ nodes }, text, true);
    expect(entryOf(level, "sample2").wires).toEqual({
      positive: "prompt.conditioning",
      latent: "blank.latent",
    });
  });

  it("keeps a list of wires in its order", () => {
    const sheet = { type: "image_grid", wires: { images: ["model.a", "load.image", "model.b"] } };
    const level = { nodes: { model: { type: "x" }, load: { type: "load_image" }, sheet } };
    const next = paste(level, copied(level, ["load", "sheet"]), true);
    expect(entryOf(next.level, "sheet2").wires?.images).toEqual([
      "model.a",
      "load2.image",
      "model.b",
    ]);
    const alone = paste(level, copied(level, ["load", "sheet"]));
    expect(entryOf(alone.level, "sheet2").wires?.images).toEqual(["load2.image"]);
  });

  it("in a body keeps the wires from its inputs that are there", () => {
    const body = bodyOf(LOOP, "loop");
    const text = copied(body, ["step"]);
    const wires = entryOf(paste(body, text, true).level, "step2").wires;
    expect(wires).toMatchObject({
      latent: "in.latent",
      index: "in.index",
      denoised: "guide.denoised",
    });
    expect(entryOf(paste(FIRST, text, true).level, "step")).not.toHaveProperty("wires");
  });

  it("brings bodies whole", () => {
    const { level, ids } = paste(SWEEP, copied(SWEEP, ["sweep"]));
    expect(ids).toEqual(["sweep2"]);
    expect(bodyOf(level, "sweep2")).toEqual(bodyOf(SWEEP, "sweep"));
  });

  it("brings what is drawn along, frames under ids of their own", () => {
    const frames = { frame: { title: "Last", colour: "blue", nodes: ["decode", "save"] } };
    const bends = { "save.image": [[10, 10] as const] };
    const drawn: Workflow = { ...FIRST, editor: { frames, bends, folded: ["decode"] } };
    const { level } = paste(drawn, copied(drawn, ["decode", "save"]));
    expect(level.editor?.frames?.frame2?.nodes).toEqual(["decode2", "save2"]);
    expect(level.editor?.folded).toEqual(["decode", "decode2"]);
    const was = placeOf(FIRST, "decode");
    const top = Math.min(was.y, placeOf(FIRST, "save").y);
    expect(level.editor?.bends?.["save2.image"]).toEqual([[AT.x - was.x + 10, AT.y - top + 10]]);
  });

  it.each(EXAMPLES)("may be a whole workflow: %s", (_, workflow) => {
    const { level, ids } = paste({ nodes: {} }, JSON.stringify(workflow));
    expect(ids).toEqual(Object.keys(workflow.nodes));
    expect(level.nodes).toEqual(workflow.nodes);
    expect(wiresOf(level).map(idOf)).toEqual(wiresOf(workflow).map(idOf));
  });

  it("stands in a row where the file tells no places", () => {
    const { layout: _, ...bare } = FIRST;
    const { level, ids } = paste({ nodes: {} }, JSON.stringify(bare));
    expect(ids.map((id) => placeOf(level, id).x)).toEqual([1000, 1320, 1640, 1960, 2280, 2600]);
  });

  it.each([
    ["plain words", "a red sailboat"],
    ["half a file", '{"format": "latentwire/1", "nodes": {'],
    ["a newer format", '{"format": "latentwire/2", "nodes": {"a": {"type": "note"}}}'],
    ["no nodes", '{"format": "latentwire/1", "nodes": {}}'],
    ["a node that is none", '{"format": "latentwire/1", "nodes": {"a": 5}}'],
    ["a list", "[1, 2]"],
    ["nothing", ""],
    ["a very deep list", `{"a": ${"[".repeat(100_000)}`],
  ])("is nothing where the text is %s", (_, text) => {
    expect(pasted(FIRST, text, AT)).toBeNull();
  });
});

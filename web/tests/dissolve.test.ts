import { describe, expect, it } from "vitest";
import { dissolved } from "../src/graph/dissolve.ts";
import type { Entry, Level, Workflow } from "../src/graph/document.ts";
import { disconnect, setMode, setValue } from "../src/graph/edit.ts";
import { type BodyType, madeNode } from "../src/graph/group.ts";
import { changeAt, levelAt } from "../src/graph/levels.ts";
import { bodyOf, entryOf, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const TENTH = example("every-tenth-step");

function make(level: Level, ids: string[], type: BodyType = "group", title = "") {
  const made = madeNode(level, KINDS, ids, type, title);
  if ("refused" in made) throw new Error(made.refused.why);
  return made;
}
function apart(level: Level, id: string) {
  const made = dissolved(level, KINDS, id);
  if ("refused" in made) throw new Error(made.refused.why);
  return made;
}
describe("a group taken apart", () => {
  it.each([
    ["two in a row", FIRST, ["sample", "decode"]],
    ["all", FIRST, Object.keys(FIRST.nodes)],
    ["one with a body", LOOP, ["schedule", "noise", "loop"]],
    ["a list", TENTH, ["sheet", "last"]],
  ])("is what was made one before: %s", (_, workflow, ids) => {
    const { level, id } = make(workflow, ids);
    const back = apart(level, id);
    expect(back.ids.sort()).toEqual([...ids].sort());
    expect(back.level.nodes).toEqual(workflow.nodes);
    expect(back.level.layout).toEqual(workflow.layout);
  });

  it("inside a body leads to the outputs of that", () => {
    const body = bodyOf(LOOP, "loop");
    const { level, id } = make(body, ["guide", "step"]);
    expect(apart(level, id).level).toEqual({ ...body, layout: expect.anything() });
  });

  it("gives its values to the inputs they fed", () => {
    const { level, id } = make(LOOP, ["noise"]);
    const cut = disconnect(level, {
      from: { node: "seed", port: "int" },
      to: { node: id, port: "seed" },
    });
    const next = apart(setValue(cut, id, "seed", 99), id).level;
    expect(entryOf(next, "noise").values).toEqual({ seed: 99 });
    expect(entryOf(next, "noise").wires).not.toHaveProperty("seed");
  });

  it("gives nothing where an input was left open", () => {
    const inner: Entry = { type: "calculate", wires: { a: "in.x" }, values: { a: 4 } };
    const inputs = { x: { type: "float", default: null, optional: true } };
    const group: Entry = { type: "group", body: { inputs, nodes: { inner } } };
    const next = apart({ nodes: { g: group } }, "g").level;
    expect(next.nodes).toEqual({ inner: { type: "calculate", values: { a: 4 } } });
  });

  it("gives the defaults of its inputs, and counts its turn as the first", () => {
    const inner: Entry = { type: "calculate", wires: { a: "in.x", b: "in.index" } };
    const body = { inputs: { x: { type: "float", default: 2.5 } }, nodes: { inner } };
    const next = apart({ nodes: { g: { type: "group", body } } }, "g").level;
    expect(next.nodes).toEqual({ inner: { type: "calculate", values: { a: 2.5, b: 0 } } });
  });

  it("leaves an input that nothing fed to its own value", () => {
    const inner: Entry = { type: "calculate", values: { a: 7 }, wires: { a: "in.x" } };
    const body = { inputs: { x: { type: "float", optional: true } }, nodes: { inner } };
    const next = apart({ nodes: { g: { type: "group", body } } }, "g").level;
    expect(next.nodes.inner).toEqual({ type: "calculate", values: { a: 7 } });
  });

  it("joins what only passed through it", () => {
    const body = {
      inputs: { x: { type: "Image" }, y: { type: "float", default: 3 } },
      nodes: {},
      outputs: { x: "in.x", y: "in.y" },
    };
    const level: Level = {
      nodes: {
        load: { type: "load_image" },
        g: { type: "group", wires: { x: "load.image" }, body },
        save: { type: "save_image", wires: { image: "g.x" } },
        n: { type: "calculate", wires: { a: "g.y" } },
      },
    };
    const { nodes } = apart(level, "g").level;
    expect(nodes.save?.wires).toEqual({ image: "load.image" });
    expect(nodes.n).toEqual({ type: "calculate", values: { a: 3 } });
  });

  it("gives its nodes other ids where theirs are taken", () => {
    const { level, id } = make(FIRST, ["sample"]);
    const taken = { ...level, nodes: { ...level.nodes, sample: { type: "sample" } } };
    const next = apart(taken, id);
    expect(next.ids).toEqual(["sample2"]);
    expect(entryOf(next.level, "decode").wires?.latent).toBe("sample2.latent");
  });

  it("mutes its nodes where it was muted", () => {
    const { level, id } = make(FIRST, ["sample", "decode"]);
    const next = apart(setMode(level, [id], "mute"), id).level;
    expect(entryOf(next, "sample").mode).toBe("mute");
    expect(entryOf(next, "save")).not.toHaveProperty("mode");
  });

  it("is refused to what runs several times, and to what is no body", () => {
    expect(dissolved(LOOP, KINDS, "loop")).toEqual({ refused: { why: "turns" } });
    expect(dissolved(LOOP, KINDS, "model")).toEqual({ refused: { why: "gone" } });
    expect(dissolved(LOOP, KINDS, "nobody")).toEqual({ refused: { why: "gone" } });
  });

  it("in a body changes nothing else", () => {
    const grouped = changeAt(LOOP, ["loop"], (level) => make(level, ["guide", "step"]).level);
    const back = changeAt(grouped, ["loop"], (level) => apart(level, "group").level);
    expect(levelAt(back, ["loop"])?.nodes).toEqual(bodyOf(LOOP, "loop").nodes);
  });
});

describe("what is drawn in a group", () => {
  const frames = {
    frame: { title: "Part", colour: "blue", nodes: ["blank", "sample"] },
    frame2: { title: "All", colour: "red", nodes: ["decode"] },
  };
  const drawn: Workflow = { ...FIRST, editor: { frames, seeds: { "sample.seed": "next" } } };
  const { level, id } = make(drawn, ["sample", "decode"]);

  it("comes out again", () => {
    const back = apart(level, id).level;
    expect(back.editor?.frames).toEqual({
      frame: { ...frames.frame, nodes: ["blank", "sample"] },
      frame2: frames.frame2,
    });
    expect(back.editor?.seeds).toEqual({ "sample.seed": "next" });
  });
});

import { describe, expect, it } from "vitest";
import type { Body, Entry, Level, Workflow } from "../src/graph/document.ts";
import { connect } from "../src/graph/edit.ts";
import { type BodyType, madeNode } from "../src/graph/group.ts";
import { shapeOf } from "../src/graph/kinds.ts";
import { idOf, wiresOf } from "../src/graph/wires.ts";
import { bodyOf, chain, entryOf, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const TENTH = example("every-tenth-step");

function make(level: Level, ids: string[], type: BodyType = "group", title = "") {
  const made = madeNode(level, KINDS, ids, type, title);
  if ("refused" in made) throw new Error(made.refused.why);
  return made;
}
const refusal = (level: Level, ids: string[]) => {
  const made = madeNode(level, KINDS, ids, "group");
  return "refused" in made ? made.refused : undefined;
};

describe("a node made of several", () => {
  const { level, id } = make(FIRST, ["sample", "decode"], "group", "Draw");
  const entry = entryOf(level, id);

  it("stands in their place, with its title", () => {
    expect(id).toBe("group");
    expect(entry).toMatchObject({ type: "group", title: "Draw" });
    expect(Object.keys(level.nodes)).toEqual(["model", "prompt", "blank", "group", "save"]);
  });

  it("has an input for each thing that comes in, named after the port it goes to", () => {
    expect(bodyOf(level, id).inputs).toEqual({
      model: { type: "Model" },
      positive: { type: "Conditioning" },
      latent: { type: "Latent" },
      vae: { type: "Vae" },
    });
    expect(entry.wires).toEqual({
      model: "model.model",
      positive: "prompt.conditioning",
      latent: "blank.latent",
      vae: "model.vae",
    });
  });

  it("has an output for each thing that goes out", () => {
    expect(bodyOf(level, id).outputs).toEqual({ image: "decode.image" });
    expect(entryOf(level, "save").wires).toEqual({ image: "group.image" });
  });

  it("holds them wired to its inputs, with their values and places", () => {
    const body = bodyOf(level, id);
    expect(entryOf(body, "sample").values).toEqual(entryOf(FIRST, "sample").values);
    expect(wiresOf(body).map(idOf)).toEqual([
      "in.model>sample.model",
      "in.positive>sample.positive",
      "in.latent>sample.latent",
      "in.vae>decode.vae",
      "sample.latent>decode.latent",
      "decode.image>:out.image",
    ]);
    expect(body.layout?.sample).toEqual([0, 0]);
    expect(level.layout).not.toHaveProperty("sample");
  });

  it("has ports that fit what is wired to it", () => {
    const shape = shapeOf(level, id, KINDS);
    expect(shape?.outputs.map(({ type }) => type)).toEqual(["Image"]);
  });
});

describe("the ports of the new node", () => {
  it("are one for a thing that goes to several nodes", () => {
    const { level, id } = make(LOOP, ["prompt", "negative"]);
    expect(Object.keys(bodyOf(level, id).inputs ?? {})).toEqual(["text_encoder"]);
    expect(bodyOf(level, id).outputs).toEqual({
      conditioning: "prompt.conditioning",
      conditioning2: "negative.conditioning",
    });
    expect(entryOf(level, "loop").wires).toMatchObject({
      positive: "group.conditioning",
      negative: "group.conditioning2",
    });
  });

  it("are one for each thing that goes into a list, in its order", () => {
    const { level, id } = make(TENTH, ["sheet"]);
    expect(bodyOf(level, id).inputs).toEqual({
      images: { type: "list[Image]" },
      images2: { type: "Image" },
      images3: { type: "list[Image]" },
    });
    expect(entryOf(bodyOf(level, id), "sheet").wires?.images).toEqual([
      "in.images",
      "in.images2",
      "in.images3",
      "in.images2",
    ]);
  });

  it("may stay open where all that they feed may", () => {
    const { level, id } = make(LOOP, ["noise"]);
    const { inputs } = bodyOf(level, id);
    expect(inputs?.seed).toEqual({ type: "int", optional: true });
    expect(inputs?.latent).toEqual({ type: "Latent" });
  });

  it("have no name that a body keeps for itself", () => {
    const { level, id } = make(bodyOf(LOOP, "loop"), ["level"]);
    const { inputs } = bodyOf(level, id);
    expect(inputs).not.toHaveProperty("index");
    expect(inputs?.index2).toEqual({ type: "int", optional: true });
    expect(entryOf(level, id).wires?.index2).toBe("in.index");
  });

  it("are named so that a repeat feeds back what fits", () => {
    const { level, id } = make(FIRST, ["sample"], "repeat");
    expect(bodyOf(level, id).inputs?.latent).toEqual({ type: "Latent" });
    expect(bodyOf(level, id).outputs).toEqual({ latent: "sample.latent" });
    expect(entryOf(level, "decode").wires?.latent).toBe("repeat.latent");
  });

  it("are named apart where a repeat could not feed them back", () => {
    const level: Level = {
      nodes: {
        name: { type: "text" },
        load: { type: "load_vae", wires: { vae: "name.str" } },
        decode: { type: "vae_decode", wires: { vae: "load.vae" } },
      },
    };
    const repeat = make(level, ["load"], "repeat").level;
    expect(bodyOf(repeat, "repeat").inputs).toEqual({ vae: { type: "str" } });
    expect(bodyOf(repeat, "repeat").outputs).toEqual({ vae2: "load.vae" });
    const group = make(level, ["load"]).level;
    expect(bodyOf(group, "group").outputs).toEqual({ vae: "load.vae" });
  });

  it("reach the outputs of the body that all is in", () => {
    const { level, id } = make(bodyOf(LOOP, "loop"), ["guide", "step"]);
    expect((level as Body).outputs).toEqual({ latent: `${id}.latent`, state: `${id}.state` });
  });
});

describe("what cannot be made one node", () => {
  it("is nothing", () => {
    expect(refusal(FIRST, [])).toEqual({ why: "empty" });
    expect(refusal(FIRST, ["gone"])).toEqual({ why: "empty" });
  });

  it("is what a way leaves and comes back to", () => {
    expect(refusal(FIRST, ["sample", "save"])).toEqual({ why: "loop", node: "decode" });
    expect(refusal(chain(5), ["n0", "n4"])?.why).toBe("loop");
  });

  it("is what nobody knows the type of", () => {
    const odd: Entry = { type: "pack/odd", wires: { x: "other.y" } };
    const level = { nodes: { odd, other: { type: "pack/other" } } };
    expect(refusal(level, ["odd"])).toEqual({ why: "unknown", node: "odd", port: "x" });
    expect(refusal(level, ["odd", "other"])).toBeUndefined();
  });

  it("takes the type of what it goes to, where only that is known", () => {
    const level = {
      nodes: {
        odd: { type: "pack/odd" },
        save: { type: "save_image", wires: { image: "odd.picture" } },
      },
    };
    const made = make(level, ["save"]);
    expect(bodyOf(made.level, made.id).inputs).toEqual({ image: { type: "Image" } });
  });
});

describe("what is drawn", () => {
  const frames = {
    frame: { title: "Part", colour: "blue", nodes: ["blank", "sample"] },
    frame2: { title: "All", colour: "red", nodes: ["decode"] },
  };
  const drawn: Workflow = {
    ...FIRST,
    editor: { frames, folded: ["sample", "save"], seeds: { "sample.seed": "next" } },
  };
  const { level, id } = make(drawn, ["sample", "decode"]);

  it("goes inside with its nodes", () => {
    expect(bodyOf(level, id).editor).toEqual({
      frames: { frame2: frames.frame2 },
      folded: ["sample"],
      seeds: { "sample.seed": "next" },
    });
  });

  it("holds the new node where it held some of them", () => {
    expect(level.editor).toEqual({
      frames: { frame: { ...frames.frame, nodes: ["blank", id] } },
      folded: ["save"],
    });
  });

  it("holds the new node in one frame, where it held some of two", () => {
    const two = { ...frames, frame2: { ...frames.frame2, nodes: ["decode", "save"] } };
    const made = make({ ...FIRST, editor: { frames: two } }, ["sample", "decode"]);
    expect(made.level.editor?.frames).toEqual({
      frame: { ...frames.frame, nodes: ["blank", id] },
      frame2: { ...frames.frame2, nodes: ["save"] },
    });
  });
});

describe("a for each made of nodes", () => {
  it("gives lists", () => {
    const { level, id } = make(FIRST, ["sample", "decode"], "for_each");
    expect(shapeOf(level, id, KINDS)?.outputs[0]).toMatchObject({ type: "Image", many: true });
    expect(connect(level, wiresOf(level)[0] ?? (undefined as never))).toBe(level);
  });
});

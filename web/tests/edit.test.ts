import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import {
  addNode,
  connect,
  disconnect,
  moveNodes,
  removeAndHeal,
  removeNodes,
  replaceSource,
  setMode,
  setTitle,
  setValue,
} from "../src/graph/edit.ts";
import { healInput } from "../src/graph/fits.ts";
import { copyId, freeId } from "../src/graph/ids.ts";
import { endOf, idOf, type Wire, wiresOf } from "../src/graph/wires.ts";
import { bodyOf, chain, entryOf, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const wire = (from: string, to: string) => ({ from: endOf(from), to: endOf(to) }) as Wire;
const wiresAt = (level: Level, id: string, port: string) => entryOf(level, id).wires?.[port];
const heal = (level: Level, ...ids: string[]) =>
  removeAndHeal(level, new Set(ids), (id, output) => healInput(level, id, output, KINDS));

describe("an id of its own", () => {
  it("is the word, then counted", () => {
    expect(freeId({}, "sample")).toBe("sample");
    expect(freeId({ sample: 1, sample2: 1 }, "sample")).toBe("sample3");
  });

  it("is one the file takes, whatever the word", () => {
    expect(freeId({}, "pack/thing")).toBe("thing");
    expect(freeId({}, "in")).toBe("node_in");
    expect(freeId({}, "3d view")).toBe("node_3d_view");
    expect(freeId({}, "")).toBe("node_");
    expect(freeId({}, "constructor")).toBe("constructor");
  });

  it("of a copy goes on counting", () => {
    expect(copyId({ sample2: 1 }, "sample2")).toBe("sample");
    expect(copyId({ sample: 1, sample2: 1 }, "sample2")).toBe("sample3");
    expect(copyId({}, "sample2")).toBe("sample2");
  });
});

describe("a node", () => {
  it("is added where it was asked for, in whole points", () => {
    const next = addNode(FIRST, "note", { type: "note" }, { x: 10.4, y: -0.6 });
    expect(next.nodes.note).toEqual({ type: "note" });
    expect(next.layout?.note).toEqual([10, -1]);
    expect(FIRST.nodes).not.toHaveProperty("note");
  });

  it("that is moved to where it is makes no change", () => {
    const [x, y] = FIRST.layout?.sample ?? [0, 0];
    expect(moveNodes(FIRST, { sample: { x: x + 0.2, y } })).toBe(FIRST);
  });

  it("gets a value, and loses it again to the default", () => {
    const set = setValue(FIRST, "blank", "width", 512);
    expect(entryOf(set, "blank").values?.width).toBe(512);
    expect(setValue(set, "blank", "width", 512)).toBe(set);
    const back = setValue(set, "blank", "width", undefined);
    expect(entryOf(back, "blank").values ?? {}).not.toHaveProperty("width");
  });

  it("keeps no empty values", () => {
    const set = setValue(chain(1), "n0", "b", 2);
    expect(setValue(set, "n0", "b", undefined)).toEqual(chain(1));
  });

  it("is muted, bypassed and neither", () => {
    const muted = setMode(FIRST, ["prompt", "gone"], "mute");
    expect(entryOf(muted, "prompt").mode).toBe("mute");
    expect(setMode(muted, ["prompt"], "mute")).toBe(muted);
    expect(setMode(muted, ["prompt"], undefined)).toEqual(FIRST);
  });

  it("has a title, or none", () => {
    const named = setTitle(FIRST, "prompt", "The boat");
    expect(entryOf(named, "prompt").title).toBe("The boat");
    expect(setTitle(named, "prompt", "")).toEqual(FIRST);
    expect(setTitle(FIRST, "prompt", "")).toBe(FIRST);
  });
});

describe("a wire", () => {
  it("takes the place of the one before it", () => {
    const next = connect(FIRST, wire("prompt.conditioning", "sample.negative"));
    expect(wiresAt(next, "sample", "negative")).toBe("prompt.conditioning");
    expect(connect(next, wire("prompt.conditioning", "sample.negative"))).toBe(next);
    const other = connect(next, wire("model.vae", "sample.negative"));
    expect(wiresAt(other, "sample", "negative")).toBe("model.vae");
  });

  it("joins the others where several are taken", () => {
    const next = connect(SWEEP, wire("model.model", "sheet.images"), true);
    expect(wiresAt(next, "sheet", "images")).toEqual(["sweep.image", "model.model"]);
    expect(
      wiresAt(disconnect(next, wire("sweep.image", "sheet.images")), "sheet", "images"),
    ).toEqual(["model.model"]);
  });

  it("that is cut leaves nothing behind", () => {
    const next = disconnect(FIRST, wire("decode.image", "save.image"));
    expect(entryOf(next, "save")).not.toHaveProperty("wires");
    expect(disconnect(next, wire("decode.image", "save.image"))).toBe(next);
  });

  it("leaves the value under it as it was", () => {
    const next = connect(LOOP, wire("seed.int", "loop.guidance"));
    expect(entryOf(next, "loop").values?.guidance).toBe(3);
  });

  it("to the end of a body is an output of it", () => {
    const body = bodyOf(LOOP, "loop");
    const next = connect(body, wire("unet.denoised", ":out.preview"));
    expect(next).toMatchObject({ outputs: { latent: "step.latent", preview: "unet.denoised" } });
    expect(disconnect(next, wire("unet.denoised", ":out.preview"))).toEqual(body);
  });

  it("gets another source at its old place among several", () => {
    const two = connect(SWEEP, wire("model.model", "sheet.images"), true);
    const next = replaceSource(two, wire("sweep.image", "sheet.images"), { node: "a", port: "b" });
    expect(wiresAt(next, "sheet", "images")).toEqual(["a.b", "model.model"]);
  });

  it("may be written twice in a list, and goes as one", () => {
    const tenth = example("every-tenth-step");
    const there = ["each.now", "last.image", "each.foreseen", "last.image"];
    expect(wiresAt(tenth, "sheet", "images")).toEqual(there);
    const by = { node: "save", port: "x" };
    const next = replaceSource(tenth, wire("each.now", "sheet.images"), by);
    expect(wiresAt(next, "sheet", "images")).toEqual(["save.x", ...there.slice(1)]);
    const cut = disconnect(tenth, wire("last.image", "sheet.images"));
    expect(wiresAt(cut, "sheet", "images")).toEqual(["each.now", "each.foreseen"]);
  });
});

describe("nodes that are taken away", () => {
  it("take their wires, places and all that is drawn for them along", () => {
    const drawn = {
      ...FIRST,
      editor: {
        folded: ["sample", "model"],
        frames: { frame: { title: "", colour: "blue", nodes: ["sample"] } },
        seeds: { "sample.seed": "random" as const },
      },
    };
    const next = removeNodes(drawn, new Set(["sample"]));
    expect(next.nodes).not.toHaveProperty("sample");
    expect(next.layout).not.toHaveProperty("sample");
    expect(entryOf(next, "decode").wires).toEqual({ vae: "model.vae" });
    expect(next.editor).toEqual({ folded: ["model"] });
  });

  it("leave a list with what is left of it", () => {
    const two = connect(SWEEP, wire("model.model", "sheet.images"), true);
    const next = removeNodes(two, new Set(["model"]));
    expect(wiresAt(next, "sheet", "images")).toEqual(["sweep.image"]);
    expect(entryOf(next, "sweep").wires).toEqual({
      positive: "prompt.conditioning",
      blank: "blank.latent",
    });
  });

  it("take the outputs of their body along", () => {
    const next = removeNodes(bodyOf(LOOP, "loop"), new Set(["step"]));
    expect(next).toMatchObject({ outputs: {} });
  });

  it("are no change where they are not there", () => {
    expect(removeNodes(FIRST, new Set(["gone"]))).toBe(FIRST);
  });
});

describe("healing", () => {
  it("joins what a node stood between", () => {
    const next = heal(FIRST, "sample");
    expect(wiresAt(next, "decode", "latent")).toBe("blank.latent");
  });

  it("goes through several nodes, and to the end of a body", () => {
    const level = chain(5);
    expect(wiresAt(heal(level, "n1", "n2", "n3"), "n4", "a")).toBe("n0.float");
    const body = { ...level, outputs: { float: "n4.float" } } as Level;
    expect(heal(body, "n3", "n4")).toMatchObject({ outputs: { float: "n2.float" } });
  });

  it("leaves a gap where nothing of the type came in", () => {
    const next = heal(FIRST, "decode");
    expect(wiresOf(next).map(idOf)).not.toContain("sample.latent>save.image");
    expect(entryOf(next, "save")).not.toHaveProperty("wires");
  });

  it("comes to an end where the nodes go round", () => {
    const level: Level = {
      nodes: {
        a: { type: "calculate", wires: { a: "b.float" } },
        b: { type: "calculate", wires: { a: "a.float" } },
        c: { type: "calculate", wires: { a: "b.float" } },
      },
    };
    expect(heal(level, "a", "b").nodes).toEqual({ c: { type: "calculate" } });
  });
});

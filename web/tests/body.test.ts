import { describe, expect, it } from "vitest";
import {
  addInput,
  addOutput,
  changeInput,
  isFreeName,
  removeInput,
  removeOutput,
  renameInput,
  renameOutput,
} from "../src/graph/body.ts";
import type { Level, Workflow } from "../src/graph/document.ts";
import { idOf, wiresOf } from "../src/graph/wires.ts";
import { bodyOf, entryOf, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const ids = (level: Level) => wiresOf(level).map(idOf);

describe("an input of a body", () => {
  it("is added under a name of its own", () => {
    const { level, name } = addInput(LOOP, "loop", "seed", "int", { default: 3 });
    expect(name).toBe("seed2");
    expect(bodyOf(level, "loop").inputs?.seed2).toEqual({ type: "int", default: 3 });
    expect(addInput(LOOP, "loop", "times", "int").name).toBe("times2");
    expect(addInput(LOOP, "model", "x", "int").level).toBe(LOOP);
  });

  it("gets another default, or may be left open", () => {
    const next = changeInput(LOOP, "loop", "guidance", (input) => ({ ...input, default: 5 }));
    expect(bodyOf(next, "loop").inputs?.guidance).toEqual({ type: "float", default: 5 });
    expect(changeInput(LOOP, "loop", "guidance", (input) => input)).toBe(LOOP);
    expect(changeInput(LOOP, "loop", "gone", () => ({ type: "int" }))).toBe(LOOP);
  });

  it("that is named anew keeps its place, wires and value", () => {
    const next = renameInput(LOOP, "loop", "guidance", "scale");
    const body = bodyOf(next, "loop");
    expect(Object.keys(body.inputs ?? {})[6]).toBe("scale");
    expect(entryOf(body, "guide").wires?.guidance).toBe("in.scale");
    expect(entryOf(next, "loop").values).toEqual({ times: 20, scale: 3 });
    const sigmas = renameInput(LOOP, "loop", "sigmas", "levels");
    expect(ids(sigmas)).toContain("schedule.sigmas>loop.levels");
    expect(ids(bodyOf(sigmas, "loop"))).toContain("in.levels>level.sigmas");
  });

  it("that is gone over is gone over by its new name", () => {
    const next = renameInput(SWEEP, "sweep", "guidance", "scale");
    expect(entryOf(next, "sweep").values).toEqual({
      over: ["scale"],
      scale: [1, 1.5, 2, 3, 5, 9],
    });
  });

  it("that is fed back takes the output of its name along", () => {
    const next = renameInput(LOOP, "loop", "latent", "picture");
    expect(bodyOf(next, "loop").outputs).toEqual({ picture: "step.latent", state: "step.state" });
    expect(entryOf(next, "decode").wires?.latent).toBe("loop.picture");
    expect(entryOf(next, "loop").wires?.picture).toBe("noise.latent");
  });

  it("of anything else than a repeat leaves the outputs alone", () => {
    const group = { ...entryOf(LOOP, "loop"), type: "group" };
    const level = { ...LOOP, nodes: { ...LOOP.nodes, loop: group } };
    const next = renameInput(level, "loop", "latent", "picture");
    expect(Object.keys(bodyOf(next, "loop").outputs ?? {})).toEqual(["latent", "state"]);
  });

  it("takes what is drawn for it along", () => {
    const level: Workflow = {
      ...LOOP,
      editor: { seeds: { "loop.seed": "next" }, bends: { "loop.seed": [[1, 2]] } },
    };
    const next = renameInput(level, "loop", "seed", "start");
    expect(next.editor).toEqual({
      seeds: { "loop.start": "next" },
      bends: { "loop.start": [[1, 2]] },
    });
  });

  it("gets no name that is taken, kept, or none", () => {
    for (const name of ["seed", "times", "index", "3d", "a b", "", "latent"]) {
      expect(renameInput(LOOP, "loop", "guidance", name)).toBe(LOOP);
    }
    expect(isFreeName(bodyOf(LOOP, "loop"), "inputs", "scale-2")).toBe(true);
    expect(isFreeName(bodyOf(LOOP, "loop"), "outputs", "times")).toBe(true);
  });

  it("goes with its wires and its value", () => {
    const next = removeInput(LOOP, "loop", "guidance");
    expect(bodyOf(next, "loop").inputs).not.toHaveProperty("guidance");
    expect(entryOf(bodyOf(next, "loop"), "guide").wires).not.toHaveProperty("guidance");
    expect(entryOf(next, "loop").values).toEqual({ times: 20 });
    const swept = removeInput(SWEEP, "sweep", "guidance");
    expect(entryOf(swept, "sweep").values).toEqual({ over: [] });
    expect(ids(removeInput(LOOP, "loop", "model"))).not.toContain("model.model>loop.model");
  });
});

describe("an output of a body", () => {
  it("is added under the name of the port it comes from", () => {
    const source = { node: "unet", port: "denoised" };
    const { level, name } = addOutput(LOOP, KINDS, "loop", source);
    expect(name).toBe("denoised");
    expect(bodyOf(level, "loop").outputs?.denoised).toBe("unet.denoised");
    expect(addOutput(level, KINDS, "loop", source).name).toBe("denoised2");
  });

  it("of a repeat is named like an input only if it can be fed back into it", () => {
    const source = { node: "level", port: "sigma" };
    expect(addOutput(LOOP, KINDS, "loop", source, "guidance").name).toBe("guidance");
    expect(addOutput(LOOP, KINDS, "loop", source, "model").name).toBe("model2");
  });

  it("that is named anew keeps what hangs on it", () => {
    const next = renameOutput(SWEEP, "sweep", "label", "words");
    expect(bodyOf(next, "sweep").outputs).toEqual({ image: "decode.image", words: "label.str" });
    expect(entryOf(next, "sheet").wires?.labels).toEqual(["sweep.words"]);
    expect(renameOutput(SWEEP, "sweep", "label", "image")).toBe(SWEEP);
  });

  it("that is fed back takes the input of its name along", () => {
    const next = renameOutput(LOOP, "loop", "state", "memory");
    expect(bodyOf(next, "loop").inputs).toHaveProperty("memory");
    expect(entryOf(bodyOf(next, "loop"), "step").wires?.state).toBe("in.memory");
  });

  it("goes with the wires that begin at it", () => {
    const next = removeOutput(SWEEP, "sweep", "label");
    expect(entryOf(next, "sheet").wires).toEqual({ images: ["sweep.image"] });
    expect(bodyOf(next, "sweep").outputs).toEqual({ image: "decode.image" });
    expect(removeOutput(SWEEP, "sweep", "gone")).toBe(SWEEP);
  });
});

import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import { firstFitting, healInput, portsFit, refusal } from "../src/graph/fits.ts";
import { port } from "../src/graph/kinds.ts";
import { endOf, type Wire } from "../src/graph/wires.ts";
import { bodyOf, example } from "./examples.ts";
import { KINDS, kind } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const wire = (from: string, to: string) => ({ from: endOf(from), to: endOf(to) }) as Wire;
const why = (level: Level, from: string, to: string) => refusal(level, KINDS, wire(from, to));

describe("whether ports may be wired", () => {
  it("goes by type, and a whole number is a number", () => {
    expect(portsFit(port("a", "Latent"), port("b", "Latent"))).toBe(true);
    expect(portsFit(port("a", "int"), port("b", "float"))).toBe(true);
    expect(portsFit(port("a", "float"), port("b", "int"))).toBe(false);
    expect(portsFit(port("a", "?"), port("b", "int"))).toBe(true);
  });

  it("says which types do not go together", () => {
    expect(why(FIRST, "model.model", "decode.latent")).toEqual({
      why: "type",
      from: "Model",
      to: "Latent",
    });
  });

  it("refuses a list where one is taken, and takes it where several are", () => {
    expect(why(SWEEP, "sweep.image", "save.image")).toEqual({ why: "list", type: "Image" });
    expect(why(SWEEP, "sweep.image", "sheet.images")).toBeNull();
  });

  it("refuses a loop, also one node long", () => {
    expect(why(LOOP, "decode.image", "save.image")).toBeNull();
    expect(why(LOOP, "loop.latent", "noise.latent")).toEqual({ why: "loop" });
    expect(why(LOOP, "loop.latent", "loop.latent")).toEqual({ why: "loop" });
  });

  it("lets the ends of a body be wired together with its nodes", () => {
    const body = bodyOf(LOOP, "loop");
    expect(why(body, "in.latent", "unet.latent")).toBeNull();
    expect(why(body, "unet.denoised", ":out.latent")).toBeNull();
    expect(why(body, "level.sigma", ":out.latent")).toMatchObject({ why: "type" });
  });

  it("says that a port is gone", () => {
    expect(why(FIRST, "model.nothing", "decode.vae")).toEqual({ why: "gone" });
    expect(why(FIRST, "nobody.vae", "decode.vae")).toEqual({ why: "gone" });
  });
});

describe("the port that fits best", () => {
  const inputs = kind("sample").inputs;

  it("is one that must be fed, before one that may", () => {
    const other = port("conditioning", "Conditioning");
    expect(firstFitting(inputs, other, "input")?.name).toBe("positive");
  });

  it("is one that nothing feeds, if there is one", () => {
    const other = port("conditioning", "Conditioning");
    const fed = (name: string) => name === "positive";
    expect(firstFitting(inputs, other, "input", fed)?.name).toBe("negative");
    expect(firstFitting(inputs, other, "input", () => true)?.name).toBe("positive");
  });

  it("is of the very type, before one that only takes it", () => {
    const ports = [port("number", "float"), port("whole", "int")];
    expect(firstFitting(ports, port("seed", "int"), "input")?.name).toBe("whole");
  });

  it("is none where none fits", () => {
    expect(firstFitting(inputs, port("image", "Image"), "input")).toBeUndefined();
  });
});

describe("the input an output is healed by", () => {
  it("is the wired one of its type", () => {
    expect(healInput(FIRST, "sample", "latent", KINDS)).toBe("latent");
    expect(healInput(FIRST, "decode", "image", KINDS)).toBeUndefined();
    expect(healInput(FIRST, "blank", "latent", KINDS)).toBeUndefined();
  });

  it("is none where a list would go on as one picture", () => {
    expect(healInput(SWEEP, "sheet", "image", KINDS)).toBeUndefined();
  });

  it("is none where a whole number would go on as a number", () => {
    const level = {
      nodes: { n: { type: "seed" }, c: { type: "calculate", wires: { a: "n.int" } } },
    };
    expect(healInput(level, "c", "float", KINDS)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import { byType, ofKind, shapeOf, sourceOf, UNKNOWN } from "../src/graph/kinds.ts";
import { wiresOf } from "../src/graph/wires.ts";
import { bodyOf, EXAMPLES, entryOf, example } from "./examples.ts";
import { KINDS, kind, LIST } from "./kinds.ts";

const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const named = (ports: readonly { name: string; type: string; many: boolean }[] = []) =>
  ports.map(({ name, type, many }) => `${name}: ${many ? `list[${type}]` : type}`);

describe("the ports of a node", () => {
  it("are those of its type", () => {
    expect(shapeOf(LOOP, "decode", KINDS)).toBe(ofKind(kind("vae_decode")));
    expect(shapeOf(LOOP, "gone", KINDS)).toBeUndefined();
  });

  it.each(EXAMPLES)("are there for every wire of %s", (_, workflow) => {
    const missing = (level: Level): string[] => [
      ...wiresOf(level).flatMap(({ from, to }) => {
        const there =
          shapeOf(level, from.node, KINDS)?.outputs.some(({ name }) => name === from.port) &&
          shapeOf(level, to.node, KINDS)?.inputs.some(({ name }) => name === to.port);
        return there ? [] : [`${from.node}.${from.port} > ${to.node}.${to.port}`];
      }),
      ...Object.values(level.nodes).flatMap(({ body }) => (body ? missing(body) : [])),
    ];
    expect(missing(workflow)).toEqual([]);
  });

  it("of a type named like something every object has are guessed, as of any unknown one", () => {
    const level = { nodes: { a: { type: "constructor" }, b: { type: "toString" } } };
    expect(shapeOf(level, "a", KINDS)?.missing).toBe(true);
    expect(shapeOf(level, "b", byType([]))?.missing).toBe(true);
  });
});

describe("the ports of a repeat", () => {
  const shape = shapeOf(LOOP, "loop", KINDS);

  it("are what its body spells out, and how often it runs", () => {
    expect(named(shape?.inputs)).toEqual([
      "latent: Latent",
      "state: SamplerState",
      "model: Model",
      "sigmas: Sigmas",
      "positive: Conditioning",
      "negative: Conditioning",
      "guidance: float",
      "seed: int",
      "times: int",
    ]);
    expect(named(shape?.outputs)).toEqual(["latent: Latent", "state: SamplerState"]);
  });

  it("must be fed unless they have a default or may stay open", () => {
    const must = shape?.inputs.filter((port) => port.required).map((port) => port.name);
    expect(must).not.toContain("state");
    expect(must).not.toContain("guidance");
    expect(must).toContain("latent");
  });

  it("must be fed where the default is null, as the server has it", () => {
    const body = { inputs: { x: { type: "int", default: null } }, nodes: {} };
    const level = { nodes: { g: { type: "group", body } } };
    expect(shapeOf(level, "g", KINDS)?.inputs[0]?.required).toBe(true);
  });

  it("are read once for a node that did not change", () => {
    expect(shapeOf({ ...LOOP }, "loop", KINDS)).toBe(shape);
  });
});

describe("the ports of a for each", () => {
  it("take lists where it goes over them, and give lists", () => {
    const shape = shapeOf(SWEEP, "sweep", KINDS);
    expect(named(shape?.inputs)).toContain("guidance: list[float]");
    expect(named(shape?.inputs)).toContain("model: Model");
    expect(named(shape?.outputs)).toEqual(["image: list[Image]", "label: list[str]"]);
  });

  it("are one at a time inside", () => {
    const body = bodyOf(SWEEP, "sweep");
    expect(named(shapeOf(body, "in", KINDS)?.outputs)).toEqual([
      "model: Model",
      "vae: Vae",
      "positive: Conditioning",
      "blank: Latent",
      "guidance: float",
      "index: int",
    ]);
    expect(named(shapeOf(body, ":out", KINDS)?.inputs)).toEqual(["image: Image", "label: str"]);
    expect(sourceOf(body, "in.index", KINDS)?.type).toBe("int");
  });
});

describe("a node of an unknown type", () => {
  const level = {
    nodes: {
      odd: { type: "pack/odd", wires: { one: "a.x", many: ["a.x", "b.x"] } },
      after: { type: "save_image", wires: { image: "odd.picture" } },
    },
  };

  it("has the ports that its wires tell of", () => {
    const shape = shapeOf(level, "odd", KINDS);
    expect(shape?.title).toBe("pack/odd");
    expect(named(shape?.inputs)).toEqual([`one: ${UNKNOWN}`, `many: list[${UNKNOWN}]`]);
    expect(named(shape?.outputs)).toEqual([`picture: ${UNKNOWN}`]);
  });

  it("keeps its shape while nothing of it changed", () => {
    const moved = { nodes: { ...level.nodes, other: entryOf(level, "after") } };
    expect(shapeOf(moved, "odd", KINDS)).toBe(shapeOf(level, "odd", KINDS));
  });

  it("gets another port when a new wire begins at it", () => {
    const again = { type: "vae_encode", wires: { image: "odd.mask" } };
    const more = { nodes: { ...level.nodes, again } };
    expect(named(shapeOf(more, "odd", KINDS)?.outputs)).toHaveLength(2);
  });
});

describe("the node types of these tests", () => {
  it("hold every type of the examples, read whole", () => {
    expect(LIST).toHaveLength(37);
    expect(kind("sample").live).toBe(true);
    expect(kind("save_image").effect).toBe(true);
    expect(LIST.flatMap(({ inputs }) => inputs).every(({ type }) => type)).toBe(true);
  });
});

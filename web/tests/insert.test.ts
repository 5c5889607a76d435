import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import { addNode, connect, disconnect, moveNodes } from "../src/graph/edit.ts";
import { endAt, placeOf } from "../src/graph/geometry.ts";
import {
  converters,
  detach,
  insertOnWire,
  moveWires,
  pushAside,
  swapWires,
  wiresCrossed,
  wireUnder,
} from "../src/graph/insert.ts";
import { port } from "../src/graph/kinds.ts";
import { endOf, idOf, type Wire, wiresOf } from "../src/graph/wires.ts";
import { bodyOf, chain, entryOf, example } from "./examples.ts";
import { KINDS, LIST } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const SWEEP = example("guidance-sweep");
const wire = (from: string, to: string) => ({ from: endOf(from), to: endOf(to) }) as Wire;
const PICTURE = wire("decode.image", "save.image");
const wiresAt = (level: Level, id: string) => entryOf(level, id).wires;

/** A node in the middle between the ends of a wire. */
function added(level: Level, id: string, type: string, on: Wire): Level {
  const from = endAt(level, KINDS, on.from, "output");
  const to = endAt(level, KINDS, on.to, "input");
  if (!from || !to) throw new Error("no such wire");
  const at = { x: (from.x + to.x) / 2 - 120, y: (from.y + to.y) / 2 - 40 };
  return addNode(level, id, { type }, at);
}

describe("a stroke", () => {
  it("crosses the wires it goes over, and no others", () => {
    const end = endAt(FIRST, KINDS, PICTURE.to, "input") ?? { x: 0, y: 0 };
    const x = end.x - 30;
    const stroke = [
      { x, y: end.y - 200 },
      { x, y: end.y + 10 },
    ];
    expect(wiresCrossed(FIRST, KINDS, stroke).map(idOf)).toEqual([idOf(PICTURE)]);
  });

  it("that is a single point crosses nothing", () => {
    expect(wiresCrossed(FIRST, KINDS, [{ x: 0, y: 0 }])).toEqual([]);
    expect(wiresCrossed(FIRST, KINDS, [])).toEqual([]);
  });
});

describe("a node on a wire", () => {
  it("is seen to lie on it", () => {
    const level = added(FIRST, "scale", "scale_image", PICTURE);
    const under = wireUnder(level, KINDS, "scale");
    expect(under && idOf(under)).toBe(idOf(PICTURE));
  });

  it("is seen there while it is still dragged", () => {
    const level = added(FIRST, "scale", "scale_image", PICTURE);
    const [at, away] = [placeOf(level, "scale"), { x: -2000, y: -2000 }];
    const elsewhere = moveNodes(level, { scale: away });
    expect(wireUnder(elsewhere, KINDS, "scale")).toBeUndefined();
    expect(wireUnder(elsewhere, KINDS, "scale", at)).toBeDefined();
    expect(wireUnder(level, KINDS, "scale", away)).toBeUndefined();
  });

  it("is not seen on a wire of another type, on its own, or when it is wired already", () => {
    expect(wireUnder(added(FIRST, "text", "encode_text", PICTURE), KINDS, "text")).toBeUndefined();
    expect(wireUnder(FIRST, KINDS, "decode")).toBeUndefined();
    const level = added(FIRST, "scale", "scale_image", PICTURE);
    const fed = connect(level, wire("decode.image", "scale.image"));
    expect(wireUnder(fed, KINDS, "scale")).toBeUndefined();
  });

  it("goes into it by its types", () => {
    const next = insertOnWire(
      added(FIRST, "scale", "scale_image", PICTURE),
      KINDS,
      PICTURE,
      "scale",
    );
    expect(wiresAt(next, "scale")).toEqual({ image: "decode.image" });
    expect(wiresAt(next, "save")).toEqual({ image: "scale.image" });
  });

  it("takes the old place among several wires", () => {
    const two = connect(SWEEP, wire("sample.latent", "sheet.images"), true);
    const level = addNode(two, "grid", { type: "image_grid" }, { x: 0, y: 0 });
    const next = insertOnWire(level, KINDS, wire("sweep.image", "sheet.images"), "grid");
    expect(wiresAt(next, "grid")).toEqual({ images: "sweep.image" });
    expect(wiresAt(next, "sheet")?.images).toEqual(["grid.image", "sample.latent"]);
  });

  it("goes between the end of a body and its node", () => {
    const body = addNode(bodyOf(LOOP, "loop"), "mix", { type: "blend_latents" }, { x: 0, y: 0 });
    const next = insertOnWire(body, KINDS, wire("step.latent", ":out.latent"), "mix");
    expect(next).toMatchObject({ outputs: { latent: "mix.latent" } });
    expect(wiresAt(next, "mix")).toEqual({ a: "step.latent" });
  });

  it("stays out where it would make a loop, or does not fit", () => {
    const level = disconnect(chain(4), wire("n0.float", "n1.a"));
    expect(insertOnWire(level, KINDS, wire("n2.float", "n3.a"), "n1")).toBe(level);
    expect(insertOnWire(FIRST, KINDS, PICTURE, "prompt")).toBe(FIRST);
  });

  it("makes room on its right, for all that hangs on it", () => {
    const level = added(FIRST, "scale", "scale_image", wire("sample.latent", "decode.latent"));
    const there = connect(level, wire("scale.image", "save.image"));
    const close = moveNodes(there, { save: { x: placeOf(there, "scale").x + 100, y: 0 } });
    const next = pushAside(close, KINDS, "scale");
    expect(placeOf(next, "save").x).toBe(placeOf(next, "scale").x + 300);
    expect(placeOf(next, "decode")).toEqual(placeOf(close, "decode"));
  });

  it("pushes nobody where there is room", () => {
    expect(pushAside(FIRST, KINDS, "decode")).toBe(FIRST);
    expect(pushAside(FIRST, KINDS, "save")).toBe(FIRST);
  });
});

describe("shaking nodes out", () => {
  it("heals the wires behind them", () => {
    const next = detach(FIRST, KINDS, ["sample"]);
    expect(entryOf(next, "sample")).not.toHaveProperty("wires");
    expect(wiresAt(next, "decode")).toEqual({ vae: "model.vae", latent: "blank.latent" });
  });

  it("leaves the wires among them", () => {
    const next = detach(chain(5), KINDS, ["n1", "n2"]);
    expect(wiresOf(next).map(idOf)).toEqual(["n1.float>n2.a", "n0.float>n3.a", "n3.float>n4.a"]);
  });
});

describe("taking the wires of a port to another", () => {
  const end = (node: string, port: string) => ({ node, port });

  it("takes those that may go there, and makes no loop of the others", () => {
    const last = { type: "calculate", wires: { a: "n0.float", b: "n2.float" } };
    const level: Level = { nodes: { ...chain(3).nodes, n3: last } };
    const next = moveWires(level, KINDS, "output", end("n0", "float"), end("n1", "float"));
    expect(wiresAt(next, "n1")).toEqual({ a: "n0.float" });
    expect(wiresAt(next, "n3")).toEqual({ a: "n1.float", b: "n2.float" });
  });

  it("leaves all where none may go", () => {
    const level = chain(3);
    expect(moveWires(level, KINDS, "output", end("n0", "float"), end("n2", "float"))).toBe(level);
  });

  it("takes one of several to an input that takes one, and loses none", () => {
    const level: Level = {
      nodes: {
        a: { type: "text" },
        b: { type: "text" },
        join: { type: "join_text", wires: { texts: ["a.str", "b.str"] } },
        told: { type: "format_number" },
      },
    };
    const next = moveWires(level, KINDS, "input", end("join", "texts"), end("told", "before"));
    expect(wiresAt(next, "join")).toEqual({ texts: ["b.str"] });
    expect(wiresAt(next, "told")).toEqual({ before: "a.str" });
  });
});

describe("swapping two wires", () => {
  it("exchanges what feeds two inputs", () => {
    const body = bodyOf(LOOP, "loop");
    const next = swapWires(
      body,
      KINDS,
      wire("unet.denoised", "guide.positive"),
      wire("unet.negative_denoised", "guide.negative"),
    );
    expect(wiresAt(next, "guide")).toEqual({
      positive: "unet.negative_denoised",
      negative: "unet.denoised",
      guidance: "in.guidance",
    });
  });

  it("exchanges places in one list", () => {
    const two = connect(
      addNode(SWEEP, "more", { type: "load_image" }, { x: 0, y: 0 }),
      wire("more.image", "sheet.images"),
      true,
    );
    const [a, b] = [wire("sweep.image", "sheet.images"), wire("more.image", "sheet.images")];
    expect(wiresAt(swapWires(two, KINDS, a, b), "sheet")?.images).toEqual([
      "more.image",
      "sweep.image",
    ]);
  });

  it("is left where the types do not go together, or it would make a loop", () => {
    const [a, b] = [wire("model.vae", "decode.vae"), wire("blank.latent", "sample.latent")];
    expect(swapWires(FIRST, KINDS, a, b)).toBe(FIRST);
    const level = chain(4);
    expect(swapWires(level, KINDS, wire("n0.float", "n1.a"), wire("n2.float", "n3.a"))).toBe(level);
    expect(swapWires(level, KINDS, wire("n0.float", "n1.a"), wire("n0.float", "n1.b"))).toBe(level);
  });
});

describe("converters", () => {
  const told = (from: string, to: string, many = false) =>
    converters(LIST, port("a", from, { many }), port("b", to)).map(
      ({ kind, input, output, needs }) => `${input} ${kind.type} ${output} ${needs.join()}`,
    );

  it("are node types that turn one into the other, those that need nothing else first", () => {
    expect(told("Mask", "Image")[0]).toBe("mask mask_to_image image ");
    expect(told("Latent", "Image")).toContain("latent vae_decode image vae");
    expect(told("Image", "Mask")[0]).toBe("image mask_from_image mask ");
  });

  it("make one picture of several", () => {
    expect(told("Image", "Image", true)[0]).toBe("images image_grid image ");
  });

  it("are none where nothing does, or nothing is known", () => {
    expect(told("Model", "Mask")).toEqual([]);
    expect(told("?", "Image")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { putNode } from "../src/graph/edit.ts";
import { endOf, idOf, reach, wiresOf, written } from "../src/graph/wires.ts";
import { bodyOf, chain, entryOf, example } from "./examples.ts";

const FIRST = example("first-picture");
const SWEEP = example("guidance-sweep");

describe("wires read from nodes", () => {
  it("are all that are written", () => {
    expect(wiresOf(FIRST).map(idOf)).toEqual([
      "model.text_encoder>prompt.text_encoder",
      "model.model>sample.model",
      "prompt.conditioning>sample.positive",
      "blank.latent>sample.latent",
      "model.vae>decode.vae",
      "sample.latent>decode.latent",
      "decode.image>save.image",
    ]);
  });

  it("go to the outputs of a body, too", () => {
    const ids = wiresOf(bodyOf(SWEEP, "sweep")).map(idOf);
    expect(ids).toContain("in.guidance>sample.guidance");
    expect(ids.slice(-2)).toEqual(["decode.image>:out.image", "label.str>:out.label"]);
  });

  it("are the same list as long as the nodes are the same", () => {
    expect(wiresOf(FIRST)).toBe(wiresOf({ ...FIRST, layout: {} }));
  });

  it("keep a wire that did not change when another node did", () => {
    const next = putNode(FIRST, "blank", { type: "empty_latent", values: { width: 512 } });
    expect(wiresOf(next)[6]).toBe(wiresOf(FIRST)[6]);
  });

  it("of a node that stands under two ids end at each", () => {
    const twice = putNode(FIRST, "decode2", entryOf(FIRST, "decode"));
    const ids = wiresOf(twice).map(idOf);
    expect(ids).toContain("model.vae>decode.vae");
    expect(ids).toContain("model.vae>decode2.vae");
  });

  it("leave out what is no wire", () => {
    const odd = { type: "note", wires: { a: 5, b: ["x.y", null], c: "nodot", d: ".x", e: "x." } };
    const level = { nodes: { odd: odd as never } };
    expect(wiresOf(level).map(idOf)).toEqual(["x.y>odd.b"]);
    expect(written(odd as never, "b")).toEqual(["x.y"]);
  });

  it("are one where the same is written twice in a list", () => {
    const ids = wiresOf(example("every-tenth-step")).map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("have ends that are parted at the first dot", () => {
    expect(endOf("a.b.c")).toEqual({ node: "a", port: "b.c" });
  });
});

describe("what can be come to", () => {
  it("is all that hangs on a node, with the node", () => {
    expect(reach(FIRST, ["prompt"], "to")).toEqual(new Set(["prompt", "sample", "decode", "save"]));
  });

  it("is all that a node hangs on, against the wires", () => {
    expect(reach(FIRST, ["prompt"], "from")).toEqual(new Set(["prompt", "model"]));
  });

  it("needs no stack for a long chain", () => {
    expect(reach(chain(10_000), ["n0"], "to").size).toBe(10_000);
  });
});

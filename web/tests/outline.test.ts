import { expect, test } from "vitest";
import type { NodeKind } from "../src/api/messages.ts";
import type { Level } from "../src/graph/document.ts";
import { byType, port } from "../src/graph/kinds.ts";
import { goals, inRunOrder, type Leaf, leaves } from "../src/graph/outline.ts";
import { moveOf } from "../src/panels/outlineKeys.ts";

const kind = (type: string, inputs: string[], outputs: string[]): NodeKind => ({
  type,
  title: type,
  category: "",
  help: "",
  version: 1,
  effect: false,
  exact: true,
  live: false,
  inputs: inputs.map((name) => port(name, name)),
  outputs: outputs.map((name) => port(name, name)),
});
const KINDS = byType([
  kind("load", [], ["model"]),
  kind("sample", ["model"], ["latent"]),
  kind("decode", ["latent"], ["image"]),
]);
const LEVEL: Level = {
  nodes: {
    decode: { type: "decode", wires: { latent: "sample.latent" } },
    sample: { type: "sample", wires: { model: "load.model" } },
    load: { type: "load" },
    spare: { type: "load" },
  },
  layout: { decode: [0, 0], sample: [500, 0], load: [900, 0], spare: [950, 0] },
};
const keys = (list: readonly Leaf[]) => list.map(({ twig }) => twig.key);

test("nodes are in the order they run, wherever they stand", () => {
  expect(inRunOrder(LEVEL)).toEqual(["load", "sample", "decode", "spare"]);
});

test("nodes in a loop are listed all the same", () => {
  const nodes = {
    a: { type: "sample", wires: { model: "b.latent" } },
    b: { type: "sample", wires: { model: "a.latent" } },
  };
  expect(inRunOrder({ nodes })).toEqual(["a", "b"]);
});

test("ten thousand nodes are put in order", () => {
  const nodes = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, at) => [
      `n${at}`,
      at ? { type: "sample", wires: { model: `n${at >> 1}.latent` } } : { type: "sample" },
    ]),
  );
  expect(inRunOrder({ nodes })).toHaveLength(10_000);
});

test("shut nodes show themselves only, with what can be done at the end", () => {
  const list = leaves(LEVEL, KINDS, new Set());
  expect(keys(list)).toEqual([
    "node load",
    "node sample",
    "node decode",
    "node spare",
    "add",
    "run",
  ]);
  expect(list[1]).toMatchObject({ depth: 1, at: 2, of: 6, open: false });
});

test("an open node shows its ports, an open port its wires", () => {
  const list = leaves(LEVEL, KINDS, new Set(["node sample", "input sample.model"]));
  expect(keys(list).slice(1, 5)).toEqual([
    "node sample",
    "input sample.model",
    "wire input load.model>sample.model",
    "output sample.latent",
  ]);
  expect(list[3]).toMatchObject({ depth: 3, at: 1, of: 1 });
});

test("in a body there is a way out, and its ends stand around its nodes", () => {
  const body = { inputs: { a: { type: "Model" } }, nodes: LEVEL.nodes, outputs: {} };
  const found = keys(leaves(body, KINDS, new Set()));
  expect(found[0]).toBe("leave");
  expect(found[1]).toBe("node in");
  expect(found.at(-3)).toBe("node :out");
});

test("the ports to wire to are those of the other side, and it is known which fit", () => {
  const found = goals(
    LEVEL,
    KINDS,
    "output",
    { node: "spare", port: "model" },
    port("model", "model"),
  );
  expect(found.map(({ node, port: { name }, fits }) => [node, name, fits])).toEqual([
    ["sample", "model", true],
    ["decode", "latent", false],
  ]);
});

test("a wire that would make a loop does not fit", () => {
  const nodes = {
    a: { type: "sample" },
    b: { type: "sample", wires: { model: "a.latent" } },
  };
  const many = byType([kind("sample", ["model"], ["model"])]);
  const found = goals(
    { nodes },
    many,
    "output",
    { node: "b", port: "model" },
    port("model", "model"),
  );
  expect(found.map(({ node, fits }) => [node, fits])).toEqual([["a", false]]);
});

test("arrow keys walk, open and shut as in every tree", () => {
  const shut = leaves(LEVEL, KINDS, new Set());
  expect(moveOf(shut, 0, "ArrowDown")).toEqual({ to: "row", at: 1 });
  expect(moveOf(shut, 0, "ArrowUp")).toEqual({ to: "row", at: 0 });
  expect(moveOf(shut, 1, "ArrowRight")).toEqual({ to: "open", key: "node sample" });
  const open = leaves(LEVEL, KINDS, new Set(["node sample"]));
  expect(moveOf(open, 1, "ArrowRight")).toEqual({ to: "row", at: 2 });
  expect(moveOf(open, 1, "ArrowLeft")).toEqual({ to: "shut", key: "node sample" });
  expect(moveOf(open, 3, "ArrowLeft")).toEqual({ to: "row", at: 1 });
});

test("Delete cuts wires, and on a node it is left to the command that deletes", () => {
  const open = leaves(LEVEL, KINDS, new Set(["node sample"]));
  expect(moveOf(open, 2, "Delete")).toEqual({ to: "cut" });
  expect(moveOf(open, 1, "Delete")).toBeUndefined();
  expect(moveOf(open, 2, "w")).toEqual({ to: "wire" });
});

import { expect, test } from "vitest";
import { EMPTY, type Level } from "../src/graph/document.ts";
import { byType, port } from "../src/graph/kinds.ts";
import { beside, picturesOf, seedOf } from "../src/store/album.ts";
import { kindOf } from "../src/store/dropped.ts";
import { landed } from "../src/store/landing.ts";
import { readWorkflow } from "../src/store/reading.ts";

const kind = (name: string, type = "") => kindOf({ name, type });

test("a file is known by its name, and by its type where the name says nothing", () => {
  expect(kind("boat.json")).toBe("workflow");
  expect(kind("boat.PNG", "image/png")).toBe("picture");
  expect(kind("boat.jpeg")).toBe("picture");
  expect(kind("image", "image/webp")).toBe("picture");
  expect(kind("prompt.txt", "text/plain")).toBe("text");
  expect(kind("film.mp4", "video/mp4")).toBe("other");
});

test("a model is a model, whatever the browser takes it for", () => {
  expect(kind("sd15.safetensors")).toBe("model");
  expect(kind("sd15.ckpt", "application/octet-stream")).toBe("model");
  expect(kind("sd15.gguf", "text/plain")).toBe("model");
});

test("a workflow is read, with a mark at its beginning too", () => {
  const text = `\uFEFF${JSON.stringify({ ...EMPTY, title: "Boat" })}`;
  expect(readWorkflow(text)).toEqual({ workflow: { ...EMPTY, title: "Boat" } });
});

test("broken JSON tells the line it stops in, where the browser does", () => {
  expect(readWorkflow('{\n"format": "x"\n"nodes": {}}')).toEqual({ why: "json", line: 3 });
});

test("a newer format is told from what is no workflow at all", () => {
  const newer = JSON.stringify({ format: "latentwire/9", nodes: {} });
  expect(readWorkflow(newer)).toEqual({ why: "newer", format: "latentwire/9" });
  expect(readWorkflow('{"nodes": {}}')).toEqual({ why: "other" });
  expect(readWorkflow('{"format": "latentwire/1", "nodes": 3}')).toEqual({ why: "other" });
  expect(readWorkflow("[1]")).toEqual({ why: "other" });
});

const plain = { help: "", version: 1, effect: false, exact: true, live: false, category: "image" };
const kinds = byType([
  {
    ...plain,
    type: "load_image",
    title: "Load image",
    inputs: [port("image", "str")],
    outputs: [port("image", "Image"), port("mask", "Mask")],
  },
  {
    ...plain,
    type: "blend",
    title: "Blend",
    inputs: [port("a", "Image"), port("amount", "float"), port("mask", "Mask")],
    outputs: [port("image", "Image")],
  },
]);
const level: Level = { nodes: { blend: { type: "blend" } }, layout: { blend: [400, 0] } };
const drop = (onto?: { node: string; port: string }) =>
  landed(level, kinds, "load_image", { image: "abc" }, { at: { x: 300, y: 100 }, onto });

test("what is let go on the canvas becomes a node where it was let go", () => {
  const { level: next, id } = drop();
  expect(next.nodes[id]).toEqual({ type: "load_image", values: { image: "abc" } });
  expect(next.layout?.[id]).toEqual([300, 100]);
  expect(next.nodes.blend).toBe(level.nodes.blend);
});

test("what is let go on an input is wired to it by type, and stands before it", () => {
  const { level: next, id } = drop({ node: "blend", port: "mask" });
  expect(next.nodes.blend?.wires).toEqual({ mask: `${id}.mask` });
  expect(next.layout?.[id]?.[0]).toBeLessThan(300);
});

test("where nothing of it fits the input, it is a node without a wire", () => {
  const { level: next } = drop({ node: "blend", port: "amount" });
  expect(next.nodes.blend?.wires).toBeUndefined();
});

const output = (asset: string, path = `outputs/${asset}.png`) => ({
  node: "save",
  asset,
  name: "picture",
  path,
});

test("the pictures of all runs stand in a row, each once, without other files", () => {
  const row = picturesOf([
    { run: "2", title: "b", outputs: [output("x"), output("w", "outputs/lora.safetensors")] },
    { run: "1", title: "a", outputs: [output("x"), output("y")] },
  ]);
  expect(row.map(({ asset, run }) => [asset, run])).toEqual([
    ["x", "2"],
    ["y", "1"],
  ]);
  expect(beside(row, "x", 1)?.asset).toBe("y");
  expect(beside(row, "x", -1)).toBeUndefined();
  expect(beside(row, "unknown", 1)).toBeUndefined();
});

test("the seed of a picture is that of the nearest node before it", () => {
  const workflow = {
    ...EMPTY,
    nodes: {
      other: { type: "sample", values: { seed: 1 } },
      loop: {
        type: "repeat",
        wires: { latent: "other.latent" },
        body: { nodes: { inner: { type: "sample", values: { seed: 9 } } } },
      },
      save: { type: "save_image", wires: { image: "loop.image" } },
      aside: { type: "sample", values: { seed: 5 } },
    },
  };
  expect(seedOf(workflow, "save")).toBe(9);
  expect(seedOf(workflow, "aside")).toBe(5);
  expect(seedOf({ ...EMPTY, nodes: { a: { type: "x" } } }, "a")).toBeUndefined();
});

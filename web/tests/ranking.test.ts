import { expect, test } from "vitest";
import { rank, score } from "../src/ui/ranking.ts";

const title = (item: string) => item;
const NODES = ["Save image", "VAE decode", "Load VAE", "Sample", "Resize image", "Sample steps"];

test("nothing typed leaves the order as it is", () => {
  expect(rank(NODES, "  ", { title })).toEqual(NODES);
});

test("a title that is what was typed comes first", () => {
  expect(rank(NODES, "sample", { title })).toEqual(["Sample", "Sample steps"]);
});

test("words are found in any order", () => {
  expect(rank(NODES, "image save", { title })).toEqual(["Save image"]);
});

test("the beginning of a title comes before the beginning of a later word", () => {
  expect(rank(NODES, "vae", { title })).toEqual(["VAE decode", "Load VAE"]);
});

test("the first letters of the words are enough", () => {
  expect(rank(NODES, "vd", { title })).toEqual(["VAE decode"]);
  expect(rank(NODES, "vaedec", { title })).toEqual(["VAE decode"]);
  expect(rank(NODES, "sv", { title })).toEqual([]);
});

test("other words are found after titles", () => {
  const more = (item: string) => (item === "Sample" ? "image" : "");
  expect(rank(NODES, "image", { title, more }).at(-1)).toBe("Sample");
});

test("what is of no use now is last, however well it fits", () => {
  const last = (item: string) => item === "Sample";
  expect(rank(NODES, "sample", { title, last })).toEqual(["Sample steps", "Sample"]);
});

test("accents and case are no matter", () => {
  expect(score("elan", "Élan")).toBeGreaterThan(0);
});

test("a word that is nowhere rules an item out", () => {
  expect(score("save zebra", "Save image")).toBeUndefined();
});

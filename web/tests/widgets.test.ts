import { describe, expect, it } from "vitest";
import type { ModelFile, Port } from "../src/api/messages.ts";
import { port } from "../src/graph/kinds.ts";
import { nearest } from "../src/graph/nearest.ts";
import { asColour } from "../src/widgets/colour.ts";
import {
  addPoint,
  between,
  movePoint,
  readCurve,
  removePoint,
  writeCurve,
} from "../src/widgets/curve.ts";
import { isMissing, itemsFor } from "../src/widgets/models.ts";
import { aim, beginning, grouped } from "../src/widgets/picking.ts";
import { writingOf } from "../src/widgets/written.ts";
import { wrongIn } from "../src/widgets/wrong.ts";

const ends = { min: 0, max: 30 };
const widget = (type: string, more: Record<string, unknown> = {}, also: Partial<Port> = {}) =>
  port("value", "str", { widget: { type, ...more }, ...also });

describe("a curve", () => {
  it("is read and written as points, from left to right", () => {
    const points = readCurve("1:1, 0:7, 0.5:3", ends);
    expect(points && writeCurve(points)).toBe("0:7, 0.5:3, 1:1");
  });

  it.each(["", "7", "0:7,", "0:7, 2:3", "0:31", "0:a", "0:1:2", "0 7"])("is none in %s", (text) =>
    expect(readCurve(text, ends)).toBeUndefined(),
  );

  it("has points that stay between their neighbours and the ends", () => {
    const points = readCurve("0:7, 0.5:3, 1:1", ends) ?? [];
    expect(writeCurve(movePoint(points, 1, { at: 2, value: 99 }, ends))).toBe("0:7, 1:30, 1:1");
    expect(writeCurve(movePoint(points, 0, { at: -1, value: -1 }, ends))).toBe("0:0, 0.5:3, 1:1");
  });

  it("gets a point where it belongs, and loses any but the last", () => {
    const points = readCurve("0:7, 1:3", ends) ?? [];
    const added = addPoint(points, between(points, 0), ends);
    expect(added.index).toBe(1);
    expect(writeCurve(added.points)).toBe("0:7, 0.5:5, 1:3");
    expect(removePoint(removePoint(points, 0), 0)).toHaveLength(1);
  });
});

describe("text to edit", () => {
  it("takes the value away when nothing is left and nothing is the default", () => {
    const text = writingOf(widget("Prompt", { lines: 4 }, { default: "" }));
    expect(text.write(undefined)).toBe("");
    expect(text.read("")).toBeUndefined();
    expect(text.read(" a ")).toBe(" a ");
  });

  it("keeps nothing as a value where the default is something", () => {
    const text = writingOf(widget("Prompt", { lines: 1 }, { default: "picture" }));
    expect(text.write(undefined)).toBe("picture");
    expect(text.read("")).toBe("");
  });

  it("has a line for each entry of a list", () => {
    const list = writingOf(widget("Prompt", { lines: 4 }, { default: [], many: true }));
    expect(list.write(["a", "", "b"])).toBe("a\n\nb");
    expect(list.read("a\n\nb\n\n")).toEqual(["a", "", "b"]);
    expect(list.read("  \n")).toBeUndefined();
  });

  it("has numbers of a list beside one another", () => {
    const numbers = port("sizes", "int", { many: true, default: [], widget: { type: "Number" } });
    expect(writingOf(numbers).write([1, 2])).toBe("1, 2");
    expect(writingOf(numbers).read("1, 2,x")).toEqual([1, 2, "x"]);
  });
});

describe("what is wrong with a value", () => {
  const steps = port("steps", "int", {
    auto: true,
    default: "auto",
    widget: { type: "Slider", min: 1, max: 150, step: 1 },
  });

  it("is nothing for the default, for auto and for what is between the ends", () => {
    for (const value of [undefined, "auto", 1, 150]) expect(wrongIn(steps, value)).toBeUndefined();
  });

  it.each([
    [200, "200 is outside 1 to 150."],
    [7.5, "7.5 is no whole number."],
    ["much", "“much” is no number."],
  ])("is said of %s", (value, told) => expect(wrongIn(steps, value)).toBe(told));

  it("is said of what is none of the choices, no colour, no curve, no text", () => {
    expect(wrongIn(widget("Choice", { options: ["a"] }), "b")).toMatch("none of the choices");
    expect(wrongIn(widget("Color"), "red")).toMatch("#rrggbb");
    expect(wrongIn(widget("Curve", ends), "0:7, 2:3")).toMatch("0:30, 1:0");
    expect(wrongIn(widget("Prompt", { lines: 2 }), 7)).toBe("7 is no text.");
    expect(wrongIn(widget("Prompt", { lines: 2 }), "a".repeat(2 ** 20 + 1))).toMatch("1,048,576");
    expect(wrongIn(widget("Toggle"), "yes")).toMatch("on or off");
  });

  it("is short however long the value is", () => {
    const told = wrongIn(widget("Color"), "x".repeat(2000)) ?? "";
    expect(told.length).toBeLessThan(100);
  });
});

describe("model files", () => {
  const file = (name: string, kind = "model", problem: string | null = null): ModelFile => ({
    ...{ name, kind, family: null, bytes: 1, sha256: null, folder: "/models", problem },
  });
  const models = [
    file("old/broken", "model", "It is no model."),
    file("xl/juggernaut_xl_v9"),
    file("starter"),
    file("vae/fixed", "vae"),
  ];

  it("are missing only when the folders were looked through", () => {
    expect(isMissing(models, false, "gone")).toBe(true);
    expect(isMissing(models, true, "gone")).toBe(false);
    expect(isMissing(models, false, "starter.safetensors")).toBe(false);
    expect(isMissing(models, false, "/elsewhere/model.safetensors")).toBe(false);
    expect(isMissing(models, false, "")).toBe(false);
  });

  it("are offered by kind, those that can be used first", () => {
    const names = itemsFor(models, "model").map(({ value }) => value);
    expect(names).toEqual(["starter", "xl/juggernaut_xl_v9", "old/broken"]);
  });

  it("begin with the nearest to one that is gone", () => {
    const [first] = itemsFor(models, "model", "checkpoints/juggernautXL_v8");
    expect(first?.value).toBe("xl/juggernaut_xl_v9");
    expect(first?.group).toMatch("Nearest");
  });

  it("are also whole models where an autoencoder is asked for", () => {
    const names = itemsFor(models, "vae").map(({ value }) => value);
    expect(names.slice(0, 2)).toEqual(["vae/fixed", "starter"]);
    expect(itemsFor(models, "text_encoder").map(({ value }) => value)).toContain("starter");
    expect(itemsFor(models, "lora").map(({ value }) => value)).not.toContain("starter");
  });
});

it("finds the names nearest to one, and none where none is like it", () => {
  expect(nearest("sdxl-vae", ["sdxl_vae_fp16", "flux", "vae/SDXL VAE"])).toEqual([
    "vae/SDXL VAE",
    "sdxl_vae_fp16",
  ]);
  expect(nearest("zzz", ["sdxl", "flux"])).toEqual([]);
});

it("understands colours as people write them", () => {
  expect(["80c", "#80C", "8800cc", " #8800CC "].map(asColour)).toEqual(Array(4).fill("#8800cc"));
  expect(asColour("red")).toBe("red");
});

describe("keys in a list", () => {
  const key = (name: string) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false });
  const items = ["auto", "ddim", "ddpm", "euler"].map((title) => ({ value: title, title }));

  it("go up and down and stop at the ends", () => {
    expect(aim(key("ArrowDown"), 0, 4, 1)).toBe(1);
    expect(aim(key("ArrowUp"), 0, 4, 1)).toBe(0);
    expect(aim(key("End"), 0, 4, 1)).toBe(3);
    expect(aim(key("ArrowLeft"), 2, 4, 1)).toBeUndefined();
  });

  it("go sideways where items stand in columns", () => {
    expect(aim(key("ArrowDown"), 1, 8, 4)).toBe(5);
    expect(aim(key("ArrowLeft"), 5, 8, 4)).toBe(4);
  });

  it("go from one beginning with a letter to the next, and round", () => {
    expect(beginning(items, "d", 0)).toBe(1);
    expect(beginning(items, "d", 1)).toBe(2);
    expect(beginning(items, "D", 2)).toBe(1);
    expect(beginning(items, "x", 2)).toBe(2);
  });

  it("are the same whatever stands under one heading", () => {
    const some = [{ group: "a" }, { group: "a" }, { group: "b" }].map((more, at) => ({
      ...{ value: `${at}`, title: `${at}` },
      ...more,
    }));
    expect(grouped(some).map(({ from, members }) => [from, members.length])).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });
});

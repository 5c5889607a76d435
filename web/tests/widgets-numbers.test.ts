import { describe, expect, it } from "vitest";
import { port } from "../src/graph/kinds.ts";
import { calculate } from "../src/widgets/arithmetic.ts";
import {
  onGrid,
  part,
  rangeOf,
  shown,
  startOf,
  stepAt,
  stepped,
  travel,
  typedInto,
} from "../src/widgets/numbers.ts";
import { presetsFor, ratioOf } from "../src/widgets/sizes.ts";

const range = (
  type: "int" | "float",
  min: number | null,
  max: number | null,
  step: number | null,
) => rangeOf(port("value", type, { widget: { type: "Slider", min, max, step } }));

const unit = range("float", 0, 1, 0.01);
const steps = range("int", 1, 150, 1);
const side = range("int", 8, 16384, 8);
const pixels = port("width", "int", {
  widget: { type: "Size", min: 8, max: 16384, step: 8 },
});
const free = range("float", null, null, null);

describe("what is typed into a number", () => {
  it.each([
    ["7", 7],
    ["-.5", -0.5],
    ["512*2", 1024],
    ["2+3*4", 14],
    ["(2+3)*4", 20],
    ["100/8", 12.5],
    ["-(2-5)", 3],
    ["1e-3", 0.001],
    ["0,5", 0.5],
    ["3 × 4", 12],
    ["8 ÷ 2", 4],
    ["2 − 3", -1],
    [" 12 ", 12],
    ["5.", 5],
  ])("reads %s as %d", (typed, value) => expect(calculate(typed)).toBe(value));

  it.each(["", "abc", "1 2", "2*", "(1", "1)", "1/0", "0/0", "--", "1e999", "9".repeat(201)])(
    "refuses %s",
    (typed) => expect(calculate(typed)).toBeUndefined(),
  );

  it("takes commas between the thousands of a whole number", () => {
    expect(calculate("1,024", true)).toBe(1024);
    expect(calculate("1,048,576", true)).toBe(1048576);
    expect(calculate("1,5", true)).toBe(1.5);
    expect(calculate("1,024")).toBe(1.024);
  });

  it("rounds only what must be whole, and keeps what is outside the ends", () => {
    expect(typedInto(steps, 33.4)).toBe(33);
    expect(typedInto(steps, 500)).toBe(500);
    expect(typedInto(unit, 0.1 + 0.2)).toBe(0.3);
  });
});

describe("how a number is written", () => {
  it.each([
    [1, unit, "1.00"],
    [0.123456, unit, "0.123456"],
    [7.5, range("float", 0, 30, 0.1), "7.5"],
    [7.25, range("float", 0, 30, 0.1), "7.25"],
    [28, steps, "28"],
    [2 ** 53 - 1, range("int", 0, 2 ** 53 - 1, 1), "9007199254740991"],
    [14.6, range("float", 0.0001, 10000, 0.0001), "14.60"],
    [0.0292, range("float", 0.0001, 10000, 0.0001), "0.0292"],
    [0.1 + 0.2, free, "0.3"],
    [1, range("float", 0, 4, 0.05), "1.00"],
  ])("writes %d", (value, within, text) => expect(shown(value, within)).toBe(text));
});

describe("a drag", () => {
  it("goes from end to end over the width of a slider", () => {
    expect(travel(118, "usual", 0, unit, 118)).toBe(1);
    expect(travel(59, "fine", 0, unit, 118)).toBeCloseTo(0.05);
    expect(travel(1, "coarse", 0, steps, 149)).toBe(10);
  });

  it("goes a step for some pixels where there is no slider", () => {
    expect(travel(4, "usual", 512, side)).toBe(8);
    expect(travel(4, "coarse", 512, side)).toBe(80);
  });

  it("stays on the grid of steps and between the ends", () => {
    expect(onGrid(515, "usual", side)).toBe(512);
    expect(onGrid(-3, "usual", side)).toBe(8);
    expect(onGrid(0.123, "usual", unit)).toBe(0.12);
    expect(onGrid(0.1234, "fine", unit)).toBe(0.123);
    expect(onGrid(3.3, "fine", steps)).toBe(3);
    expect(onGrid(999, "usual", steps)).toBe(150);
  });

  it("begins at the value, else at the default, else where most values are", () => {
    expect(startOf(3, 7, steps)).toBe(3);
    expect(startOf(undefined, 7, steps)).toBe(7);
    expect(startOf("auto", "auto", steps)).toBe(23);
    expect(startOf("auto", "auto", rangeOf(pixels))).toBe(512);
    expect(startOf(undefined, null, free)).toBe(0);
  });
});

describe("keys on a number", () => {
  it("count by the step, ten of them or a tenth of one", () => {
    expect(stepped(0.5, 1, "usual", unit)).toBe(0.51);
    expect(stepped(0.5, -1, "coarse", unit)).toBe(0.4);
    expect(stepped(0.5, 1, "fine", unit)).toBe(0.501);
    expect(stepped(20, 1, "fine", steps)).toBe(21);
    expect(stepped(512, 1, "usual", side)).toBe(520);
  });

  it("stop at the ends", () => {
    expect(stepped(150, 1, "usual", steps)).toBe(150);
    expect(stepped(3, -1, "coarse", steps)).toBe(1);
  });

  it("go by the size of a number that has no step", () => {
    expect(stepAt(14.6, free)).toBe(0.1);
    expect(stepAt(0.5, free)).toBe(0.01);
    expect(stepAt(0, free)).toBe(0.1);
    expect(stepAt(700, range("float", 0.0001, 10000, 0.0001))).toBe(10);
  });
});

it("fills a slider as far as its value is between the ends", () => {
  expect(part(0.25, unit)).toBe(0.25);
  expect(part(200, steps)).toBe(1);
  expect(part(-1, unit)).toBe(0);
  expect(part(1, free)).toBeUndefined();
});

describe("the sizes that are offered", () => {
  it("are formats with their shape where a node has both sides", () => {
    const offered = presetsFor(side, true);
    expect(offered.map(({ title }) => title)).toContain("832 × 1216");
    expect(offered.find(({ title }) => title === "1216 × 832")?.ratio).toBe("3:2");
    expect(ratioOf(768, 1344)).toBe("9:16");
  });

  it("are single sides where it has one, and none outside the ends", () => {
    const offered = presetsFor(range("int", 320, 1024, 8), false);
    expect(offered.map(({ sides }) => sides[0])).toEqual([384, 512, 640, 768, 832, 896, 1024]);
  });
});

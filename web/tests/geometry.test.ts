import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import { setValue } from "../src/graph/edit.ts";
import {
  cardOf,
  endAt,
  HEADER,
  linesCross,
  placeOf,
  pointsOf,
  polyline,
  portAt,
  ROW,
  WIDTH,
} from "../src/graph/geometry.ts";
import { wiresOf } from "../src/graph/wires.ts";
import { bodyOf, EXAMPLES, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");
const card = (level: Level, id: string) => {
  const there = cardOf(level, id, KINDS);
  if (!there) throw new Error(`${id} has no card`);
  return there;
};

describe("a card", () => {
  it("has its rows one below the other, from the title down", () => {
    for (const [, workflow] of EXAMPLES) {
      for (const id of Object.keys(workflow.nodes)) {
        let y = HEADER;
        for (const row of card(workflow, id).rows) {
          expect(row.y).toBe(y);
          y += row.height;
        }
        expect(card(workflow, id).height).toBeGreaterThanOrEqual(y);
      }
    }
  });

  it("is made once for a node that did not change", () => {
    expect(card({ ...FIRST }, "sample")).toBe(card(FIRST, "sample"));
    expect(card(setValue(FIRST, "sample", "steps", 5), "sample")).not.toBe(card(FIRST, "sample"));
  });

  it("hides what is seldom used until it is opened, or used", () => {
    const names = (level: Level) => card(level, "sample").rows.map((row) => row.input?.name);
    expect(names(FIRST)).not.toContain("eta");
    expect(names({ ...FIRST, editor: { open: ["sample"] } })).toContain("eta");
    expect(names(setValue(FIRST, "sample", "eta", 0.5))).toContain("eta");
  });

  it("is its title alone when folded, and as large as it was drawn", () => {
    expect(card({ ...FIRST, editor: { folded: ["sample"] } }, "sample")).toMatchObject({
      width: WIDTH,
      height: HEADER,
      rows: [],
    });
    expect(card({ ...FIRST, editor: { sizes: { sample: [333, 0] } } }, "sample").width).toBe(333);
    expect(card({ ...LOOP, editor: { sizes: { about: [300, 90] } } }, "about")).toMatchObject({
      width: 300,
      height: 90,
    });
  });
});

describe("places", () => {
  it("are those of the file, and the origin without one", () => {
    expect(placeOf(FIRST, "prompt")).toEqual({
      x: FIRST.layout?.prompt?.[0],
      y: FIRST.layout?.prompt?.[1],
    });
    expect(placeOf({ nodes: { a: { type: "note" } } }, "a")).toEqual({ x: 0, y: 0 });
    expect(placeOf({ nodes: {}, layout: { a: [Number.NaN, 0] } }, "a")).toEqual({ x: 0, y: 0 });
  });

  it("of the ends of a body are beside its nodes until they were moved", () => {
    const body = bodyOf(LOOP, "loop");
    expect(placeOf(body, "in").x).toBeLessThan(0);
    expect(placeOf(body, ":out").x).toBeGreaterThan(960);
    expect(placeOf({ ...body, layout: { in: [5, 6] } }, "in")).toEqual({ x: 5, y: 6 });
  });

  it("of ports are at the sides of the card, in the middle of a row", () => {
    const there = card(FIRST, "decode");
    expect(portAt(there, "input", "vae")).toEqual({ x: 0, y: HEADER + ROW / 2 });
    expect(portAt(there, "output", "image")).toEqual({ x: WIDTH, y: HEADER + ROW / 2 });
    expect(portAt(there, "input", "nothing").y).toBe(HEADER / 2);
  });
});

describe("the line of a wire", () => {
  it("goes from port to port, by its bends", () => {
    const wire = wiresOf(FIRST).find(({ to }) => to.node === "save");
    if (!wire) throw new Error("no wire to save");
    const level = { ...FIRST, editor: { bends: { "save.image": [[7, 8]] as const } } };
    expect(pointsOf(level, KINDS, wire)).toEqual([
      endAt(FIRST, KINDS, { node: "decode", port: "image" }, "output"),
      { x: 7, y: 8 },
      endAt(FIRST, KINDS, { node: "save", port: "image" }, "input"),
    ]);
  });

  it("begins and ends at its points", () => {
    const line = polyline([
      { x: 0, y: 0 },
      { x: 100, y: 50 },
    ]);
    expect(line[0]).toEqual({ x: 0, y: 0 });
    expect(line.at(-1)).toEqual({ x: 100, y: 50 });
    expect(line[8]).toEqual({ x: 50, y: 25 });
  });
});

describe("lines that cross", () => {
  const across = [
    { x: -10, y: 0 },
    { x: 10, y: 0 },
  ];

  it("are found", () => {
    expect(
      linesCross(across, [
        { x: 0, y: -5 },
        { x: 0, y: 5 },
      ]),
    ).toBe(true);
    expect(
      linesCross(across, [
        { x: 11, y: -5 },
        { x: 11, y: 5 },
      ]),
    ).toBe(false);
    expect(
      linesCross(across, [
        { x: 0, y: 1 },
        { x: 0, y: 5 },
      ]),
    ).toBe(false);
  });

  it("are found where two pieces meet in the very point", () => {
    const bent = [
      { x: -10, y: 0 },
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ];
    expect(
      linesCross(bent, [
        { x: 0, y: -5 },
        { x: 0, y: 5 },
      ]),
    ).toBe(true);
  });

  it("are none where they lie in one another or apart", () => {
    expect(linesCross(across, across)).toBe(false);
    expect(
      linesCross(across, [
        { x: 20, y: 0 },
        { x: 30, y: 0 },
      ]),
    ).toBe(false);
    expect(linesCross(across, [])).toBe(false);
  });
});

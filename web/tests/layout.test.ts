import { describe, expect, it } from "vitest";
import { align, distribute } from "../src/graph/align.ts";
import type { Entry, Level } from "../src/graph/document.ts";
import { moveNodes } from "../src/graph/edit.ts";
import { boundsOf, frameBox, type Rect, rectOf } from "../src/graph/frames.ts";
import { placeOf } from "../src/graph/geometry.ts";
import { tidy } from "../src/graph/layout.ts";
import { wiresOf } from "../src/graph/wires.ts";
import { bodyOf, chain, EXAMPLES, example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LOOP = example("open-loop");

const rect = (level: Level, id: string): Rect => {
  const there = rectOf(level, KINDS, id);
  if (!there) throw new Error(`${id} is nowhere`);
  return there;
};
const overlap = (a: Rect, b: Rect) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Every node at one place, as in a file without places. */
const heaped = (level: Level): Level => ({ ...level, layout: {} });

function overlaps(level: Level): string[] {
  const ids = Object.keys(level.nodes);
  return ids.flatMap((a, at) =>
    ids
      .slice(at + 1)
      .flatMap((b) => (overlap(rect(level, a), rect(level, b)) ? [`${a} ${b}`] : [])),
  );
}

describe("tidying", () => {
  it.each(EXAMPLES)("puts %s left to right, nothing over anything", (_, workflow) => {
    const next = tidy(heaped(workflow), KINDS);
    expect(overlaps(next)).toEqual([]);
    for (const { from, to } of wiresOf(next)) {
      const [a, b] = [rect(next, from.node), rect(next, to.node)];
      expect(a.x + a.width).toBeLessThan(b.x);
    }
  });

  it.each(EXAMPLES)("leaves %s alone once it is tidy", (_, workflow) => {
    const once = tidy(workflow, KINDS);
    expect(tidy(once, KINDS)).toBe(once);
  });

  it("keeps the top left corner where it was", () => {
    const moved = moveNodes(heaped(FIRST), { model: { x: -300, y: 77 } });
    const before = boundsOf(moved, KINDS, Object.keys(moved.nodes));
    const after = boundsOf(tidy(moved, KINDS), KINDS, Object.keys(moved.nodes));
    expect([after?.x, after?.y]).toEqual([before?.x, before?.y]);
  });

  it("moves only those it is asked to", () => {
    const ids = ["sample", "decode", "save"];
    const next = tidy(heaped(FIRST), KINDS, ids);
    expect(placeOf(next, "model")).toEqual({ x: 0, y: 0 });
    expect(rect(next, "decode").x).toBeGreaterThan(rect(next, "sample").x);
    expect(rect(next, "save").x).toBeGreaterThan(rect(next, "decode").x);
  });

  it("puts a chain in one line", () => {
    const next = tidy(chain(6), KINDS);
    const tops = Object.keys(next.nodes).map((id) => placeOf(next, id).y);
    expect(new Set(tops).size).toBe(1);
  });

  it("pulls a node up to just before what it feeds", () => {
    const n5: Entry = { type: "calculate", wires: { a: "n4.float", b: "late.float" } };
    const level: Level = { nodes: { ...chain(6).nodes, late: { type: "number" }, n5 } };
    const next = tidy(level, KINDS);
    expect(placeOf(next, "late").x).toBe(placeOf(next, "n4").x);
  });

  it("keeps a note that stood above everything above everything", () => {
    const next = tidy(LOOP, KINDS);
    const others = Object.keys(next.nodes).filter((id) => id !== "about");
    const below = boundsOf(next, KINDS, others);
    expect(rect(next, "about").y + rect(next, "about").height).toBeLessThan(below?.y ?? 0);
  });

  it("keeps the nodes of a frame together, and others out of it", () => {
    const frames = { frame: { title: "", colour: "blue", nodes: ["prompt", "sample"] } };
    const level: Level = { ...heaped(FIRST), editor: { frames } };
    const next = tidy(level, KINDS);
    const box = frameBox(next, KINDS, "frame");
    expect(overlaps(next)).toEqual([]);
    for (const id of ["model", "blank", "decode", "save"]) {
      expect(box && overlap(box, rect(next, id))).toBe(false);
    }
    expect(tidy(next, KINDS)).toBe(next);
  });

  it("lets the ends of a body stand beside its nodes again", () => {
    const body = { ...bodyOf(LOOP, "loop"), layout: { in: [900, 900] as const } };
    const next = tidy(body, KINDS);
    expect(next.layout).not.toHaveProperty("in");
    expect(placeOf(next, "in").x).toBeLessThan(
      boundsOf(next, KINDS, Object.keys(next.nodes))?.x ?? 0,
    );
  });

  it("comes to an end where nodes go round", () => {
    const ring = chain(4);
    const first: Entry = { type: "calculate", wires: { a: "n3.float" } };
    expect(overlaps(tidy({ nodes: { ...ring.nodes, n0: first } }, KINDS))).toEqual([]);
  });

  it("does nothing where there is nothing", () => {
    const empty = { nodes: {} };
    expect(tidy(empty, KINDS)).toBe(empty);
    expect(tidy(FIRST, KINDS, ["gone"])).toBe(FIRST);
  });

  it("needs no stack for a chain of ten thousand nodes", () => {
    const next = tidy(chain(10_000), KINDS);
    expect(placeOf(next, "n9999").x).toBe(9999 * 320);
  });
});

describe("aligning", () => {
  const ids = ["prompt", "sample", "save"];
  const rects = (level: Level) => ids.map((id) => rect(level, id));
  const level = moveNodes(FIRST, {
    prompt: { x: 10, y: 20 },
    sample: { x: 400, y: -30 },
    save: { x: 200, y: 500 },
  });

  it("puts nodes in line at each side", () => {
    expect(rects(align(level, KINDS, ids, "left")).map(({ x }) => x)).toEqual([10, 10, 10]);
    expect(rects(align(level, KINDS, ids, "top")).map(({ y }) => y)).toEqual([-30, -30, -30]);
    const right = rects(align(level, KINDS, ids, "right")).map(({ x, width }) => x + width);
    expect(right).toEqual([640, 640, 640]);
    const bottom = rects(align(level, KINDS, ids, "bottom")).map(({ y, height }) => y + height);
    expect(new Set(bottom).size).toBe(1);
  });

  it("puts nodes around one line", () => {
    const across = rects(align(level, KINDS, ids, "centre")).map(({ x, width }) => x + width / 2);
    expect(across).toEqual([325, 325, 325]);
    const middles = rects(align(level, KINDS, ids, "middle")).map(
      ({ y, height }) => y + height / 2,
    );
    for (const middle of middles)
      expect(Math.abs(middle - (middles[0] ?? 0))).toBeLessThanOrEqual(1);
  });

  it("moves nobody else", () => {
    const next = align(level, KINDS, [...ids, "gone"], "left");
    expect(placeOf(next, "model")).toEqual(placeOf(level, "model"));
    expect(next.layout).not.toHaveProperty("gone");
    expect(align(level, KINDS, [], "left")).toBe(level);
  });

  it("puts the same space between nodes, the outermost staying", () => {
    const wide = moveNodes(level, {
      prompt: { x: 0, y: 0 },
      save: { x: 250, y: 0 },
      sample: { x: 1000, y: 0 },
    });
    const next = distribute(wide, KINDS, ids, "across");
    expect(placeOf(next, "prompt").x).toBe(0);
    expect(placeOf(next, "save").x).toBe(500);
    expect(placeOf(next, "sample").x).toBe(1000);
  });

  it("pushes apart what has no room", () => {
    const tight = moveNodes(level, {
      prompt: { x: 0, y: 0 },
      save: { x: 0, y: 10 },
      sample: { x: 0, y: 20 },
    });
    expect(
      overlaps(distribute(tight, KINDS, ids, "down")).filter(
        (pair) => ids.includes(pair.split(" ")[0] ?? "") && ids.includes(pair.split(" ")[1] ?? ""),
      ),
    ).toEqual([]);
  });
});

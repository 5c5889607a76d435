import { describe, expect, it } from "vitest";
import type { Level } from "../src/graph/document.ts";
import { moveNodes, removeNodes } from "../src/graph/edit.ts";
import {
  boundsOf,
  changeFrame,
  dropped,
  FRAME_PAD,
  FRAME_TOP,
  frameAt,
  frameBox,
  frameBoxes,
  framed,
  frameOf,
  framesOf,
  hiddenIn,
  moveFrame,
  removeFrame,
  shownEnd,
} from "../src/graph/frames.ts";
import { endAt, HEADER, placeOf, WIDTH } from "../src/graph/geometry.ts";
import { example } from "./examples.ts";
import { KINDS } from "./kinds.ts";

const FIRST = example("first-picture");
const LAST = ["decode", "save"];

function frame(level: Level, ids: string[]): Level {
  const made = framed(level, ids, "Last", "blue");
  if (!made) throw new Error("no frame");
  return made.level;
}
const box = (level: Level, id = "frame") => {
  const there = frameBox(level, KINDS, id);
  if (!there) throw new Error("no box");
  return there;
};

describe("a frame", () => {
  it("is around its nodes, with room for its title", () => {
    const level = frame(FIRST, LAST);
    const around = boundsOf(level, KINDS, LAST);
    expect(framesOf(level)).toEqual({ frame: { title: "Last", colour: "blue", nodes: LAST } });
    expect(box(level)).toEqual({
      x: (around?.x ?? 0) - FRAME_PAD,
      y: (around?.y ?? 0) - FRAME_TOP,
      width: (around?.width ?? 0) + 2 * FRAME_PAD,
      height: (around?.height ?? 0) + FRAME_TOP + FRAME_PAD,
    });
  });

  it("takes its nodes out of other frames, which go when they are empty", () => {
    const level = frame(frame(FIRST, LAST), ["save", "sample"]);
    expect(framesOf(level).frame?.nodes).toEqual(["decode"]);
    expect(framesOf(level).frame2?.nodes).toEqual(["save", "sample"]);
    expect(framesOf(frame(level, ["decode"]))).not.toHaveProperty("frame2.nodes.2");
    expect(Object.keys(framesOf(frame(level, ["save", "sample", "decode"])))).toHaveLength(1);
  });

  it("needs a node", () => {
    expect(framed(FIRST, ["gone"], "", "blue")).toBeNull();
  });

  it("is found under a point, the smallest first", () => {
    const level = frame(frame(FIRST, ["model", "prompt", "decode"]), ["sample"]);
    const at = placeOf(level, "sample");
    const boxes = frameBoxes(level, KINDS);
    expect(frameAt(boxes, { x: at.x + 5, y: at.y + 5 })).toBe("frame2");
    expect(frameAt(boxes, { x: -5000, y: 0 })).toBeUndefined();
  });

  it("moves with its nodes", () => {
    const level = frame(FIRST, LAST);
    const next = moveFrame(level, "frame", { x: 10, y: -20 });
    expect(box(next)).toEqual({ ...box(level), x: box(level).x + 10, y: box(level).y - 20 });
    expect(placeOf(next, "model")).toEqual(placeOf(level, "model"));
  });

  it("gets another title and colour, and is folded and opened", () => {
    const level = frame(FIRST, LAST);
    const next = changeFrame(level, "frame", { title: "End", colour: "red", folded: true });
    expect(framesOf(next).frame).toEqual({
      title: "End",
      colour: "red",
      folded: true,
      nodes: LAST,
    });
    const back = changeFrame(next, "frame", { title: "Last", colour: "blue", folded: false });
    expect(back).toEqual(level);
    expect(changeFrame(level, "frame", { title: "Last" })).toBe(level);
    expect(changeFrame(level, "gone", { title: "x" })).toBe(level);
  });

  it("goes and leaves its nodes", () => {
    const level = frame(FIRST, LAST);
    expect(removeFrame(level, "frame")).toEqual(FIRST);
    expect(removeFrame(level, "gone")).toBe(level);
  });

  it("goes with the last of its nodes", () => {
    expect(removeNodes(frame(FIRST, LAST), new Set(LAST))).not.toHaveProperty("editor");
  });
});

describe("a folded frame", () => {
  const level = changeFrame(frame(FIRST, LAST), "frame", { folded: true });

  it("is as small as its title and hides its nodes", () => {
    expect(box(level)).toMatchObject({ width: WIDTH, height: HEADER });
    expect([...hiddenIn(level)]).toEqual([
      ["decode", "frame"],
      ["save", "frame"],
    ]);
  });

  it("has the wires of its nodes at its sides", () => {
    const at = box(level);
    const end = { node: "decode", port: "latent" };
    expect(shownEnd(level, KINDS, end, "input")).toEqual({ x: at.x, y: at.y + HEADER / 2 });
    expect(shownEnd(level, KINDS, end, "output")?.x).toBe(at.x + WIDTH);
    const other = { node: "sample", port: "latent" };
    expect(shownEnd(level, KINDS, other, "output")).toEqual(endAt(level, KINDS, other, "output"));
  });
});

describe("nodes that are dropped", () => {
  const level = frame(FIRST, LAST);
  const drop = (id: string, x: number, y: number, from = level) =>
    dropped(moveNodes(from, { [id]: { x, y } }), KINDS, [id]);

  it("are in the frame their middle is in", () => {
    const { x, y } = placeOf(level, "save");
    expect(framesOf(drop("prompt", x, y + 10)).frame?.nodes).toEqual([...LAST, "prompt"]);
    expect(frameOf(drop("prompt", x - 5000, y), "prompt")).toBeUndefined();
  });

  it("are out of a frame they no longer touch, and in it as long as they do", () => {
    const { x, y } = placeOf(level, "decode");
    expect(framesOf(drop("save", x, y + 5000)).frame?.nodes).toEqual(["decode"]);
    expect(framesOf(drop("save", x + 200, y)).frame?.nodes).toEqual(LAST);
  });

  it("take their frame along when they are all of it", () => {
    const moved = moveNodes(level, { decode: { x: 9000, y: 0 }, save: { x: 9300, y: 0 } });
    expect(dropped(moved, KINDS, LAST)).toBe(moved);
  });

  it("go from one frame into another", () => {
    const two = frame(level, ["model", "prompt"]);
    const { x, y } = placeOf(two, "prompt");
    const next = drop("save", x, y, two);
    expect(frameOf(next, "save")).toBe("frame2");
    expect(framesOf(next).frame?.nodes).toEqual(["decode"]);
  });
});

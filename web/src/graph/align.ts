/** Nodes put in line, and at equal distances. */
import type { Level, Point } from "./document.ts";
import { moveNodes } from "./edit.ts";
import { boundsOf, type Rect, rectOf } from "./frames.ts";
import type { Kinds } from "./kinds.ts";

export type Side = "left" | "right" | "top" | "bottom" | "centre" | "middle";

/** Nodes this near are not put nearer by `distribute`. */
const LEAST = 20;

function rectsOf(level: Level, kinds: Kinds, ids: Iterable<string>): Map<string, Rect> {
  const rects = new Map<string, Rect>();
  for (const id of ids) {
    const rect = Object.hasOwn(level.nodes, id) ? rectOf(level, kinds, id) : undefined;
    if (rect) rects.set(id, rect);
  }
  return rects;
}

/** `centre`: one below the other around one line; `middle`: side by side around one. */
export function align(level: Level, kinds: Kinds, ids: Iterable<string>, side: Side): Level {
  const rects = rectsOf(level, kinds, ids);
  const around = boundsOf(level, kinds, rects.keys());
  if (!around) return level;
  const places = [...rects].map(([id, rect]) => [id, alignedTo(around, rect, side)] as const);
  return moveNodes(level, Object.fromEntries(places));
}

function alignedTo(around: Rect, { x, y, width, height }: Rect, side: Side): Point {
  switch (side) {
    case "left":
      return { x: around.x, y };
    case "right":
      return { x: around.x + around.width - width, y };
    case "centre":
      return { x: around.x + (around.width - width) / 2, y };
    case "top":
      return { x, y: around.y };
    case "bottom":
      return { x, y: around.y + around.height - height };
    case "middle":
      return { x, y: around.y + (around.height - height) / 2 };
  }
}

/** The same space between all of them; the outermost stay, unless there is no room between them. */
export function distribute(
  level: Level,
  kinds: Kinds,
  ids: Iterable<string>,
  way: "across" | "down",
): Level {
  const [axis, extent] = way === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const rects = [...rectsOf(level, kinds, ids)].sort(([, a], [, b]) => a[axis] - b[axis]);
  const [first, last] = [rects[0]?.[1], rects.at(-1)?.[1]];
  if (!first || !last || rects.length < 3) return level;
  const used = rects.reduce((sum, [, rect]) => sum + rect[extent], 0);
  const room = last[axis] + last[extent] - first[axis] - used;
  const gap = Math.max(LEAST, room / (rects.length - 1));
  let at = first[axis];
  const places = rects.map(([id, rect]) => {
    const place = { x: rect.x, y: rect.y, [axis]: at };
    at += rect[extent] + gap;
    return [id, place] as const;
  });
  return moveNodes(level, Object.fromEntries(places));
}

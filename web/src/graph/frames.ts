/** Frames: boxes drawn behind nodes, as large as what is in them. A node is in one at most. */
import type { Frame, Level, Point } from "./document.ts";
import { withDrawn } from "./drawn.ts";
import { moveNodes } from "./edit.ts";
import { cardOf, endAt, HEADER, placeOf, type Size, WIDTH } from "./geometry.ts";
import { freeId } from "./ids.ts";
import type { Kinds } from "./kinds.ts";
import type { End } from "./wires.ts";

export interface Rect extends Point, Size {}

/** Room between a frame and its nodes, and above them for the title. */
export const FRAME_PAD = 24;
export const FRAME_TOP = 48;

type Frames = Readonly<Record<string, Frame>>;
type Ids = ReadonlySet<string>;
const NONE: Frames = {};
const NOBODY: Ids = new Set();

export const framesOf = (level: Level): Frames => level.editor?.frames ?? NONE;

/** The frame a node is in. */
export const frameOf = (level: Level, node: string): string | undefined =>
  Object.entries(framesOf(level)).find(([, frame]) => frame.nodes.includes(node))?.[0];

// ── where they are ────────────────────────────────────────────────────────────────────────────────

export function rectOf(level: Level, kinds: Kinds, id: string): Rect | undefined {
  const card = cardOf(level, id, kinds);
  return card && { ...placeOf(level, id), width: card.width, height: card.height };
}

/** The box around some nodes; undefined where none of them is there. */
export function boundsOf(level: Level, kinds: Kinds, ids: Iterable<string>): Rect | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const rect = rectOf(level, kinds, id);
    if (!rect) continue;
    [left, top] = [Math.min(left, rect.x), Math.min(top, rect.y)];
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return left === Infinity
    ? undefined
    : { x: left, y: top, width: right - left, height: bottom - top };
}

/** The box of a frame, be it without some of its nodes. A folded one is as small as its title. */
export function frameBox(
  level: Level,
  kinds: Kinds,
  id: string,
  without: Ids = NOBODY,
): Rect | undefined {
  const frame = framesOf(level)[id];
  const nodes = frame?.nodes.filter((node) => !without.has(node)) ?? [];
  const around = boundsOf(level, kinds, nodes);
  if (!around || !frame) return undefined;
  const corner = { x: around.x - FRAME_PAD, y: around.y - FRAME_TOP };
  if (frame.folded) return { ...corner, width: WIDTH, height: HEADER };
  const [width, height] = [around.width + 2 * FRAME_PAD, around.height + FRAME_TOP + FRAME_PAD];
  return { ...corner, width, height };
}

type Boxes = ReadonlyMap<string, Rect>;

/** Of every frame: its box, be it without some nodes. */
export function frameBoxes(level: Level, kinds: Kinds, without: Ids = NOBODY): Boxes {
  const boxes = new Map<string, Rect>();
  for (const id of Object.keys(framesOf(level))) {
    const box = frameBox(level, kinds, id, without);
    if (box) boxes.set(id, box);
  }
  return boxes;
}

/** The frame at a point: where several overlap, the smallest. */
export function frameAt(boxes: Boxes, at: Point): string | undefined {
  let [found, least] = [undefined as string | undefined, Infinity];
  for (const [id, box] of boxes) {
    if (!holds(box, at) || box.width * box.height >= least) continue;
    [found, least] = [id, box.width * box.height];
  }
  return found;
}

const holds = (box: Rect, { x, y }: Point): boolean =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Nodes that folded frames hide, with the frame that does. */
export function hiddenIn(level: Level): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  for (const [id, frame] of Object.entries(framesOf(level))) {
    if (frame.folded) for (const node of frame.nodes) hidden.set(node, id);
  }
  return hidden;
}

/** Where the end of a wire is seen: at the side of the folded frame that hides its node. */
export function shownEnd(
  level: Level,
  kinds: Kinds,
  end: End,
  side: "input" | "output",
  hidden = hiddenIn(level),
): Point | undefined {
  const frame = hidden.get(end.node);
  const box = frame === undefined ? undefined : frameBox(level, kinds, frame);
  if (!box) return endAt(level, kinds, end, side);
  return { x: side === "input" ? box.x : box.x + box.width, y: box.y + box.height / 2 };
}

// ── changes ───────────────────────────────────────────────────────────────────────────────────────

/** A frame around some nodes, taken out of those they were in; null where there are no nodes. */
export function framed(
  level: Level,
  ids: Iterable<string>,
  title: string,
  colour: string,
): { level: Level; id: string } | null {
  const nodes = [...new Set(ids)].filter((id) => Object.hasOwn(level.nodes, id));
  if (!nodes.length) return null;
  const others = framesOf(takenOut(level, new Set(nodes)));
  const id = freeId(others, "frame");
  const frames = { ...others, [id]: { title, colour, nodes } };
  return { level: withDrawn(level, { frames }), id };
}

/** Frames that are left with no nodes go. */
function takenOut(level: Level, ids: Ids): Level {
  const left = Object.entries(framesOf(level)).flatMap(([id, frame]) => {
    const nodes = frame.nodes.filter((node) => !ids.has(node));
    return nodes.length
      ? [[id, nodes.length < frame.nodes.length ? { ...frame, nodes } : frame]]
      : [];
  });
  return withDrawn(level, { frames: Object.fromEntries(left) });
}

/** Other words, another colour, folded or not. */
export function changeFrame(
  level: Level,
  id: string,
  changed: Partial<Pick<Frame, "title" | "colour" | "folded">>,
): Level {
  const frame = framesOf(level)[id];
  if (!frame) return level;
  const { folded, ...next } = { ...frame, ...changed };
  const same = next.title === frame.title && next.colour === frame.colour;
  if (same && (folded ?? false) === (frame.folded ?? false)) return level;
  const frames = { ...framesOf(level), [id]: folded ? { ...next, folded } : next };
  return withDrawn(level, { frames });
}

/** The frame goes, its nodes stay. */
export function removeFrame(level: Level, id: string): Level {
  if (!Object.hasOwn(framesOf(level), id)) return level;
  const { [id]: _, ...frames } = framesOf(level);
  return withDrawn(level, { frames });
}

/** A frame moves with all that is in it. */
export function moveFrame(level: Level, id: string, by: Point): Level {
  const places = (framesOf(level)[id]?.nodes ?? []).map((node) => {
    const { x, y } = placeOf(level, node);
    return [node, { x: x + by.x, y: y + by.y }] as const;
  });
  return moveNodes(level, Object.fromEntries(places));
}

/**
 * After nodes were dropped where they are now: one that no longer touches its frame is out of it,
 * one whose middle is in a frame is in it. A frame all of whose nodes were dropped came with them.
 */
export function dropped(level: Level, kinds: Kinds, ids: Iterable<string>): Level {
  const moved = new Set([...ids].filter((id) => Object.hasOwn(level.nodes, id)));
  const [boxes, homes] = [frameBoxes(level, kinds, moved), homesOf(level)];
  const gone = new Set<string>();
  const into = new Map<string, string[]>();
  for (const node of moved) {
    const rect = rectOf(level, kinds, node);
    const home = homes.get(node);
    const box = boxes.get(home ?? "");
    if (!rect || (home !== undefined && !(box && !overlap(box, rect)))) continue;
    if (home !== undefined) gone.add(node);
    const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
    const frame = frameAt(boxes, middle);
    if (frame !== undefined) into.set(frame, [...(into.get(frame) ?? []), node]);
  }
  return putInto(gone.size ? takenOut(level, gone) : level, into);
}

/** Of each node the frame it is in. */
function homesOf(level: Level): ReadonlyMap<string, string> {
  const homes = new Map<string, string>();
  for (const [id, { nodes }] of Object.entries(framesOf(level))) {
    for (const node of nodes) if (!homes.has(node)) homes.set(node, id);
  }
  return homes;
}

function putInto(level: Level, into: ReadonlyMap<string, readonly string[]>): Level {
  const frames = { ...framesOf(level) };
  for (const [id, nodes] of into) {
    const frame = frames[id];
    if (frame) frames[id] = { ...frame, nodes: [...frame.nodes, ...nodes] };
  }
  return into.size ? withDrawn(level, { frames }) : level;
}

/** Tidy a level: left to right along the wires, frames kept together, loose nodes in rows. */
import { arranged, GAP_X, GAP_Y, type Link } from "./arrange.ts";
import { END, type Level, type Point, START } from "./document.ts";
import { moveNodes } from "./edit.ts";
import { boundsOf, FRAME_PAD, FRAME_TOP, framesOf } from "./frames.ts";
import { cardOf, placeOf, portAt, type Size, WIDTH } from "./geometry.ts";
import type { Kinds } from "./kinds.ts";
import { type End, wiresOf } from "./wires.ts";

/** What is moved as one: a node, or the nodes of a frame. `within` are their places in it. */
interface Part extends Size {
  readonly within: ReadonlyMap<string, Point>;
  /** Where it was, so that what stood above stays above. */
  readonly top: number;
}

type Places = Map<string, Point>;

/**
 * Nodes put in order, all or some; their top left corner stays where it was. What it gives depends
 * on the wires and the order of the file alone, so what is tidy stays as it is.
 */
export function tidy(level: Level, kinds: Kinds, ids?: Iterable<string>): Level {
  const which = [...new Set(ids ?? Object.keys(level.nodes))].filter((id) =>
    Object.hasOwn(level.nodes, id),
  );
  const was = boundsOf(level, kinds, which);
  if (!was) return level;
  const places = laidOut(level, kinds, partsOf(level, kinds, which));
  const [left, top] = [least(places, "x"), least(places, "y")];
  const [x, y] = [Math.round(was.x) - left, Math.round(was.y) - top];
  const to = [...places].map(([id, at]) => [id, { x: at.x + x, y: at.y + y }] as const);
  const moved = moveNodes(level, Object.fromEntries(to));
  return ids ? moved : besideAll(moved);
}

/** The ends of a body stand beside its nodes again. */
function besideAll(level: Level): Level {
  if (!level.layout || !(START in level.layout || END in level.layout)) return level;
  const { [START]: _, [END]: __, ...layout } = level.layout;
  return { ...level, layout };
}

const least = (places: Places, axis: "x" | "y"): number =>
  [...places.values()].reduce((low, at) => Math.min(low, at[axis]), Infinity);

function partsOf(level: Level, kinds: Kinds, which: readonly string[]): Part[] {
  const left = new Set(which);
  const parts = new Map<string, Part>();
  for (const { nodes } of Object.values(framesOf(level))) {
    const [first] = nodes;
    if (first === undefined || !nodes.every((id) => left.delete(id))) continue;
    const inner = laidOut(
      level,
      kinds,
      nodes.map((id) => single(level, kinds, id)),
    );
    parts.set(first, framedPart(level, kinds, inner));
  }
  // in the order of the file, a frame where its first node is
  return which.flatMap((id) => parts.get(id) ?? (left.has(id) ? single(level, kinds, id) : []));
}

function single(level: Level, kinds: Kinds, id: string): Part {
  const { width, height } = cardOf(level, id, kinds) ?? { width: WIDTH, height: 0 };
  return { width, height, within: new Map([[id, { x: 0, y: 0 }]]), top: placeOf(level, id).y };
}

function framedPart(level: Level, kinds: Kinds, inner: Places): Part {
  let [width, height, top] = [0, 0, Infinity];
  const within: Places = new Map();
  for (const [id, { x, y }] of inner) {
    const card = cardOf(level, id, kinds);
    within.set(id, { x: x + FRAME_PAD, y: y + FRAME_TOP });
    width = Math.max(width, x + (card?.width ?? 0) + 2 * FRAME_PAD);
    height = Math.max(height, y + (card?.height ?? 0) + FRAME_TOP + FRAME_PAD);
    top = Math.min(top, placeOf(level, id).y - FRAME_TOP);
  }
  return { width, height, within, top };
}

/** Each set of parts that wires join by itself, one below the other, loose ones in rows. */
function laidOut(level: Level, kinds: Kinds, parts: readonly Part[]): Places {
  const links = linksOf(level, kinds, parts);
  const { sets, loose } = setsOf(parts, links);
  const blocks = sets.map((set) => blockOf(set, arrangedSet(set, parts, links), parts));
  const widest = blocks.reduce((wide, block) => Math.max(wide, block.width), 4 * (WIDTH + GAP_X));
  if (loose.length) blocks.push(blockOf(loose, rows(loose, parts, widest), parts));
  blocks.sort((a, b) => a.top - b.top);
  const places: Places = new Map();
  let y = 0;
  for (const block of blocks) {
    for (const [part, at] of block.places) {
      for (const [id, inner] of parts[part]?.within ?? []) {
        places.set(id, { x: at.x + inner.x, y: y + at.y + inner.y });
      }
    }
    y += block.height + 2 * GAP_Y;
  }
  return places;
}

interface Block extends Size {
  readonly places: ReadonlyMap<number, Point>;
  readonly top: number;
}

function blockOf(set: readonly number[], at: readonly Point[], parts: readonly Part[]): Block {
  const places = new Map<number, Point>();
  let [width, height, top] = [0, 0, Infinity];
  set.forEach((part, index) => {
    const [box, place] = [parts[part] as Part, at[index] ?? { x: 0, y: 0 }];
    places.set(part, place);
    [width, height] = [
      Math.max(width, place.x + box.width),
      Math.max(height, place.y + box.height),
    ];
    top = Math.min(top, box.top);
  });
  return { places, width, height, top };
}

function linksOf(level: Level, kinds: Kinds, parts: readonly Part[]): Link[] {
  const home = new Map<string, number>();
  parts.forEach((part, index) => {
    for (const id of part.within.keys()) home.set(id, index);
  });
  const height = (end: End, side: "input" | "output", part: number): number => {
    const card = cardOf(level, end.node, kinds);
    const inner = parts[part]?.within.get(end.node)?.y ?? 0;
    return inner + (card ? portAt(card, side, end.port).y : 0);
  };
  return wiresOf(level).flatMap((wire) => {
    const [from, to] = [home.get(wire.from.node), home.get(wire.to.node)];
    if (from === undefined || to === undefined || from === to) return [];
    const fromY = height(wire.from, "output", from);
    return [{ from, to, fromY, toY: height(wire.to, "input", to) }];
  });
}

/** The parts that wires join, each set in the order of the file; and those that nothing joins. */
function setsOf(parts: readonly Part[], links: readonly Link[]) {
  const root = parts.map((_, index) => index);
  const find = (at: number): number => {
    let top = at;
    while (root[top] !== top) top = root[top] = root[root[top] as number] as number;
    return top;
  };
  for (const { from, to } of links) root[find(to)] = find(from);
  const sets = new Map<number, number[]>();
  parts.forEach((_, index) => {
    const set = sets.get(find(index));
    if (set) set.push(index);
    else sets.set(find(index), [index]);
  });
  const all = [...sets.values()];
  return {
    sets: all.filter((set) => set.length > 1),
    loose: all.filter((set) => set.length === 1).flat(),
  };
}

function arrangedSet(
  set: readonly number[],
  parts: readonly Part[],
  links: readonly Link[],
): Point[] {
  const at = new Map(set.map((part, index) => [part, index]));
  const own = links.flatMap((link) => {
    const [from, to] = [at.get(link.from), at.get(link.to)];
    return from === undefined || to === undefined ? [] : [{ ...link, from, to }];
  });
  return arranged(
    set.map((part) => parts[part] as Part),
    own,
  );
}

function rows(set: readonly number[], parts: readonly Part[], width: number): Point[] {
  let [x, y, tallest] = [0, 0, 0];
  return set.map((index) => {
    const part = parts[index] as Part;
    if (x > 0 && x + part.width > width) [x, y, tallest] = [0, y + tallest + GAP_Y, 0];
    const at = { x, y };
    x += part.width + GAP_X;
    tallest = Math.max(tallest, part.height);
    return at;
  });
}

/** What only the editor draws of a level, in step with its nodes when they go, move or are renamed. */
import {
  type Drawn,
  END,
  type Frame,
  isObject,
  type Level,
  type Point,
  START,
  without,
} from "./document.ts";
import { copyId } from "./ids.ts";
import { endOf, idOf, nameOf, wiresOf } from "./wires.ts";

/** The id a node has from now on; undefined where it is gone. */
export type Rename = (id: string) => string | undefined;

/** The level with some of what is drawn changed. Empty lists are left out of the file. */
export function withDrawn(level: Level, changed: Drawn): Level {
  const editor = pruned({ ...level.editor, ...changed });
  return Object.keys(editor).length ? { ...level, editor } : without(level, "editor");
}

/** What is drawn of these nodes alone, with the frames that hold no others. */
export function drawnOf(level: Level, ids: ReadonlySet<string>): Drawn {
  const { views: _, ...drawn } = level.editor ?? {};
  const frames = Object.entries(records<Frame>(drawn.frames));
  const whole = frames.filter(([, frame]) => texts(frame.nodes).every((id) => ids.has(id)));
  return renamed({ ...drawn, frames: Object.fromEntries(whole) }, (id) =>
    ids.has(id) ? id : undefined,
  );
}

/** The same for nodes that have other ids now, moved `by` so much. What is no such thing goes. */
export function renamed(drawn: Drawn, to: Rename, by: Point = { x: 0, y: 0 }): Drawn {
  const place = (at: string) => {
    const end = endOf(at);
    const node = end && to(end.node);
    return node && end && nameOf({ node, port: end.port });
  };
  const shift = ([x, y]: readonly [number, number]) => [x + by.x, y + by.y] as const;
  const bends = Object.entries(records(drawn.bends))
    .filter(([, points]) => Array.isArray(points) && points.every(isPair))
    .map(([at, points]) => [at, (points as [number, number][]).map(shift)] as const);
  return pruned({
    ...drawn,
    frames: framesOf(drawn, to),
    folded: texts(drawn.folded).flatMap((id) => to(id) ?? []),
    open: texts(drawn.open).flatMap((id) => to(id) ?? []),
    sizes: keyed(Object.entries(records<[number, number]>(drawn.sizes)).filter(sized), to),
    bends: keyed(bends, place),
    seeds: keyed(Object.entries(records<"random" | "next">(drawn.seeds)).filter(rolls), place),
    pinned: texts(drawn.pinned).flatMap((wire) => pin(wire, place) ?? []),
    views: records(drawn.views),
  });
}

function framesOf(drawn: Drawn, to: Rename): Record<string, Frame> {
  const frames: Record<string, Frame> = {};
  for (const [id, frame] of Object.entries(records<Frame>(drawn.frames))) {
    if (!isObject(frame)) continue;
    const nodes = texts(frame.nodes).flatMap((node) => to(node) ?? []);
    const title = typeof frame.title === "string" ? frame.title : "";
    if (nodes.length) frames[id] = { ...frame, title, nodes };
  }
  return frames;
}

/** What is drawn for the wires of a port that has another name now, by "NODE.PORT". */
export function portRenamed(level: Level, from: string, to: string): Level {
  const { bends, seeds, pinned } = level.editor ?? {};
  if (!bends?.[from] && !seeds?.[from] && !pinned?.length) return level;
  const place = (at: string) => (at === from ? to : at);
  return withDrawn(level, {
    bends: keyed(Object.entries(bends ?? {}), place),
    seeds: keyed(Object.entries(seeds ?? {}), place),
    pinned: (pinned ?? []).map((wire) => wire.split(">").map(place).join(">")),
  });
}

/** What is drawn for some nodes, put to what is drawn already; frames get ids of their own. */
export function joined(drawn: Drawn = {}, more: Drawn): Drawn {
  const frames: Record<string, Frame> = { ...drawn.frames };
  for (const [id, frame] of Object.entries(more.frames ?? {})) frames[copyId(frames, id)] = frame;
  return pruned({
    ...drawn,
    frames,
    folded: [...new Set([...(drawn.folded ?? []), ...(more.folded ?? [])])],
    open: [...new Set([...(drawn.open ?? []), ...(more.open ?? [])])],
    sizes: { ...drawn.sizes, ...more.sizes },
    bends: { ...drawn.bends, ...more.bends },
    seeds: { ...drawn.seeds, ...more.seeds },
    pinned: [...new Set([...(drawn.pinned ?? []), ...(more.pinned ?? [])])],
  });
}

/** Without what is drawn for nodes and wires that are gone, and without what is malformed. */
export function cleaned(level: Level): Level {
  const there = (id: string) =>
    Object.hasOwn(level.nodes, id) || id === START || id === END ? id : undefined;
  const placed = cleanLayout(level, there);
  if (!placed.editor) return placed;
  const drawn = renamed(records(placed.editor) as Drawn, there);
  const left = drawn.bends || drawn.pinned ? onWires(level, drawn) : drawn;
  if (JSON.stringify(left) === JSON.stringify(placed.editor)) return placed;
  return Object.keys(left).length ? { ...placed, editor: left } : without(placed, "editor");
}

function cleanLayout(level: Level, there: Rename): Level {
  if (!level.layout) return level;
  const all = Object.entries(records(level.layout));
  const left = all.filter(([id, at]) => there(id) && isPair(at)) as [string, [number, number]][];
  if (isObject(level.layout) && left.length === all.length) return level;
  return { ...level, layout: Object.fromEntries(left) };
}

function onWires(level: Level, drawn: Drawn): Drawn {
  const wires = wiresOf(level);
  const ends = new Set(wires.map((wire) => nameOf(wire.to)));
  const shown = new Set(wires.flatMap((wire) => [nameOf(wire.from), idOf(wire)]));
  const bends = Object.entries(drawn.bends ?? {}).filter(([at]) => ends.has(at));
  const pinned = (drawn.pinned ?? []).filter((wire) => shown.has(wire));
  return pruned({ ...drawn, bends: Object.fromEntries(bends), pinned });
}

/** A pinned wire is told by its start, or by both its ends. */
function pin(wire: string, place: Rename): string | undefined {
  const ends = wire.split(">").map(place);
  return ends.every((end) => end !== undefined) ? ends.join(">") : undefined;
}

function pruned(drawn: Drawn): Drawn {
  const left = Object.entries(drawn).filter(([, one]) => one && Object.keys(one).length > 0);
  return Object.fromEntries(left);
}

function keyed<T>(entries: readonly (readonly [string, T])[], to: Rename): Record<string, T> {
  return Object.fromEntries(
    entries.flatMap(([key, one]) => {
      const next = to(key);
      return next === undefined ? [] : [[next, one] as const];
    }),
  );
}

const texts = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];

const records = <T>(of: unknown): Record<string, T> =>
  isObject(of) ? (of as Record<string, T>) : {};

const isPair = (at: unknown): boolean =>
  Array.isArray(at) && at.length === 2 && at.every((one) => Number.isFinite(one));

const rolls = ([, how]: readonly [string, unknown]): boolean => how === "random" || how === "next";

const sized = ([, size]: readonly [string, unknown]): boolean => isPair(size);

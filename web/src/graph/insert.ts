/** Nodes and the wires they come near: cut, put in, made room for, shaken out, swapped. */
import type { NodeKind, Port } from "../api/messages.ts";
import { END, type Level, type Point, START } from "./document.ts";
import { connect, disconnect, disconnectAll, healed, moveNodes, replaceSource } from "./edit.ts";
import { firstFitting, healInput, makesLoop, portsFit, refusal } from "./fits.ts";
import { type Rect, rectOf } from "./frames.ts";
import { linesCross, placeOf, pointsOf, polyline } from "./geometry.ts";
import { type Kinds, shapeOf, sourceOf, UNKNOWN } from "./kinds.ts";
import { rewired } from "./rewire.ts";
import { type End, nameOf, reach, same, type Wire, wiresOf, written } from "./wires.ts";

/** Room that is made right of a node which was put into a wire. */
const GAP = 60;
/** How far a wire swings out beside its ends: see `curve`. */
const SWING = 160;

// ── strokes and drops ─────────────────────────────────────────────────────────────────────────────

/** The points a wire goes through, and the box around its curve. */
interface Way {
  readonly wire: Wire;
  readonly points: readonly Point[];
  readonly box: Rect;
}

const known = new WeakMap<Level, { kinds: Kinds; ways: readonly Way[] }>();

/** All wires of a level: asked for at every move of the mouse, while the level stays as it is. */
function waysOf(level: Level, kinds: Kinds): readonly Way[] {
  const kept = known.get(level);
  if (kept?.kinds === kinds) return kept.ways;
  const ways = wiresOf(level).flatMap((wire) => {
    const points = pointsOf(level, kinds, wire);
    return points.length < 2 ? [] : [{ wire, points, box: around(points, SWING) }];
  });
  known.set(level, { kinds, ways });
  return ways;
}

/** The wires that a stroke goes across. */
export function wiresCrossed(level: Level, kinds: Kinds, stroke: readonly Point[]): Wire[] {
  const box = around(stroke);
  return waysOf(level, kinds)
    .filter((way) => touch(way.box, box) && linesCross(polyline(way.points), stroke))
    .map(({ wire }) => wire);
}

/**
 * The wire that a node lies on, if it can be put into it: the one nearest to its middle. `at` is
 * where the node is now, for one that is still dragged.
 */
export function wireUnder(level: Level, kinds: Kinds, id: string, at?: Point): Wire | undefined {
  const card = rectOf(level, kinds, id);
  if (!card || !Object.hasOwn(level.nodes, id)) return undefined;
  const rect = { ...card, ...at };
  const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  let [found, least] = [undefined as Wire | undefined, Infinity];
  for (const { wire, points, box } of waysOf(level, kinds)) {
    if (!touch(box, rect)) continue;
    const line = polyline(points);
    if (!line.some((point) => holds(rect, point)) && !linesCross(line, outline(rect))) continue;
    const far = distance(line, middle);
    if (far >= least || !placeInWire(level, kinds, wire, id)) continue;
    [found, least] = [wire, far];
  }
  return found;
}

function around(points: readonly Point[], aside = 0): Rect {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs) - aside, Math.min(...ys)];
  return { x, y, width: Math.max(...xs) + aside - x, height: Math.max(...ys) - y };
}

const touch = (a: Rect, b: Rect): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;

const holds = (box: Rect, { x, y }: Point): boolean =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

function outline({ x, y, width, height }: Rect): Point[] {
  const [right, bottom] = [x + width, y + height];
  return [
    { x, y },
    { x: right, y },
    { x: right, y: bottom },
    { x, y: bottom },
    { x, y },
  ];
}

function distance(line: readonly Point[], to: Point): number {
  let least = Infinity;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Point, line[i] as Point];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = ((to.x - a.x) * dx + (to.y - a.y) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(a.x + t * dx - to.x, a.y + t * dy - to.y));
  }
  return least;
}

// ── into a wire, and out of wires ─────────────────────────────────────────────────────────────────

/** Put a node into a wire by the types of its ports; the same level where it does not fit. */
export function insertOnWire(level: Level, kinds: Kinds, wire: Wire, id: string): Level {
  const place = placeInWire(level, kinds, wire, id);
  if (!place) return level;
  const fed = connect(level, { from: wire.from, to: { node: id, port: place.input } });
  return replaceSource(fed, wire, { node: id, port: place.output });
}

/** The ports by which a node goes into a wire: an input that nothing feeds, and an output. */
function placeInWire(level: Level, kinds: Kinds, wire: Wire, id: string) {
  if (wire.from.node === id || wire.to.node === id) return undefined;
  const from = sourceOf(level, nameOf(wire.from), kinds);
  const to = inputAt(level, kinds, wire);
  const shape = shapeOf(level, id, kinds);
  if (!from || !to || !shape) return undefined;
  const open = shape.inputs.filter(({ name }) => !written(level.nodes[id], name).length);
  const input = firstFitting(open, from, "input")?.name;
  const output = firstFitting(shape.outputs, to, "output")?.name;
  if (input === undefined || output === undefined) return undefined;
  const loops =
    makesLoop(level, { from: wire.from, to: { node: id, port: input } }) ||
    makesLoop(level, { from: { node: id, port: output }, to: wire.to });
  return loops ? undefined : { input, output };
}

const inputAt = (level: Level, kinds: Kinds, { to }: Wire): Port | undefined =>
  shapeOf(level, to.node, kinds)?.inputs.find((port) => port.name === to.port);

/** What hangs on a node and stands too near on its right goes right, with all that hangs on it. */
export function pushAside(level: Level, kinds: Kinds, id: string): Level {
  const rect = rectOf(level, kinds, id);
  if (!rect) return level;
  const after = [...reach(level, [id], "to")].filter(
    (node) => node !== id && (node === END ? level.layout?.[END] : level.nodes[node]),
  );
  const right = after.filter((node) => placeOf(level, node).x >= rect.x);
  const next = new Set(
    wiresOf(level)
      .filter((w) => w.from.node === id)
      .map((w) => w.to.node),
  );
  const first = right
    .filter((node) => next.has(node))
    .reduce((least, node) => Math.min(least, placeOf(level, node).x), Infinity);
  const by = rect.x + rect.width + GAP - first;
  if (by <= 0 || first === Infinity) return level;
  const places = right.map((node) => {
    const { x, y } = placeOf(level, node);
    return [node, { x: x + by, y }] as const;
  });
  return moveNodes(level, Object.fromEntries(places));
}

/** Shake nodes out of their wires, which heal behind them. Wires among them stay. */
export function detach(level: Level, kinds: Kinds, ids: Iterable<string>): Level {
  const out = new Set(ids);
  const next = healed(level, out, (id, output) => healInput(level, id, output, kinds));
  const cut = wiresOf(next).filter(({ from, to }) => out.has(from.node) !== out.has(to.node));
  return disconnectAll(next, cut);
}

/**
 * The wires of a port go over to another on the same side: those that may, for what hangs between
 * the two stays where it is. An input that takes one wire takes the first.
 */
export function moveWires(
  level: Level,
  kinds: Kinds,
  side: "input" | "output",
  from: End,
  to: End,
): Level {
  const mine = wiresOf(level).filter((wire) => same(side === "output" ? wire.from : wire.to, from));
  const many = shapeOf(level, to.node, kinds)?.inputs.find(({ name }) => name === to.port)?.many;
  const going = side === "input" && !many ? mine.slice(0, 1) : mine;
  return going.reduce((next, wire) => {
    const moved = side === "output" ? { ...wire, from: to } : { ...wire, to };
    if (refusal(next, kinds, moved)) return next;
    if (side === "output") return replaceSource(next, wire, to);
    return connect(disconnect(next, wire), moved, many);
  }, level);
}

/** Two wires change the inputs they end at; the same level where one would not fit or make a loop. */
export function swapWires(level: Level, kinds: Kinds, a: Wire, b: Wire): Level {
  if (same(a.from, b.from)) return level;
  const [fromA, fromB] = [a, b].map((wire) => sourceOf(level, nameOf(wire.from), kinds));
  const [toA, toB] = [inputAt(level, kinds, a), inputAt(level, kinds, b)];
  if (!fromA || !fromB || !toA || !toB) return level;
  if (!portsFit(fromA, toB) || !portsFit(fromB, toA)) return level;
  const next = same(a.to, b.to) ? exchanged(level, a, b) : crossed(level, a, b);
  return [a, b].some(({ to }) => goesRound(next, to.node)) ? level : next;
}

const crossed = (level: Level, a: Wire, b: Wire): Level =>
  replaceSource(replaceSource(level, a, b.from), b, a.from);

/** Two wires at one input change their places in its list. */
function exchanged(level: Level, a: Wire, b: Wire): Level {
  const entry = level.nodes[a.to.node];
  if (!entry) return level;
  const own = { type: entry.type, wires: { [a.to.port]: written(entry, a.to.port) } };
  const [first, second] = [nameOf(a.from), nameOf(b.from)];
  const swapped = rewired(own, (one) => [one === first ? second : one === second ? first : one]);
  const wires = { ...entry.wires, ...swapped.wires };
  return { ...level, nodes: { ...level.nodes, [a.to.node]: { ...entry, wires } } };
}

function goesRound(level: Level, node: string): boolean {
  if (node === END) return false;
  return wiresOf(level).some(
    (wire) => wire.to.node === node && wire.from.node !== START && makesLoop(level, wire),
  );
}

// ── converters ────────────────────────────────────────────────────────────────────────────────────

/** A node type that turns one type into another; `needs` are other inputs it must have wired. */
export interface Converter {
  readonly kind: NodeKind;
  readonly input: string;
  readonly output: string;
  readonly needs: readonly string[];
}

/** Node types that make what `to` takes of what `from` gives: first those that need nothing else. */
export function converters(list: readonly NodeKind[], from: Port, to: Port): Converter[] {
  if (from.type === UNKNOWN || to.type === UNKNOWN) return [];
  const found = list.flatMap((kind) => {
    const must = kind.inputs.filter((port) => port.required);
    const input = firstFitting(must, from, "input");
    const output = firstFitting(kind.outputs, to, "output");
    if (!input || !output) return [];
    const needs = must.filter((port) => port !== input).map((port) => port.name);
    return needs.length > 1 ? [] : [{ kind, input: input.name, output: output.name, needs }];
  });
  return found.sort((a, b) => a.needs.length - b.needs.length);
}

/** Where things are, from definitions alone: nothing asks the page. `styles/node.css` agrees. */
import type { Port } from "../api/messages.ts";
import { END, type Entry, type Level, type Point, START } from "./document.ts";
import { type Kinds, type Shape, shapeOf } from "./kinds.ts";
import { type End, type Wire, written } from "./wires.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Row {
  /** `ports`: inputs that only wires bring, beside outputs. `more`: opens the seldom used ones. */
  readonly kind: "ports" | "value" | "more";
  readonly input?: Port;
  readonly output?: Port;
  readonly count?: number;
  readonly y: number;
  readonly height: number;
}

/** A node as rows from top to bottom. */
export interface Card extends Size {
  readonly rows: readonly Row[];
  /** Height of the picture under the rows, 0 where none is shown. */
  readonly picture: number;
  readonly folded: boolean;
  /** Whether the seldom used inputs are shown. */
  readonly open: boolean;
}

export const WIDTH = 240;
export const HEADER = 32;
export const ROW = 26;
export const LINE = 17;
export const PAD = 8;
export const PICTURE = 216;
const CURVE = 92;
const NOTE: Size = { width: 280, height: 160 };
const ZONE: Size = { width: 240, height: 96 };
const PLAIN = { picture: 0, folded: false, open: false };
/** Inputs with a value that are shown although nothing set them. */
const SHOWN = 8;

/** Of a node by its entry; the ends of a body have none, and are known by their shape. */
const cards = new WeakMap<Entry | Shape, { shape: Shape; drawn: string; card: Card }>();

/** The card of a node at a level, remade only when the node, its type or its fold changed. */
export function cardOf(level: Level, id: string, kinds: Kinds): Card | undefined {
  const shape = shapeOf(level, id, kinds);
  if (!shape) return undefined;
  const entry = level.nodes[id];
  const drawn = drawnOf(level, id);
  const kept = cards.get(entry ?? shape);
  if (kept?.shape === shape && kept.drawn === drawn) return kept.card;
  const card = layOut(shape, entry ?? { type: id }, drawn);
  cards.set(entry ?? shape, { shape, drawn, card });
  return card;
}

function drawnOf(level: Level, id: string): string {
  const { folded, open, sizes } = level.editor ?? {};
  const state = folded?.includes(id) ? "folded" : open?.includes(id) ? "open" : "";
  return `${state} ${sizes?.[id]?.join(" ") ?? ""}`;
}

function layOut(shape: Shape, entry: Entry, drawn: string): Card {
  const [state, ...size] = drawn.split(" ");
  const [width = WIDTH, height = 0] = size.filter(Boolean).map(Number);
  if (entry.type === "note") {
    return { ...NOTE, ...(height && { width, height }), rows: [], ...PLAIN };
  }
  if (state === "folded") {
    return { width: WIDTH, height: HEADER, rows: [], ...PLAIN, folded: true };
  }
  const rows = rowsOf(shape, entry, state === "open");
  const end = rows.reduce((y, row) => Math.max(y, row.y + row.height), HEADER);
  const picture = entry.body ? ZONE.height : showsPicture(shape) ? PICTURE : 0;
  const open = state === "open";
  // the ends of a body have one more port, which makes new ones
  const more = entry.type === START || entry.type === END ? ROW : 0;
  return { width, height: end + more + picture + PAD, rows, picture, folded: false, open };
}

export const showsPicture = (shape: Shape): boolean =>
  shape.live || (shape.effect && shape.inputs.some((port) => port.type === "Image"));

function rowsOf(shape: Shape, entry: Entry, open: boolean): Row[] {
  const wired = shape.inputs.filter((port) => !port.widget);
  const valued = shape.inputs.filter((port) => port.widget);
  const seldom = open ? new Set<Port>() : seldomUsed(shape.inputs, entry);
  const left = wired.filter((port) => !seldom.has(port));
  const rows: Row[] = [];
  let y = HEADER;
  const put = (row: Omit<Row, "y">) => {
    rows.push({ ...row, y });
    y += row.height;
  };
  for (let at = 0; at < Math.max(left.length, shape.outputs.length); at++) {
    const [input, output] = [left[at], shape.outputs[at]];
    put({ kind: "ports", ...(input && { input }), ...(output && { output }), height: ROW });
  }
  for (const input of valued) {
    if (!seldom.has(input)) put({ kind: "value", input, height: heightOf(input, entry) });
  }
  const hidable = open ? seldomUsed(shape.inputs, entry).size : seldom.size;
  if (hidable) put({ kind: "more", count: hidable, height: ROW });
  return rows;
}

const used = new WeakMap<readonly Port[], readonly Port[]>();

/** Inputs after the first few that nothing was given: they wait behind "more". */
function seldomUsed(inputs: readonly Port[], entry: Entry): Set<Port> {
  const late = used.get(inputs) ?? lateOnes(inputs);
  used.set(inputs, late);
  const given = (port: Port) =>
    entry.values?.[port.name] !== undefined || entry.wires?.[port.name] !== undefined;
  return new Set(late.filter((port) => !given(port)));
}

function lateOnes(inputs: readonly Port[]): readonly Port[] {
  const valued = inputs.filter((port) => port.widget);
  const last = valued[SHOWN - 3];
  const from = valued.length > SHOWN && last ? inputs.indexOf(last) + 1 : inputs.length;
  return inputs.slice(from).filter((port) => !port.required);
}

function heightOf(port: Port, entry: Entry): number {
  if (written(entry, port.name).length) return ROW;
  const { type, lines } = port.widget ?? {};
  if (type === "Prompt" && typeof lines === "number" && lines > 1) return ROW + lines * LINE;
  return type === "Curve" ? CURVE : ROW;
}

// ── places ────────────────────────────────────────────────────────────────────────────────────────

/** What lies further out is nonsense from a file: nobody could go there, and nothing draws it. */
const FURTHEST = 1e8;

const isPlace = (at: readonly [number, number]): boolean =>
  Math.abs(at[0]) <= FURTHEST && Math.abs(at[1]) <= FURTHEST;

/** Where a node stands. The ends of a body stand beside its nodes until they were moved. */
export function placeOf(level: Level, id: string): Point {
  const at = level.layout?.[id];
  if (at && isPlace(at)) return { x: at[0], y: at[1] };
  if (id !== START && id !== END) return { x: 0, y: 0 };
  return endsOf(level)[id];
}

type Ends = { readonly layout: Level["layout"] } & Readonly<
  Record<typeof START | typeof END, Point>
>;
const ends = new WeakMap<Level["nodes"], Ends>();

/** Where the ends stand by themselves: every wire from one of them asks for it. */
function endsOf(level: Level): Ends {
  const kept = ends.get(level.nodes);
  if (kept && kept.layout === level.layout) return kept;
  const places = Object.keys(level.nodes).map((node) => placeOf(level, node));
  const [xs, ys] = [places.map((p) => p.x), places.map((p) => p.y)];
  const y = Math.min(...(ys.length ? ys : [0]));
  const start = { x: Math.min(0, ...xs) - WIDTH - 80, y };
  const end = { x: Math.max(0, ...xs) + WIDTH + 80, y };
  const found = { layout: level.layout, [START]: start, [END]: end };
  ends.set(level.nodes, found);
  return found;
}

/** The middle of a port, seen from the corner of its card. A port that is hidden is at the top. */
export function portAt(card: Card, side: "input" | "output", name: string): Point {
  const x = side === "input" ? 0 : card.width;
  const row = card.rows.find((one) => one[side]?.name === name);
  return { x, y: row ? row.y + ROW / 2 : HEADER / 2 };
}

export function endAt(
  level: Level,
  kinds: Kinds,
  end: End,
  side: "input" | "output",
): Point | undefined {
  const card = cardOf(level, end.node, kinds);
  if (!card) return undefined;
  const [corner, at] = [placeOf(level, end.node), portAt(card, side, end.port)];
  return { x: corner.x + at.x, y: corner.y + at.y };
}

// ── wires ─────────────────────────────────────────────────────────────────────────────────────────

/** The points a wire goes through: its ends and its bends. */
export function pointsOf(level: Level, kinds: Kinds, wire: Wire): Point[] {
  const from = endAt(level, kinds, wire.from, "output");
  const to = endAt(level, kinds, wire.to, "input");
  if (!from || !to) return [];
  const bends = level.editor?.bends?.[`${wire.to.node}.${wire.to.port}`] ?? [];
  return [from, ...bends.filter(isPlace).map(([x, y]) => ({ x, y })), to];
}

const slack = (a: Point, b: Point) => Math.min(160, Math.max(30, Math.abs(b.x - a.x) / 2));

/** The curve through points as an SVG path. */
export function curve(points: readonly Point[]): string {
  const [first] = points;
  if (!first) return "";
  const parts = [`M${first.x},${first.y}`];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    const bend = slack(a, b);
    parts.push(`C${a.x + bend},${a.y} ${b.x - bend},${b.y} ${b.x},${b.y}`);
  }
  return parts.join(" ");
}

/** The same curve as short straight pieces: enough to cut, to hit and to paint. */
export function polyline(points: readonly Point[], pieces = 16): Point[] {
  const line: Point[] = points.slice(0, 1);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    const bend = slack(a, b);
    for (let piece = 1; piece <= pieces; piece++) {
      const [t, u] = [piece / pieces, 1 - piece / pieces];
      const [c0, c1, c2, c3] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      line.push({
        x: c0 * a.x + c1 * (a.x + bend) + c2 * (b.x - bend) + c3 * b.x,
        y: (c0 + c1) * a.y + (c2 + c3) * b.y,
      });
    }
  }
  return line;
}

export function linesCross(a: readonly Point[], b: readonly Point[]): boolean {
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) {
      if (cross(a[i - 1] as Point, a[i] as Point, b[j - 1] as Point, b[j] as Point)) return true;
    }
  }
  return false;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  // a point on the line counts to one side, so that nothing slips through where two pieces meet
  const parts = (p: Point, q: Point, r: Point, t: Point) => side(p, q, r) < 0 !== side(p, q, t) < 0;
  return parts(a, b, c, d) && parts(c, d, a, b);
}

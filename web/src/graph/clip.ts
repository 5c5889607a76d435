/** Copy and paste as text: a workflow of its own, so that a whole one can be pasted as well. */
import {
  type Body,
  type Entry,
  FORMAT,
  isObject,
  isWorkflow,
  type Level,
  type Point,
  START,
  type Workflow,
} from "./document.ts";
import { cleaned, drawnOf, joined, renamed, withDrawn } from "./drawn.ts";
import { moveNodes } from "./edit.ts";
import { placeOf, WIDTH } from "./geometry.ts";
import { copyIds } from "./ids.ts";
import { rewired } from "./rewire.ts";
import { endOf } from "./wires.ts";

/** What is copied also remembers, by "NODE.INPUT", whole inputs that wires from outside feed. */
interface Clip extends Workflow {
  readonly outside?: Readonly<Record<string, string | readonly string[]>>;
}

const SPACE = WIDTH + 80;

/** Some nodes as the text of a workflow, with the wires among them and what is drawn for them. */
export function copied(level: Level, ids: Iterable<string>): string {
  const inside = new Set([...ids].filter((id) => Object.hasOwn(level.nodes, id)));
  const within = (source: string) => (inside.has(endOf(source)?.node ?? "") ? [source] : []);
  const nodes: Record<string, Entry> = {};
  const layout: Record<string, readonly [number, number]> = {};
  const outside: Record<string, string | readonly string[]> = {};
  for (const [id, entry] of Object.entries(level.nodes)) {
    if (!inside.has(id)) continue;
    const own = rewired(entry, within);
    const { x, y } = placeOf(level, id);
    [nodes[id], layout[id]] = [own, [x, y]];
    for (const [port, at] of Object.entries(entry.wires ?? {})) {
      if (own.wires?.[port] !== at) outside[`${id}.${port}`] = at;
    }
  }
  const clip: Clip = { format: FORMAT, nodes, layout };
  const editor = drawnOf(level, inside);
  const drawn = Object.keys(editor).length ? { editor } : {};
  const fed = Object.keys(outside).length ? { outside } : {};
  return JSON.stringify({ ...clip, ...drawn, ...fed }, null, 2);
}

/**
 * The level with what was copied, or with any workflow, its top left corner at a point; null where
 * the text is none. With wires, those from outside come along where there still is what they
 * begin at.
 */
export function pasted(
  level: Level,
  text: string,
  at: Point,
  withWires = false,
): { level: Level; ids: string[] } | null {
  const clip = parsed(text);
  if (!clip) return null;
  const [whole, names] = [cleaned(clip) as Clip, copyIds(level.nodes, Object.keys(clip.nodes))];
  const moved = placesOf(whole, at);
  const nodes: Record<string, Entry> = { ...level.nodes };
  for (const [id, name] of names) {
    const entry = withWires ? fedAgain(whole, id) : (whole.nodes[id] as Entry);
    nodes[name] = rewired(entry, (source) => repointed(level, names, source, withWires));
  }
  const places = [...names].map(([id, name]) => [name, moved.places.get(id) ?? at] as const);
  const placed = moveNodes({ ...level, nodes }, Object.fromEntries(places));
  const { views: _, ...drawn } = whole.editor ?? {};
  const own = renamed(drawn, (id) => names.get(id), moved.by);
  const next = withDrawn(placed, joined(level.editor, own));
  return { level: cleaned(next), ids: [...names.values()] };
}

function parsed(text: string): Clip | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const read: unknown = JSON.parse(text);
    const sound = isWorkflow(read) && read.format === FORMAT && Object.keys(read.nodes).length > 0;
    return sound ? read : null;
  } catch {
    return null;
  }
}

/** Where the nodes come to lie. Those of a file that tells no places stand in a row. */
function placesOf(clip: Clip, at: Point): { places: Map<string, Point>; by: Point } {
  const ids = Object.keys(clip.nodes);
  const known = ids.filter((id) => clip.layout?.[id]).map((id) => placeOf(clip, id));
  const corner = (axis: "x" | "y") =>
    known.reduce((least, p) => Math.min(least, p[axis]), Infinity);
  const [x, y] = known.length ? [corner("x"), corner("y")] : [0, 0];
  const by = { x: Math.round(at.x - x), y: Math.round(at.y - y) };
  let right = known.reduce((most, p) => Math.max(most, p.x + SPACE), x);
  const places = new Map<string, Point>();
  for (const id of ids) {
    const place = clip.layout?.[id] ? placeOf(clip, id) : { x: right, y };
    if (!clip.layout?.[id]) right += SPACE;
    places.set(id, { x: place.x + by.x, y: place.y + by.y });
  }
  return { places, by };
}

/** A node with the inputs that wires from outside fed, as they were. */
function fedAgain(clip: Clip, id: string): Entry {
  const entry = clip.nodes[id] as Entry;
  if (!isObject(clip.outside)) return entry;
  const wires: Record<string, string | readonly string[]> = {};
  for (const [place, at] of Object.entries(clip.outside)) {
    const end = endOf(place);
    if (end?.node === id) wires[end.port] = at;
  }
  return Object.keys(wires).length ? { ...entry, wires: { ...entry.wires, ...wires } } : entry;
}

function repointed(
  level: Level,
  names: ReadonlyMap<string, string>,
  source: string,
  withWires: boolean,
): readonly string[] {
  const end = endOf(source);
  const name = end && names.get(end.node);
  if (end && name !== undefined) return [`${name}.${end.port}`];
  const there = end?.node === START ? hasInput(level as Body, end.port) : hasNode(level, end?.node);
  return withWires && there ? [source] : [];
}

const hasInput = (body: Body, port: string): boolean =>
  Object.hasOwn(body.inputs ?? {}, port) || (port === "index" && body.outputs !== undefined);

const hasNode = (level: Level, node = ""): boolean => Object.hasOwn(level.nodes, node);

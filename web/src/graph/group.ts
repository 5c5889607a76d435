/** Make one node of several, and several of one: what crosses the border becomes its ports. */
import {
  type BODIES,
  type Body,
  type BodyInput,
  type Entry,
  type Level,
  START,
} from "./document.ts";
import { cleaned, drawnOf, renamed, withDrawn } from "./drawn.ts";
import { moveNodes } from "./edit.ts";
import { portsFit } from "./fits.ts";
import { boundsOf, framesOf, type Rect } from "./frames.ts";
import { cardOf, placeOf } from "./geometry.ts";
import { freeId } from "./ids.ts";
import { type Kinds, shapeOf, sourceOf, UNKNOWN } from "./kinds.ts";
import { rewired, rewiredAll } from "./rewire.ts";
import { nameOf, reach, type Wire, wiresOf } from "./wires.ts";

export type BodyType = (typeof BODIES)[number];

/** `loop`: a way leaves the nodes and comes back by `node`. `unknown`: no type to give a port. */
export type GroupRefusal =
  | { why: "empty" }
  | { why: "loop"; node: string }
  | { why: "unknown"; node: string; port: string };

/** Names that no input of a body may have, of whichever kind it is. */
export const RESERVED: Readonly<Record<string, true>> = {
  index: true,
  times: true,
  over: true,
  how: true,
};

type Ids = ReadonlySet<string>;

/** The ports of the new node: names of the sources inside and outside, by port. */
interface Border {
  readonly inputs: Record<string, BodyInput>;
  /** What comes in by the inputs, and the other way round. */
  readonly feeds: Record<string, string>;
  readonly inward: Map<string, string>;
  readonly outputs: Record<string, string>;
  readonly outward: Map<string, string>;
}

/** One node of these; in a repeat what is named alike and of one type is fed back. */
export function madeNode(
  level: Level,
  kinds: Kinds,
  ids: Iterable<string>,
  type: BodyType,
  title = "",
): { level: Level; id: string } | { refused: GroupRefusal } {
  const inside = new Set([...ids].filter((id) => Object.hasOwn(level.nodes, id)));
  const bounds = boundsOf(level, kinds, inside);
  if (!bounds) return { refused: { why: "empty" } };
  const between = wayBack(level, inside);
  if (between !== undefined) return { refused: { why: "loop", node: between } };
  const border = borderOf(level, kinds, inside, type);
  if ("why" in border) return { refused: border };
  const id = freeId(level.nodes, type);
  const wires = Object.keys(border.feeds).length ? { wires: border.feeds } : {};
  const entry: Entry = {
    type,
    ...wires,
    ...(title && { title }),
    body: bodyOf(level, inside, border, bounds),
  };
  const next = withFrames(replaced(level, inside, id, entry, border), level, inside, id);
  return { level: centred(cleaned(next), kinds, id, bounds), id };
}

/** A node outside by which a way out of the nodes comes back into them. */
function wayBack(level: Level, inside: Ids): string | undefined {
  const [after, before] = [reach(level, inside, "to"), reach(level, inside, "from")];
  return [...after].find((id) => !inside.has(id) && before.has(id));
}

function borderOf(level: Level, kinds: Kinds, inside: Ids, type: BodyType): Border | GroupRefusal {
  const border: Border = {
    inputs: {},
    feeds: {},
    inward: new Map(),
    outputs: {},
    outward: new Map(),
  };
  for (const wire of wiresOf(level)) {
    const [from, to] = [inside.has(wire.from.node), inside.has(wire.to.node)];
    if (to && !from) {
      const refused = addInput(level, kinds, border, wire);
      if (refused) return refused;
    }
  }
  for (const wire of wiresOf(level)) {
    if (!inside.has(wire.from.node) || inside.has(wire.to.node)) continue;
    addOutput(level, kinds, border, wire, type);
  }
  return border;
}

/** What is only wired to inputs that may stay open may be left open, too. */
function addInput(
  level: Level,
  kinds: Kinds,
  border: Border,
  wire: Wire,
): GroupRefusal | undefined {
  const source = nameOf(wire.from);
  const to = shapeOf(level, wire.to.node, kinds)?.inputs.find(({ name }) => name === wire.to.port);
  const optional = !(to?.required ?? true);
  const known = border.inward.get(source);
  if (known !== undefined) {
    const input = border.inputs[known] as BodyInput;
    if (input.optional && !optional) border.inputs[known] = { type: input.type };
    return undefined;
  }
  const from = sourceOf(level, source, kinds);
  const port = from && from.type !== UNKNOWN ? from : to;
  if (!port || port.type === UNKNOWN) {
    return { why: "unknown", node: wire.to.node, port: wire.to.port };
  }
  const name = freeId({ ...RESERVED, ...border.inputs }, wire.to.port);
  const type = port === from && from.many ? `list[${port.type}]` : port.type;
  border.inputs[name] = optional ? { type, optional } : { type };
  border.feeds[name] = source;
  border.inward.set(source, name);
  return undefined;
}

function addOutput(level: Level, kinds: Kinds, border: Border, wire: Wire, type: BodyType): void {
  const source = nameOf(wire.from);
  if (border.outward.has(source)) return;
  const from = sourceOf(level, source, kinds);
  // an output of a repeat that is named like an input is fed back into it, so it must fit there
  const odd = Object.entries(border.inputs).filter(([name]) => {
    const fed = sourceOf(level, border.feeds[name], kinds);
    return type === "repeat" && !(from && fed && portsFit(from, fed));
  });
  const name = freeId({ ...Object.fromEntries(odd), ...border.outputs }, wire.from.port);
  border.outputs[name] = source;
  border.outward.set(source, name);
}

function bodyOf(level: Level, inside: Ids, border: Border, bounds: Rect): Body {
  const inward = (source: string) => {
    const name = border.inward.get(source);
    return [name === undefined ? source : `${START}.${name}`];
  };
  const nodes: Record<string, Entry> = {};
  const layout: Record<string, readonly [number, number]> = {};
  const by = { x: -Math.round(bounds.x), y: -Math.round(bounds.y) };
  for (const [id, entry] of Object.entries(level.nodes)) {
    if (!inside.has(id)) continue;
    nodes[id] = rewired(entry, inward);
    const { x, y } = placeOf(level, id);
    layout[id] = [Math.round(x + by.x), Math.round(y + by.y)];
  }
  const body: Body = { inputs: border.inputs, nodes, outputs: border.outputs, layout };
  const drawn = renamed(drawnOf(level, inside), (id) => id, by);
  return cleaned(withDrawn(body, drawn)) as Body;
}

/** The new node stands in the file where the first of its own stood. */
function replaced(level: Level, inside: Ids, id: string, entry: Entry, border: Border): Level {
  const nodes: Record<string, Entry> = {};
  for (const [name, one] of Object.entries(level.nodes)) {
    if (!inside.has(name)) nodes[name] = one;
    else if (!nodes[id]) nodes[id] = entry;
  }
  return rewiredAll({ ...level, nodes }, (source) => {
    const name = border.outward.get(source);
    return [name === undefined ? source : `${id}.${name}`];
  });
}

/** The first frame that loses some of its nodes to the new one, not all, holds that in their place. */
function withFrames(next: Level, before: Level, inside: Ids, id: string): Level {
  let held = false;
  const frames = Object.entries(framesOf(before)).flatMap(([name, frame]) => {
    const left = frame.nodes.filter((node) => !inside.has(node));
    if (left.length === frame.nodes.length) return [[name, frame]];
    if (!left.length) return [];
    const nodes = held ? left : [...left, id];
    held = true;
    return [[name, { ...frame, nodes }]];
  });
  return withDrawn(next, { frames: Object.fromEntries(frames) });
}

function centred(level: Level, kinds: Kinds, id: string, around: Rect): Level {
  const card = cardOf(level, id, kinds);
  const x = around.x + (around.width - (card?.width ?? 0)) / 2;
  const y = around.y + (around.height - (card?.height ?? 0)) / 2;
  return moveNodes(level, { [id]: { x, y } });
}

/** The changes of a level that everything else is made of. Each gives a new level, or the same. */
import { END, type Entry, type Json, type Level, type Point, without } from "./document.ts";
import { cleaned } from "./drawn.ts";
import { rewiredAll } from "./rewire.ts";
import { type End, endOf, nameOf, same, type Wire, wiresOf, written } from "./wires.ts";

export { freeId } from "./ids.ts";

type Nodes = Record<string, Entry>;

export function putNode(level: Level, id: string, entry: Entry): Level {
  return { ...level, nodes: { ...level.nodes, [id]: entry } };
}

export function addNode(level: Level, id: string, entry: Entry, at: Point): Level {
  return moveNodes(putNode(level, id, entry), { [id]: at });
}

export function changeNode(level: Level, id: string, change: (entry: Entry) => Entry): Level {
  const entry = level.nodes[id];
  if (!entry) return level;
  const next = change(entry);
  return next === entry ? level : putNode(level, id, next);
}

/** Many nodes changed, the level copied once: of thousands a copy for each would take seconds. */
function changeNodes<T>(
  level: Level,
  items: Iterable<T>,
  idOf: (item: T) => string,
  change: (entry: Entry, item: T) => Entry,
): Level {
  const nodes: Nodes = { ...level.nodes };
  let changed = false;
  for (const item of items) {
    const entry = nodes[idOf(item)];
    const next = entry && change(entry, item);
    if (!next || next === entry) continue;
    nodes[idOf(item)] = next;
    changed = true;
  }
  return changed ? { ...level, nodes } : level;
}

/** Places are whole points: nobody sees half of one, and files stay readable. */
export function moveNodes(level: Level, to: Readonly<Record<string, Point>>): Level {
  const layout = { ...level.layout };
  let moved = false;
  for (const [id, { x, y }] of Object.entries(to)) {
    const [at, was] = [[Math.round(x), Math.round(y)] as const, layout[id]];
    if (was?.[0] === at[0] && was[1] === at[1]) continue;
    layout[id] = at;
    moved = true;
  }
  return moved ? { ...level, layout } : level;
}

/** `undefined` takes the value away, and the default of its type counts again. */
export function setValue(level: Level, id: string, port: string, value: Json | undefined): Level {
  return changeNode(level, id, (entry) => {
    if (entry.values?.[port] === value) return entry;
    const rest = without(entry.values ?? {}, port);
    if (value !== undefined) return { ...entry, values: { ...entry.values, [port]: value } };
    return Object.keys(rest).length ? { ...entry, values: rest } : without(entry, "values");
  });
}

export function setMode(
  level: Level,
  ids: Iterable<string>,
  mode: "mute" | "bypass" | undefined,
): Level {
  const own = (id: string) => id;
  return changeNodes(level, ids, own, (entry) => {
    if (entry.mode === mode) return entry;
    return mode ? { ...entry, mode } : without(entry, "mode");
  });
}

export function setTitle(level: Level, id: string, title: string): Level {
  return changeNode(level, id, (entry) => {
    if ((entry.title ?? "") === title) return entry;
    return title ? { ...entry, title } : without(entry, "title");
  });
}

/** Wire two ports. An input holds one wire unless it takes many, so a new one replaces the old. */
export function connect(level: Level, { from, to }: Wire, many = false): Level {
  if (to.node === END) return setOutput(level, to.port, nameOf(from));
  return changeNode(level, to.node, (entry) => {
    const there = written(entry, to.port);
    const name = nameOf(from);
    if (there.includes(name)) return entry;
    const at = many && there.length ? [...there, name] : name;
    return { ...entry, wires: { ...entry.wires, [to.port]: at } };
  });
}

function setOutput(level: Level, port: string, source: string | undefined): Level {
  const outputs = (level as { outputs?: Record<string, string> }).outputs ?? {};
  if (outputs[port] === source) return level;
  const next = source === undefined ? without(outputs, port) : { ...outputs, [port]: source };
  return { ...level, outputs: next } as Level;
}

export const disconnect = (level: Level, wire: Wire): Level => disconnectAll(level, [wire]);

export function disconnectAll(level: Level, wires: Iterable<Wire>): Level {
  const [toOutputs, toNodes] = parted(wires, ({ to }) => to.node === END);
  const next = toOutputs.reduce((now, { to }) => setOutput(now, to.port, undefined), level);
  return changeNodes(next, toNodes, endsAt, (entry, { from, to }) => {
    const there = written(entry, to.port);
    const left = there.filter((one) => one !== nameOf(from));
    if (left.length === there.length) return entry;
    return withWires(entry, to.port, left, Array.isArray(entry.wires?.[to.port]));
  });
}

const endsAt = ({ to }: Wire): string => to.node;

function parted<T>(items: Iterable<T>, which: (item: T) => boolean): [T[], T[]] {
  const [those, others]: [T[], T[]] = [[], []];
  for (const item of items) (which(item) ? those : others).push(item);
  return [those, others];
}

function withWires(entry: Entry, port: string, left: readonly string[], list: boolean): Entry {
  if (left.length) {
    return { ...entry, wires: { ...entry.wires, [port]: list ? left : (left[0] as string) } };
  }
  const wires = without(entry.wires ?? {}, port);
  return Object.keys(wires).length ? { ...entry, wires } : without(entry, "wires");
}

/** Take nodes away, with their wires, places and all that is drawn for them. */
export function removeNodes(level: Level, ids: ReadonlySet<string>): Level {
  if (![...ids].some((id) => Object.hasOwn(level.nodes, id))) return level;
  const nodes: Nodes = {};
  for (const [id, entry] of Object.entries(level.nodes)) if (!ids.has(id)) nodes[id] = entry;
  const gone = (source: string) => ids.has(endOf(source)?.node ?? "");
  return cleaned(rewiredAll({ ...level, nodes }, (source) => (gone(source) ? [] : [source])));
}

/** Which input of a node an output of it is healed by. */
export type Through = (id: string, output: string) => string | undefined;

/**
 * As `removeNodes`, but wires that ran through a node go on: what came in at a port of the type of
 * what went out is wired in its place.
 */
export const removeAndHeal = (level: Level, ids: ReadonlySet<string>, through: Through): Level =>
  removeNodes(healed(level, ids, through), ids);

/** What hangs on these nodes hangs on what they hang on, where there is such a thing. */
export function healed(level: Level, ids: ReadonlySet<string>, through: Through): Level {
  const healing = wiresOf(level).flatMap((wire) => {
    if (!ids.has(wire.from.node) || ids.has(wire.to.node)) return [];
    const by = origin(level, ids, wire.from, through);
    return by ? [{ wire, by }] : [];
  });
  const [toOutputs, toNodes] = parted(healing, ({ wire }) => wire.to.node === END);
  const next = toOutputs.reduce((now, { wire, by }) => replaceSource(now, wire, by), level);
  return changeNodes(
    next,
    toNodes,
    ({ wire }) => wire.to.node,
    (entry, { wire, by }) => withSource(entry, wire, by),
  );
}

/** Where the wire out of a removed node comes from, through as many removed ones as it takes. */
function origin(
  level: Level,
  ids: ReadonlySet<string>,
  start: End,
  through: Through,
): End | undefined {
  let from: End | undefined = start;
  for (let hops = 0; from && ids.has(from.node); hops++) {
    const input: string | undefined = hops > ids.size ? undefined : through(from.node, from.port);
    const source: string | undefined = input && written(level.nodes[from.node], input)[0];
    from = source ? endOf(source) : undefined;
  }
  return from;
}

/** The same wire from another output, at its old place among several. */
export function replaceSource(level: Level, { from, to }: Wire, by: End): Level {
  if (same(from, by)) return level;
  if (to.node === END) return setOutput(level, to.port, nameOf(by));
  return changeNode(level, to.node, (entry) => withSource(entry, { from, to }, by));
}

function withSource(entry: Entry, { from, to }: Wire, by: End): Entry {
  const next = written(entry, to.port).map((one) => (one === nameOf(from) ? nameOf(by) : one));
  return withWires(entry, to.port, next, Array.isArray(entry.wires?.[to.port]));
}

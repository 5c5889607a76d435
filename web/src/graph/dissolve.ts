/** A group taken apart: its nodes stand where it stood, wired as it was. */
import { type Body, type Entry, type Json, type Level, type Point, START } from "./document.ts";
import { cleaned, joined, renamed, withDrawn } from "./drawn.ts";
import { moveNodes } from "./edit.ts";
import { boundsOf, frameOf, framesOf, rectOf } from "./frames.ts";
import { placeOf } from "./geometry.ts";
import { copyIds } from "./ids.ts";
import type { Kinds } from "./kinds.ts";
import { endOf, written } from "./wires.ts";

/** What feeds an input in the end: wires, or a value. */
interface Feed {
  readonly sources: readonly string[];
  readonly value?: Json;
}

type Names = ReadonlyMap<string, string>;

/** `gone`: nothing is inside such a node. `turns`: it runs several times, which wires cannot say. */
export type DissolveRefusal = { why: "gone" } | { why: "turns" };

/** The level with a group's nodes in its place. */
export function dissolved(
  level: Level,
  kinds: Kinds,
  id: string,
): { level: Level; ids: string[] } | { refused: DissolveRefusal } {
  const group = level.nodes[id];
  if (!group?.body) return { refused: { why: "gone" } };
  if (group.type !== "group") return { refused: { why: "turns" } };
  const names = copyIds(level.nodes, Object.keys(group.body.nodes));
  const outer = (source: string): Feed => {
    const end = endOf(source);
    if (end?.node !== id) return { sources: [source] };
    const start = group.body?.outputs?.[end.port];
    return start === undefined ? { sources: [] } : feedOf(group, names, start);
  };
  const nodes: Record<string, Entry> = {};
  for (const [name, entry] of Object.entries(level.nodes)) {
    if (name === id) Object.assign(nodes, innerOf(group, group.body, names));
    else nodes[name] = fed(entry, outer);
  }
  const wired = withOutputs({ ...level, nodes }, outer);
  const next = inFrame(placed(wired, level, kinds, id, group.body, names), level, id, names);
  return { level: cleaned(next), ids: [...names.values()] };
}

/** The nodes of a body by their new ids, fed from outside. */
function innerOf(group: Entry, body: Body, names: Names): Record<string, Entry> {
  const entries = [...names].map(([own, name]) => {
    const entry = fed(body.nodes[own] as Entry, (source) => feedOf(group, names, source));
    return [name, group.mode === "mute" ? { ...entry, mode: "mute" as const } : entry] as const;
  });
  return Object.fromEntries(entries);
}

/** Where the group itself is in a body: its outputs come from what was inside. */
function withOutputs(level: Level, feed: (source: string) => Feed): Level {
  const { outputs } = level as Body;
  if (!outputs) return level;
  const left = Object.entries(outputs).flatMap(([name, source]) =>
    feed(source)
      .sources.slice(0, 1)
      .map((one) => [name, one] as const),
  );
  const body: Body = { ...level, outputs: Object.fromEntries(left) };
  return body;
}

function feedOf(group: Entry, names: Names, source: string): Feed {
  const end = endOf(source);
  if (!end) return { sources: [] };
  if (end.node !== START) {
    const node = names.get(end.node);
    return { sources: node === undefined ? [] : [`${node}.${end.port}`] };
  }
  if (end.port === "index") return { sources: [], value: 0 };
  const sources = written(group, end.port);
  const value = group.values?.[end.port] ?? group.body?.inputs?.[end.port]?.default ?? undefined;
  return sources.length || value === undefined ? { sources } : { sources, value };
}

/** A node with its wires fed so. Where only values are left, they become its own. */
function fed(entry: Entry, feed: (source: string) => Feed): Entry {
  const wires: Record<string, string | readonly string[]> = {};
  const values: Record<string, Json> = {};
  let changed = false;
  for (const [port, at] of Object.entries(entry.wires ?? {})) {
    const there = written(entry, port);
    const feeds = there.map(feed);
    const sources = feeds.flatMap((one) => one.sources);
    changed ||= sources.length !== there.length || sources.some((one, i) => one !== there[i]);
    const given = feeds.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const [first, value] = [sources[0], given[0]];
    if (first !== undefined) {
      wires[port] = Array.isArray(at) || sources.length > 1 ? sources : first;
    } else if (value !== undefined) {
      values[port] = Array.isArray(at) ? given.flat() : value;
    }
  }
  if (!changed) return entry;
  const { wires: _, ...rest } = entry;
  const all = { ...entry.values, ...values };
  return {
    ...rest,
    ...(Object.keys(all).length > 0 && { values: all }),
    ...(Object.keys(wires).length > 0 && { wires }),
  };
}

/** How far the nodes move from where they stood inside, so that they lie around the group. */
function wayOut(level: Level, kinds: Kinds, id: string, body: Body): Point {
  const rect = rectOf(level, kinds, id);
  const around = boundsOf(body, kinds, Object.keys(body.nodes));
  if (!rect || !around) return { x: 0, y: 0 };
  return {
    x: Math.round(rect.x + rect.width / 2 - around.x - around.width / 2),
    y: Math.round(rect.y + rect.height / 2 - around.y - around.height / 2),
  };
}

function placed(
  next: Level,
  before: Level,
  kinds: Kinds,
  id: string,
  body: Body,
  names: Names,
): Level {
  const by = wayOut(before, kinds, id, body);
  const places = [...names].map(([own, name]) => {
    const { x, y } = placeOf(body, own);
    return [name, { x: x + by.x, y: y + by.y }] as const;
  });
  const { views: _, ...drawn } = body.editor ?? {};
  const out = renamed(drawn, (own) => names.get(own), by);
  return withDrawn(moveNodes(next, Object.fromEntries(places)), joined(next.editor, out));
}

/** The frame that the group was in holds its nodes, unless they have one of their own. */
function inFrame(next: Level, before: Level, id: string, names: Names): Level {
  const frame = frameOf(before, id);
  const was = frame === undefined ? undefined : framesOf(next)[frame];
  if (!was || frame === undefined) return next;
  const own = [...names.values()].filter((name) => frameOf(next, name) === undefined);
  const nodes = [...was.nodes.filter((node) => node !== id), ...own];
  return withDrawn(next, { frames: { ...framesOf(next), [frame]: { ...was, nodes } } });
}

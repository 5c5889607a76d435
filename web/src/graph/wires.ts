/** The wires of a level, read from its nodes. */
import { type Body, END, type Entry, isBody, type Level } from "./document.ts";

export interface End {
  readonly node: string;
  readonly port: string;
}

export interface Wire {
  readonly from: End;
  readonly to: End;
}

export const nameOf = (end: End): string => `${end.node}.${end.port}`;
export const idOf = (wire: Wire): string => `${nameOf(wire.from)}>${nameOf(wire.to)}`;
export const same = (a: End, b: End): boolean => a.node === b.node && a.port === b.port;

/** "NODE.OUTPUT" as the end of a wire. */
export function endOf(written: string): End | undefined {
  const dot = written.indexOf(".");
  if (dot < 1 || dot === written.length - 1) return undefined;
  return { node: written.slice(0, dot), port: written.slice(dot + 1) };
}

/** What is written at an input, as a list. Anything but text is left out, it is no wire. */
export function written(entry: Entry | undefined, port: string): readonly string[] {
  const at = entry?.wires?.[port];
  const each = Array.isArray(at) ? at : [at];
  return each.filter((one): one is string => typeof one === "string");
}

const known = new WeakMap<Level["nodes"], WeakMap<object, readonly Wire[]>>();
const NONE = {};

/** Every wire of a level, those to the outputs of its body last. */
export function wiresOf(level: Level): readonly Wire[] {
  const outputs = (isBody(level) && level.outputs) || NONE;
  const kept = known.get(level.nodes) ?? new WeakMap<object, readonly Wire[]>();
  known.set(level.nodes, kept);
  const wires = kept.get(outputs) ?? [...toNodes(level), ...toOutputs(outputs)];
  kept.set(outputs, wires);
  return wires;
}

const perNode = new WeakMap<Entry, readonly Wire[]>();

function* toNodes(level: Level): Generator<Wire> {
  for (const [id, entry] of Object.entries(level.nodes)) {
    const own = perNode.get(entry);
    // a copy of a node under another id shares its entry
    if (own && (own.length === 0 || own[0]?.to.node === id)) yield* own;
    else {
      const wires = [...into(id, entry)];
      perNode.set(entry, wires);
      yield* wires;
    }
  }
}

/** The wires into a node. What is written twice in a list is one wire, drawn and cut as one. */
export function* into(id: string, entry: Entry): Generator<Wire> {
  for (const port of Object.keys(entry.wires ?? NONE)) {
    const there = written(entry, port);
    for (const one of there.length > 1 ? new Set(there) : there) {
      const from = endOf(one);
      if (from) yield { from, to: { node: id, port } };
    }
  }
}

function* toOutputs(outputs: NonNullable<Body["outputs"]>): Generator<Wire> {
  for (const [port, source] of Object.entries(outputs)) {
    const from = typeof source === "string" ? endOf(source) : undefined;
    if (from) yield { from, to: { node: END, port } };
  }
}

/** All nodes that can be come to from `ids`, along the wires or against them; with these. */
export function reach(level: Level, ids: Iterable<string>, way: "from" | "to"): Set<string> {
  const next = new Map<string, string[]>();
  for (const wire of wiresOf(level)) {
    const [here, there] = way === "to" ? [wire.from, wire.to] : [wire.to, wire.from];
    const list = next.get(here.node);
    if (list) list.push(there.node);
    else next.set(here.node, [there.node]);
  }
  const seen = new Set(ids);
  const waiting = [...seen];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of next.get(id) ?? []) {
      if (!seen.has(other)) waiting.push(other);
      seen.add(other);
    }
  }
  return seen;
}

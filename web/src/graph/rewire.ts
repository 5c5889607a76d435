/** Wires pointed elsewhere, in a node or in a whole level. */
import type { Body, Entry, Level } from "./document.ts";
import { without } from "./document.ts";
import { written } from "./wires.ts";

/** What "NODE.OUTPUT" becomes: another, several, or none. */
export type Repoint = (source: string) => readonly string[];

/** A node with its wires pointed elsewhere; the same where all stay. */
export function rewired(entry: Entry, to: Repoint): Entry {
  let next: Record<string, string | readonly string[]> | undefined;
  for (const port of Object.keys(entry.wires ?? {})) {
    const there = written(entry, port);
    const sources = there.flatMap(to);
    if (sources.length === there.length && sources.every((one, at) => one === there[at])) continue;
    next ??= { ...entry.wires };
    const [first] = sources;
    if (first === undefined) delete next[port];
    else next[port] = sources.length > 1 || Array.isArray(entry.wires?.[port]) ? sources : first;
  }
  if (!next) return entry;
  return Object.keys(next).length ? { ...entry, wires: next } : without(entry, "wires");
}

/** Every wire of a level pointed elsewhere, those to the outputs of its body too. */
export function rewiredAll(level: Level, to: Repoint): Level {
  const nodes: Record<string, Entry> = {};
  for (const [id, entry] of Object.entries(level.nodes)) nodes[id] = rewired(entry, to);
  const { outputs } = level as Body;
  if (!outputs) return { ...level, nodes };
  const left = Object.entries(outputs).flatMap(([name, source]) => {
    const [first] = to(source);
    return first === undefined ? [] : [[name, first] as const];
  });
  const body: Body = { ...level, nodes, outputs: Object.fromEntries(left) };
  return body;
}

/** The example workflows of the repository, as they are in their files. */
import type { Body, Entry, Level, Workflow } from "../src/graph/document.ts";

const FILES = import.meta.glob<Workflow>("../../workflows/*.json", {
  eager: true,
  import: "default",
});

export const EXAMPLES: readonly (readonly [string, Workflow])[] = Object.entries(FILES).map(
  ([path, workflow]) => [path.replace(/^.*\/|\.json$/g, ""), workflow],
);

export function example(name: string): Workflow {
  const found = EXAMPLES.find(([file]) => file === name);
  if (!found) throw new Error(`no workflow ${name}.json`);
  return found[1];
}

export function entryOf(level: Level, id: string): Entry {
  const entry = level.nodes[id];
  if (!entry) throw new Error(`no node ${id} here`);
  return entry;
}

export function bodyOf(level: Level, id: string): Body {
  const { body } = entryOf(level, id);
  if (!body) throw new Error(`${id} holds no nodes`);
  return body;
}

/** Nodes of a chain, each wired to the one before: `n0`, `n1`, … */
export function chain(length: number): Level {
  const nodes: Record<string, Entry> = {};
  for (let at = 0; at < length; at++) {
    const wires = at ? { wires: { a: `n${at - 1}.float` } } : {};
    nodes[`n${at}`] = { type: "calculate", ...wires };
  }
  return { nodes };
}

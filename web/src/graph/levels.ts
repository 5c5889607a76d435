/** The way into bodies: a path of node ids, as in `loop/step`. */
import { type Body, type Json, type Level, type Workflow, without } from "./document.ts";
import { changeNode } from "./edit.ts";

export type Path = readonly string[];

/** The level at a path; undefined where a node of it is gone or holds no body. */
export function levelAt(workflow: Workflow, path: Path): Level | undefined {
  let level: Level | undefined = workflow;
  for (const id of path) level = level?.nodes[id]?.body;
  return level;
}

/** The longest beginning of a path that there still is. */
export function standing(workflow: Workflow, path: Path): Path {
  let [level, at] = [workflow as Level, 0];
  for (; at < path.length; at++) {
    const body: Body | undefined = level.nodes[path[at] as string]?.body;
    if (!body) break;
    level = body;
  }
  return at === path.length ? path : path.slice(0, at);
}

/** The workflow with the level at a path changed; the same where nothing was, or it is gone. */
export function changeAt<L extends Level>(top: L, path: Path, change: (level: Level) => Level): L {
  const [id, ...deeper] = path;
  if (id === undefined) return change(top) as L;
  const entry = top.nodes[id];
  if (!entry?.body) return top;
  const body = changeAt(entry.body, deeper, change);
  return body === entry.body ? top : { ...top, nodes: { ...top.nodes, [id]: { ...entry, body } } };
}

/** `loop/step` of a node `step` in the body of `loop`. */
export const pathTo = (path: Path, id: string): string => [...path, id].join("/");

/** A value by its place `loop/step.seed`, which a wire there gives way to. */
export function setAt(workflow: Workflow, place: string, value: Json): Workflow {
  const dot = place.indexOf(".");
  if (dot < 1) return workflow;
  const path = place.slice(0, dot).split("/");
  const [id, port] = [path.pop() ?? "", place.slice(dot + 1)];
  return changeAt(workflow, path, (level) =>
    changeNode(level, id, (entry) => {
      const values = { ...entry.values, [port]: value };
      const wires = without(entry.wires ?? {}, port);
      const rest = without(entry, "wires");
      return Object.keys(wires).length ? { ...rest, values, wires } : { ...rest, values };
    }),
  );
}

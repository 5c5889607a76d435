/** A level as a tree to be read: its nodes in the order they run, their ports, and the wires of those. */
import type { Port } from "../api/messages.ts";
import { END, type Entry, isBody, type Level, START } from "./document.ts";
import { portsFit } from "./fits.ts";
import { placeOf } from "./geometry.ts";
import { type Kinds, type Shape, shapeOf } from "./kinds.ts";
import { type End, idOf, reach, type Wire, wiresOf } from "./wires.ts";

export type Twig =
  /** Something to do: leave the body, add a node, run. */
  | { readonly kind: "deed"; readonly key: "leave" | "add" | "run" }
  | { readonly kind: "node"; readonly key: string; readonly node: string }
  | {
      readonly kind: "port";
      readonly key: string;
      readonly node: string;
      readonly side: "input" | "output";
      readonly port: Port;
      readonly wires: readonly Wire[];
    }
  | {
      readonly kind: "wire";
      readonly key: string;
      readonly node: string;
      readonly side: "input" | "output";
      readonly wire: Wire;
    };

/** A row of the tree as it is seen: `depth`, `at` and `of` count from 1, as assistive tools do. */
export interface Leaf {
  readonly twig: Twig;
  readonly depth: number;
  readonly at: number;
  readonly of: number;
  /** Undefined where there is nothing to open. */
  readonly open: boolean | undefined;
}

/** Node ids in an order they could run in: from left to right where that is free. */
export function inRunOrder(level: Level): string[] {
  const ids = Object.keys(level.nodes);
  const places = new Map(ids.map((id) => [id, placeOf(level, id)]));
  const before = (a: string, b: string) => {
    const [p, q] = [places.get(a), places.get(b)];
    return p && q ? p.x - q.x || p.y - q.y || (a < b ? -1 : 1) : 0;
  };
  const { waits, feeds } = dependence(level, ids);
  const left = new Set(ids.toSorted(before));
  const ready = [...left].filter((id) => waits.get(id)?.size === 0).reverse();
  const order: string[] = [];
  while (left.size) {
    // in a loop nothing is ready: then the one farthest to the left
    const id = ready.pop() ?? (left.values().next().value as string);
    if (!left.delete(id)) continue;
    order.push(id);
    for (const next of feeds.get(id) ?? []) {
      const waiting = waits.get(next);
      if (waiting?.delete(id) && waiting.size === 0) put(ready, next, before);
    }
  }
  return order;
}

function dependence(level: Level, ids: readonly string[]) {
  const waits = new Map(ids.map((id) => [id, new Set<string>()]));
  const feeds = new Map<string, string[]>();
  for (const { from, to } of wiresOf(level)) {
    if (!waits.has(from.node)) continue;
    waits.get(to.node)?.add(from.node);
    const list = feeds.get(from.node);
    if (list) list.push(to.node);
    else feeds.set(from.node, [to.node]);
  }
  return { waits, feeds };
}

/** Into a list whose first is its last. */
function put(ready: string[], id: string, before: (a: string, b: string) => number): void {
  let [low, high] = [0, ready.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(ready[middle] as string, id) > 0) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, id);
}

/** The nodes of a level with the ends of its body around them. */
export function nodesOf(level: Level): string[] {
  const ids = inRunOrder(level);
  return isBody(level) ? [START, ...ids, END] : ids;
}

/** The rows that are seen, with those twigs open whose keys are in `open`. */
export function leaves(level: Level, kinds: Kinds, open: ReadonlySet<string>): Leaf[] {
  const touching = byEnd(level);
  const first: Twig[] = isBody(level) ? [{ kind: "deed", key: "leave" }] : [];
  const nodes = nodesOf(level).map((node): Twig => ({ kind: "node", key: `node ${node}`, node }));
  const last: Twig[] = [
    { kind: "deed", key: "add" },
    { kind: "deed", key: "run" },
  ];
  const twigs = [...first, ...nodes, ...last];
  return twigs.flatMap((twig, at): Leaf[] => {
    const leaf: Leaf = { twig, depth: 1, at: at + 1, of: twigs.length, open: undefined };
    const shape = twig.kind === "node" ? shapeOf(level, twig.node, kinds) : undefined;
    if (twig.kind !== "node" || !shape || shape.inputs.length + shape.outputs.length === 0) {
      return [leaf];
    }
    if (!open.has(twig.key)) return [{ ...leaf, open: false }];
    return [{ ...leaf, open: true }, ...portLeaves(twig.node, shape, touching, open)];
  });
}

type Touching = ReadonlyMap<string, readonly Wire[]>;

function byEnd(level: Level): Touching {
  const found = new Map<string, Wire[]>();
  for (const wire of wiresOf(level)) {
    for (const key of [portKey("output", wire.from), portKey("input", wire.to)]) {
      const list = found.get(key);
      if (list) list.push(wire);
      else found.set(key, [wire]);
    }
  }
  return found;
}

const portKey = (side: "input" | "output", { node, port }: End): string =>
  `${side} ${node}.${port}`;

function portLeaves(
  node: string,
  shape: Shape,
  touching: Touching,
  open: ReadonlySet<string>,
): Leaf[] {
  const ports = [
    ...shape.inputs.map((port) => ({ side: "input" as const, port })),
    ...shape.outputs.map((port) => ({ side: "output" as const, port })),
  ];
  return ports.flatMap(({ side, port }, at): Leaf[] => {
    const key = portKey(side, { node, port: port.name });
    const wires = touching.get(key) ?? [];
    const twig: Twig = { kind: "port", key, node, side, port, wires };
    const shown = wires.length ? open.has(key) : undefined;
    const leaf = { twig, depth: 2, at: at + 1, of: ports.length, open: shown };
    return shown ? [leaf, ...wireLeaves(node, side, wires)] : [leaf];
  });
}

const wireLeaves = (node: string, side: "input" | "output", wires: readonly Wire[]): Leaf[] =>
  wires.map((wire, at) => ({
    twig: { kind: "wire", key: `wire ${side} ${idOf(wire)}`, node, side, wire },
    depth: 3,
    at: at + 1,
    of: wires.length,
    open: undefined,
  }));

/** The row that a row is inside of. */
export function parentOf(list: readonly Leaf[], at: number): number {
  const depth = list[at]?.depth ?? 1;
  for (let above = at - 1; above >= 0; above--) {
    if ((list[above]?.depth ?? 1) < depth) return above;
  }
  return -1;
}

/** A port on the other side that one may wire to. */
export interface Goal {
  readonly node: string;
  readonly port: Port;
  readonly wire: Wire;
  readonly fits: boolean;
  readonly there: boolean;
}

/** Every port on the other side of every other node, in the order they run. */
export function goals(
  level: Level,
  kinds: Kinds,
  side: "input" | "output",
  mine: End,
  port: Port,
): Goal[] {
  const wired = new Set(wiresOf(level).map(idOf));
  // what leads here, or is led to from here, would make a loop
  const round = reach(level, [mine.node], side === "output" ? "from" : "to");
  return nodesOf(level)
    .filter((id) => id !== mine.node)
    .flatMap((node) => {
      const shape = shapeOf(level, node, kinds);
      const ports = side === "output" ? shape?.inputs : shape?.outputs;
      return (ports ?? []).map((one): Goal => {
        const other = { node, port: one.name };
        const wire = side === "output" ? { from: mine, to: other } : { from: other, to: mine };
        const alike = side === "output" ? portsFit(port, one) : portsFit(one, port);
        const fits = alike && !(round.has(node) && node !== START && node !== END);
        return { node, port: one, wire, fits, there: wired.has(idOf(wire)) };
      });
    });
}

export const titleOf = (entry: Entry | undefined, shape: Shape | undefined, id: string): string =>
  entry?.title || shape?.title || id;

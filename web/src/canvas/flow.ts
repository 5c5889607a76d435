/** From the document to what React Flow draws: remade only where the document changed. */
import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import { END, type Entry, type Level, type Point, START } from "../graph/document.ts";
import { type Card, cardOf, HEADER, PAD, placeOf, portAt, ROW } from "../graph/geometry.ts";
import { type Kinds, type Shape, shapeOf, sourceOf, UNKNOWN } from "../graph/kinds.ts";
import { endOf, idOf, nameOf, type Wire, wiresOf } from "../graph/wires.ts";
import { NEW } from "../store/wiring.ts";
import { text } from "../text/index.ts";

export interface CardData extends Record<string, unknown> {
  readonly entry: Entry;
  readonly shape: Shape;
  readonly card: Card;
}

export type CardNode = Node<CardData, "card" | "note" | "end">;

export interface WireData extends Record<string, unknown> {
  readonly type: string;
  readonly many: boolean;
  readonly bends: readonly Point[];
}

export type WireEdge = Edge<WireData, "wire">;

/** The area of a port, large enough for a finger; its dot is in the middle. */
export const HIT = 24;
const entries = new WeakMap<Entry, CardNode>();
const NO_ENTRY: Entry = { type: "" };

/** The nodes of a level; in a body with its two ends. */
export function flowNodes(
  level: Level,
  kinds: Kinds,
  selected: ReadonlySet<string>,
  inBody: boolean,
): CardNode[] {
  const ids = Object.keys(level.nodes);
  if (inBody) ids.unshift(START, END);
  const nodes: CardNode[] = [];
  for (const id of ids) {
    const node = flowNode(level, id, kinds, selected.has(id));
    if (node) nodes.push(node);
  }
  return nodes;
}

function flowNode(level: Level, id: string, kinds: Kinds, selected: boolean): CardNode | undefined {
  const [card, shape] = [cardOf(level, id, kinds), shapeOf(level, id, kinds)];
  if (!card || !shape) return undefined;
  const entry = level.nodes[id];
  const kept = entry && entries.get(entry);
  const { x, y } = placeOf(level, id);
  const fresh =
    kept?.id === id &&
    kept.data.card === card &&
    kept.data.shape === shape &&
    kept.selected === selected &&
    kept.position.x === x &&
    kept.position.y === y;
  if (kept && fresh) return kept;
  const node = made(id, entry ?? NO_ENTRY, shape, card, { x, y }, selected);
  if (entry) entries.set(entry, node);
  return node;
}

function made(
  id: string,
  entry: Entry,
  shape: Shape,
  card: Card,
  position: Point,
  selected: boolean,
): CardNode {
  const { width, height } = card;
  const isEnd = id === START || id === END;
  return {
    id,
    type: isEnd ? "end" : entry.type === "note" ? "note" : "card",
    position,
    selected,
    data: { entry, shape, card },
    width,
    height,
    measured: { width, height },
    handles: isEnd ? [...handlesOf(shape, card), newPort(id, card)] : handlesOf(shape, card),
    deletable: !isEnd,
  };
}

/** The middle of the row at the end of a body that makes a new port. */
export const newPortAt = (card: Card): number => card.height - PAD - ROW;

function newPort(id: string, card: Card): NodeHandle {
  const start = id === START;
  return {
    id: NEW,
    type: start ? "source" : "target",
    position: start ? Position.Right : Position.Left,
    x: (start ? card.width : 0) - HIT / 2,
    y: newPortAt(card) + ROW / 2 - HIT / 2,
    width: HIT,
    height: HIT,
  };
}

/** Where the ports are: told, so that nothing has to be drawn to be measured. */
function handlesOf(shape: Shape, card: Card): NodeHandle[] {
  const handle = (side: "input" | "output", name: string): NodeHandle => {
    const { x, y } = portAt(card, side, name);
    return {
      id: name,
      type: side === "input" ? "target" : "source",
      position: side === "input" ? Position.Left : Position.Right,
      x: x - HIT / 2,
      y: y - HIT / 2,
      width: HIT,
      height: HIT,
    };
  };
  return [
    ...shape.inputs.map(({ name }) => handle("input", name)),
    ...shape.outputs.map(({ name }) => handle("output", name)),
  ];
}

export const topOf = (rowY: number): number => rowY + ROW / 2 - HIT / 2;
export const topOfHeader = HEADER / 2 - HIT / 2;

const edges = new WeakMap<Wire, { type: string; many: boolean; bends: unknown; edge: WireEdge }>();
const STRAIGHT: readonly Point[] = [];

/** The wires of a level, each with the type it carries. */
export function flowEdges(
  level: Level,
  kinds: Kinds,
  selected: ReadonlySet<string> = new Set(),
): WireEdge[] {
  return wiresOf(level).map((wire) => {
    const from = sourceOf(level, nameOf(wire.from), kinds);
    const [type, many] = [from?.type ?? UNKNOWN, from?.many ?? false];
    const bends = level.editor?.bends?.[nameOf(wire.to)];
    const kept = edges.get(wire);
    const chosen = selected.has(idOf(wire));
    const same = kept?.type === type && kept.many === many && kept.bends === bends;
    if (kept && same && kept.edge.selected === chosen) return kept.edge;
    const edge = drawn(wire, { type, many, bends: bends?.map(([x, y]) => ({ x, y })) ?? STRAIGHT });
    edges.set(wire, { type, many, bends, edge: { ...edge, selected: chosen } });
    return { ...edge, selected: chosen };
  });
}

function drawn(wire: Wire, data: WireData): WireEdge {
  return {
    id: idOf(wire),
    type: "wire",
    source: wire.from.node,
    sourceHandle: wire.from.port,
    target: wire.to.node,
    targetHandle: wire.to.port,
    data,
    ariaLabel: text.canvas.wire(nameOf(wire.from), nameOf(wire.to)),
  };
}

/** The wire of an edge's id. */
export function wireOf(id: string): Wire | undefined {
  const [from, to] = id.split(">").map(endOf);
  return from && to ? { from, to } : undefined;
}

/** Nodes that are dragged and selected. Places are held here while they move: the document hears
 * of the move once, at its end. */
import type { NodeChange } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import type { Point } from "../graph/document.ts";
import { moveNodes } from "../graph/edit.ts";
import { dropped } from "../graph/frames.ts";
import { cardOf } from "../graph/geometry.ts";
import { insertOnWire, pushAside, wireUnder } from "../graph/insert.ts";
import { idOf } from "../graph/wires.ts";
import { kinds } from "../store/catalogue.ts";
import { activeTab, edit, endGesture, level, select } from "../store/documents.ts";
import { hoverWire, useWiring } from "../store/wiring.ts";
import type { CardNode } from "./flow.ts";
import { carried, type FrameNode, frameName } from "./frames.ts";
import { isShaken, type Shake, shakeOut, startShake } from "./shake.ts";

export type Seen = CardNode | FrameNode;
type Places = Readonly<Record<string, Point>>;
const NOWHERE: Places = {};

export function useDragging(nodes: Seen[]) {
  const [held, setHeld] = useState(NOWHERE);
  const shown = useMemo(() => {
    if (held === NOWHERE) return nodes;
    return nodes.map((node) => {
      const position = held[node.id];
      return position ? { ...node, position } : node;
    });
  }, [nodes, held]);

  const onNodesChange = useCallback((changes: NodeChange<Seen>[]) => {
    applySelection(changes);
    // a note that is made larger tells where it stands itself
    if (changes.some(({ type }) => type === "dimensions")) return;
    const moves = placesIn(changes);
    if (!moves) return;
    const ended = changes.some((change) => change.type === "position" && !change.dragging);
    setHeld((before) => {
      const places = { ...before, ...moves };
      if (!ended) return places;
      // the document hears of it after this render: it is a change of another store
      queueMicrotask(() => drop(places));
      return NOWHERE;
    });
  }, []);

  const listeners = useMemo(() => dragListeners(onNodesChange), [onNodesChange]);
  return { nodes: shown, listeners };
}

function placesIn(changes: NodeChange<Seen>[]): Places | undefined {
  const moves: Record<string, Point> = {};
  for (const change of changes) {
    if (change.type !== "position" || !change.position) continue;
    const frame = frameName(change.id);
    moves[change.id] = change.position;
    if (frame !== undefined)
      Object.assign(moves, carried(level(), kinds(), frame, change.position));
  }
  const moved = changes.some((change) => change.type === "position");
  return moved ? moves : undefined;
}

function applySelection(changes: NodeChange<Seen>[]): void {
  if (!changes.some((change) => change.type === "select")) return;
  const next = new Set(activeTab().selected);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  select(next);
}

/** The end of a drag: nodes stand where they were let go; one on a wire goes into it. */
function drop(held: Places): void {
  const ids = Object.keys(held).filter((id) => cardOf(level(), id, kinds()));
  const places = Object.fromEntries(ids.map((id) => [id, held[id] as Point]));
  const wire =
    ids.length === 1
      ? wireUnder(level(), kinds(), ids[0] as string, places[ids[0] as string])
      : undefined;
  hoverWire(null);
  edit((now) => {
    const moved = dropped(moveNodes(now, places), kinds(), ids);
    if (!wire || ids[0] === undefined) return moved;
    const inserted = insertOnWire(moved, kinds(), wire, ids[0]);
    return inserted === moved ? moved : pushAside(inserted, kinds(), ids[0]);
  }, gesture());
  endGesture();
}

/** A drag is one step, with all that it shook and put together. */
let drags = 0;
const gesture = () => `drag ${drags}`;

/** What is lit, shaken and dropped while a node is dragged. */
function dragListeners(onNodesChange: (changes: NodeChange<Seen>[]) => void) {
  let shake: Shake | undefined;
  return {
    onNodesChange,
    onNodeDragStart: (event: { clientX: number } | MouseEvent | TouchEvent) => {
      drags++;
      shake = startShake(event);
    },
    onNodeDrag: (event: MouseEvent | TouchEvent | object, node: Seen, all: Seen[]) => {
      if (all.length !== 1) return;
      const wire = wireUnder(level(), kinds(), node.id, node.position);
      const lit = wire ? idOf(wire) : null;
      if (useWiring.getState().hovered !== lit) hoverWire(lit);
      if (shake && isShaken(shake, event)) {
        shakeOut(node.id, gesture());
        shake = undefined;
      }
    },
  };
}

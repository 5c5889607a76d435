/** Frames as React Flow draws them: boxes behind their nodes, or in their place when folded. */
import { type Node, Position } from "@xyflow/react";
import type { Frame, Level, Point } from "../graph/document.ts";
import { frameBox, framesOf, type Rect } from "../graph/frames.ts";
import { placeOf } from "../graph/geometry.ts";
import type { Kinds } from "../graph/kinds.ts";
import { HIT, type WireEdge } from "./flow.ts";

export interface FrameData extends Record<string, unknown> {
  readonly name: string;
  readonly frame: Frame;
}

export type FrameNode = Node<FrameData, "frame">;

/** Of frames, as styles write them. */
export const COLOURS: Readonly<Record<string, string>> = {
  blue: "var(--accent)",
  green: "var(--good)",
  amber: "var(--warn)",
  red: "var(--bad)",
  violet: "var(--wire-Model)",
  grey: "var(--dim)",
};

export const frameColour = ({ colour }: Frame): string => COLOURS[colour] ?? "var(--accent)";

const PREFIX = ":frame:";
const kept = new WeakMap<Frame, FrameNode>();

export const frameId = (name: string): string => PREFIX + name;
export const frameName = (id: string): string | undefined =>
  id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;

export function flowFrames(level: Level, kinds: Kinds): FrameNode[] {
  return Object.entries(framesOf(level)).flatMap(([name, frame]) => {
    const box = frameBox(level, kinds, name);
    return box ? [drawn(name, frame, box)] : [];
  });
}

function drawn(name: string, frame: Frame, { x, y, width, height }: Rect): FrameNode {
  const before = kept.get(frame);
  const same =
    before?.id === frameId(name) &&
    before.position.x === x &&
    before.position.y === y &&
    before.width === width &&
    before.height === height;
  if (before && same) return before;
  const node: FrameNode = {
    id: frameId(name),
    type: "frame",
    position: { x, y },
    data: { name, frame },
    width,
    height,
    measured: { width, height },
    zIndex: frame.folded ? 0 : -1,
    // between its nodes it is the canvas that is taken hold of
    style: { pointerEvents: frame.folded ? "all" : "none" },
    dragHandle: ".frame-head",
    selectable: false,
    focusable: false,
    handles: frame.folded ? sides(width, height) : [],
  };
  kept.set(frame, node);
  return node;
}

const sides = (width: number, height: number): NonNullable<FrameNode["handles"]> => [
  {
    id: "in",
    type: "target",
    position: Position.Left,
    x: -HIT / 2,
    y: height / 2,
    width: HIT,
    height: 1,
  },
  {
    id: "out",
    type: "source",
    position: Position.Right,
    x: width - HIT / 2,
    y: height / 2,
    width: HIT,
    height: 1,
  },
];

/** The wires, those of hidden nodes going to their frame; those within one frame are not drawn. */
export function outsideFrames(
  edges: readonly WireEdge[],
  hidden: ReadonlyMap<string, string>,
): WireEdge[] {
  if (hidden.size === 0) return edges as WireEdge[];
  return edges.flatMap((edge) => {
    const [from, to] = [hidden.get(edge.source), hidden.get(edge.target)];
    if (from === undefined && to === undefined) return [edge];
    if (from === to) return [];
    return [
      {
        ...edge,
        ...(from !== undefined && { source: frameId(from), sourceHandle: "out" }),
        ...(to !== undefined && { target: frameId(to), targetHandle: "in" }),
        reconnectable: false,
      },
    ];
  });
}

/** Where the nodes of a frame go when it is dragged to a place. */
export function carried(
  level: Level,
  kinds: Kinds,
  name: string,
  to: Point,
): Record<string, Point> {
  const [frame, box] = [framesOf(level)[name], frameBox(level, kinds, name)];
  if (!frame || !box) return {};
  return Object.fromEntries(
    frame.nodes.map((id) => {
      const { x, y } = placeOf(level, id);
      return [id, { x: x + to.x - box.x, y: y + to.y - box.y }];
    }),
  );
}

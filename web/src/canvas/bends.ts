/** Points that wires go by. They belong to the input a wire ends at. */
import type { Level, Point } from "../graph/document.ts";
import { withDrawn } from "../graph/drawn.ts";
import { pointsOf, polyline } from "../graph/geometry.ts";
import type { Kinds } from "../graph/kinds.ts";
import { nameOf } from "../graph/wires.ts";
import { wireOf } from "./flow.ts";

const placeIn = (id: string): string => {
  const wire = wireOf(id);
  return wire ? nameOf(wire.to) : "";
};

export const bendsOf = (level: Level, id: string): Point[] =>
  (level.editor?.bends?.[placeIn(id)] ?? []).map(([x, y]) => ({ x, y }));

export function withBends(level: Level, id: string, bends: readonly Point[]): Level {
  const { [placeIn(id)]: _, ...others } = level.editor?.bends ?? {};
  const points = bends.map(({ x, y }) => [Math.round(x), Math.round(y)] as const);
  return withDrawn(level, { bends: points.length ? { ...others, [placeIn(id)]: points } : others });
}

/** A bend more, between those two that the point is nearest to. */
export function bent(level: Level, kinds: Kinds, id: string, at: Point): Level {
  const wire = wireOf(id);
  if (!wire) return level;
  const points = pointsOf(level, kinds, wire);
  const far = (index: number) => {
    const piece = polyline(points.slice(index, index + 2));
    return Math.min(...piece.map((p) => Math.hypot(p.x - at.x, p.y - at.y)));
  };
  const pieces = points.slice(1).map((_, index) => index);
  const nearest = pieces.sort((a, b) => far(a) - far(b))[0] ?? 0;
  return withBends(level, id, bendsOf(level, id).toSpliced(nearest, 0, at));
}

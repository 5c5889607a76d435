/** Where something that was dropped comes to lie: a new node, wired where it was let go on a port. */
import type { Json, Level, Point } from "../graph/document.ts";
import { addNode, connect, freeId } from "../graph/edit.ts";
import { portsFit } from "../graph/fits.ts";
import { HEADER, WIDTH } from "../graph/geometry.ts";
import { type Kinds, shapeOf } from "../graph/kinds.ts";
import type { End } from "../graph/wires.ts";

export interface Landing {
  readonly at: Point;
  /** The input it was let go on. */
  readonly onto?: End | undefined;
}

/** A node of this type, and its first output that fits wired to the port. */
export function landed(
  level: Level,
  kinds: Kinds,
  type: string,
  values: Readonly<Record<string, Json>>,
  { at, onto }: Landing,
): { level: Level; id: string } {
  const id = freeId(level.nodes, type);
  const input = onto && shapeOf(level, onto.node, kinds)?.inputs.find((p) => p.name === onto.port);
  const output = input && kinds[type]?.outputs.find((port) => portsFit(port, input));
  const place = output ? { x: at.x - WIDTH - 60, y: at.y - HEADER } : { x: at.x, y: at.y };
  const next = addNode(level, id, { type, values }, place);
  if (!output || !onto) return { level: next, id };
  const wire = { from: { node: id, port: output.name }, to: onto };
  return { level: connect(next, wire, input.many), id };
}

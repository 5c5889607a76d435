import { type PointerEvent, useState } from "react";
import type { Point } from "../graph/document.ts";
import { disconnectAll } from "../graph/edit.ts";
import { wiresCrossed } from "../graph/insert.ts";
import { camera } from "../store/camera.ts";
import { kinds } from "../store/catalogue.ts";
import { edit, level } from "../store/documents.ts";
import { endWire, startWire, useWiring } from "../store/wiring.ts";
import { bent } from "./bends.ts";
import { finishWire } from "./finish.ts";
import { portUnder } from "./portUnder.ts";

/** Alt and a stroke over wires cuts them; Ctrl from a port takes all its wires to another. */
interface Stroke {
  readonly cuts: boolean;
  /** The wire it began on: a mere click bends it. */
  readonly wire?: string | undefined;
  readonly points: readonly Point[];
}

export function useStroke() {
  const [stroke, setStroke] = useState<Stroke | null>(null);
  const start = (event: PointerEvent) => {
    const cuts = begins(event);
    if (cuts === undefined) return;
    event.stopPropagation();
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const wire = (event.target as Element).closest<HTMLElement>(".react-flow__edge")?.dataset.id;
    setStroke({ cuts, wire, points: [{ x: event.clientX, y: event.clientY }] });
  };
  const move = ({ clientX, clientY }: PointerEvent) => {
    if (!stroke) return;
    const kept = stroke.cuts ? stroke.points : stroke.points.slice(0, 1);
    setStroke({ ...stroke, points: [...kept, { x: clientX, y: clientY }] });
  };
  const end = () => {
    if (!stroke) return;
    setStroke(null);
    if (stroke.cuts && stroke.wire && isClick(stroke.points)) bend(stroke.wire, stroke.points[0]);
    else if (stroke.cuts) cut(stroke.points);
    else takeTo(stroke.points.at(-1) as Point);
  };
  const stop = () => {
    setStroke(null);
    endWire();
  };
  return {
    stroke,
    listeners: {
      onPointerDownCapture: start,
      onPointerMove: move,
      onPointerUp: end,
      onPointerCancel: stop,
    },
  };
}

/** Whether this press begins a cut (true), takes wires along (false), or is none of ours. */
function begins(event: PointerEvent): boolean | undefined {
  if (event.button !== 0) return undefined;
  const target = event.target as Element;
  const bare = !target.closest(".react-flow__node, .bend, .wire-card, .minimap");
  if (event.altKey && bare && target.closest(".react-flow__pane")) return true;
  const port = event.ctrlKey || event.metaKey ? portUnder(target) : undefined;
  if (!port) return undefined;
  startWire(port.end, port.side, true);
  return false;
}

const STILL = 4; // pixels

function isClick(points: readonly Point[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  return !first || !last || Math.hypot(last.x - first.x, last.y - first.y) < STILL;
}

function bend(wire: string, at: Point | undefined): void {
  if (at) edit((now) => bent(now, kinds(), wire, camera().toLevel(at)));
}

function cut(stroke: readonly Point[]): void {
  const crossed = wiresCrossed(level(), kinds(), stroke.map(camera().toLevel));
  edit((now) => disconnectAll(now, crossed));
}

function takeTo({ x, y }: Point): void {
  const { start } = useWiring.getState();
  const port = portUnder(document.elementFromPoint(x, y));
  if (start && port) finishWire(start, port.end, port.side);
  else endWire();
}

/** The stroke as long as it lasts. */
export function StrokeLine({ stroke }: { stroke: Stroke | null }) {
  if (!stroke) return null;
  return (
    <svg className={stroke.cuts ? "stroke cuts" : "stroke"} aria-hidden>
      <polyline points={stroke.points.map(({ x, y }) => `${x},${y}`).join(" ")} />
    </svg>
  );
}

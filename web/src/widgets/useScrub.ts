/** Dragging a number sideways: to and fro over its field, finer with Shift, coarser with Ctrl. */
import { type PointerEvent, useRef, useState } from "react";
import { type FieldProps, gestureOf } from "./field.ts";
import { onGrid, paceOf, part, rangeOf, startOf, travel } from "./numbers.ts";

const SLACK = 3;

interface Drag {
  readonly from: number;
  readonly gesture: string;
  x: number;
  raw: number;
  told: number;
  moved: boolean;
}

/** Handlers for the input, and whether it is being dragged. A press that stays is a click. */
export function useScrub(field: FieldProps, click: (input: HTMLInputElement) => void) {
  const drag = useRef<Drag | null>(null);
  const [dragging, setDragging] = useState(false);

  const onPointerDown = (event: PointerEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    if (event.button !== 0 || document.activeElement === input) return;
    event.preventDefault(); // no focus and no caret before it is known to be a click
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    input.setPointerCapture(event.pointerId);
    const from = beginning(field, event);
    const gesture = gestureOf(field);
    drag.current = { from, gesture, x: event.clientX, raw: from, told: Number.NaN, moved: false };
  };

  const onPointerMove = (event: PointerEvent<HTMLInputElement>) => {
    const now = drag.current;
    if (!now) return;
    const by = event.clientX - now.x;
    if (!now.moved && Math.abs(by) < SLACK) return;
    if (!now.moved) setDragging(true);
    now.moved = true;
    now.x = event.clientX;
    follow(now, by, field, event);
  };

  const over = (event: PointerEvent<HTMLInputElement>) => {
    const now = drag.current;
    if (!now) return;
    drag.current = null;
    setDragging(false);
    if (now.moved) field.end();
    else if (event.type === "pointerup") click(event.currentTarget);
  };

  return {
    dragging,
    handlers: { onPointerDown, onPointerMove, onPointerUp: over, onPointerCancel: over },
  };
}

function follow(now: Drag, by: number, field: FieldProps, event: PointerEvent<HTMLInputElement>) {
  const [range, pace] = [rangeOf(field.port), paceOf(event)];
  const width = isSlider(field) ? event.currentTarget.getBoundingClientRect().width : undefined;
  now.raw += travel(by, pace, now.raw, range, width);
  // what goes past an end comes back at once
  now.raw = Math.max(range.min ?? -Infinity, Math.min(range.max ?? Infinity, now.raw));
  const value = onGrid(now.raw, pace, range);
  if (value === now.told) return;
  now.told = value;
  field.set(value, now.gesture);
}

const isSlider = ({ port }: FieldProps): boolean => port.widget?.type === "Slider";

/** The number a drag starts at. A slider without one starts where it is pressed. */
function beginning(field: FieldProps, event: PointerEvent<HTMLInputElement>): number {
  const { port, value } = field;
  const range = rangeOf(port);
  const start = startOf(value, port.default, range);
  const hasOne = typeof value === "number" || (value === undefined && port.default === start);
  if (hasOne || !isSlider(field) || part(start, range) === undefined) return start;
  const box = event.currentTarget.getBoundingClientRect();
  const at = (event.clientX - box.left) / box.width;
  return (range.min ?? 0) + at * ((range.max ?? 0) - (range.min ?? 0));
}

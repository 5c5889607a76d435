/** Moving the points of a curve, with the pointer and with keys. */
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from "react";
import type { PointProps } from "./CurvePlot.tsx";
import {
  AT_STEP,
  between,
  type CurvePoint,
  type Ends,
  movePoint,
  tidy,
  valueStep,
} from "./curve.ts";
import { gestureOf } from "./field.ts";
import { FACTOR, paceOf } from "./numbers.ts";

export const share = (value: number, { min, max }: Ends): number => (value - min) / (max - min);

/** The place of a pointer in the plot, on a grid that is finer with Shift. */
export function placeIn(plot: HTMLElement, event: MouseEvent, ends: Ends): CurvePoint {
  const { left, top, width, height } = plot.getBoundingClientRect();
  const fine = event.shiftKey ? FACTOR.fine : 1;
  const up = 1 - (event.clientY - top) / height;
  return {
    at: tidy((event.clientX - left) / width, AT_STEP * fine),
    value: tidy(ends.min + up * (ends.max - ends.min), valueStep(ends) * fine),
  };
}

const SLACK = 2;

export function useDragging({ field, points, ends, index, plot, put }: PointProps) {
  const drag = useRef<{ gesture: string; x: number; y: number; moved: boolean } | null>(null);
  const drop = () => {
    if (drag.current?.moved) field.end();
    drag.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { clientX: x, clientY: y } = event;
      drag.current = { gesture: gestureOf(field), x, y, moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const now = drag.current;
      if (!now || !plot.current) return;
      now.moved ||= Math.hypot(event.clientX - now.x, event.clientY - now.y) > SLACK;
      if (!now.moved) return;
      put(movePoint(points, index, placeIn(plot.current, event, ends), ends), now.gesture);
    },
    onPointerUp: drop,
    onPointerCancel: drop,
  };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function useKeys({ field, points, point, ends, index, put, add, remove }: PointProps) {
  const gesture = useRef<string | null>(null);
  const move = (event: KeyboardEvent, [right, up]: readonly [number, number]) => {
    const factor = FACTOR[paceOf(event)];
    gesture.current ??= gestureOf(field);
    const to = {
      at: point.at + right * AT_STEP * factor,
      value: point.value + up * valueStep(ends) * factor,
    };
    put(movePoint(points, index, to, ends), gesture.current);
  };
  return {
    onKeyDown: (event: KeyboardEvent) => {
      const arrow = ARROWS[event.key];
      if (arrow) move(event, arrow);
      else if (event.key === "Delete" || event.key === "Backspace") remove(index);
      else if (event.key === "Insert" || event.key === "+") add(between(points, index));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onKeyUp: () => {
      if (gesture.current === null) return;
      gesture.current = null;
      field.end();
    },
  };
}

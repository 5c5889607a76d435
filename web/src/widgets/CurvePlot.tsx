import { type RefObject, useRef, useState } from "react";
import { text } from "../text/index.ts";
import { addPoint, type CurvePoint, type Ends, type Points, removePoint } from "./curve.ts";
import type { FieldProps } from "./field.ts";
import { placeIn, share, useDragging, useKeys } from "./usePoints.ts";

export interface PlotProps {
  readonly field: FieldProps;
  readonly points: Points;
  readonly ends: Ends;
  readonly put: (points: Points, gesture?: string) => void;
}

/** The curve with its points: each is dragged, or moved by keys. */
export function CurvePlot(props: PlotProps) {
  const { field, points, ends, put } = props;
  const plot = useRef<HTMLSpanElement>(null);
  const [told, tell] = useState<number | null>(null);
  const words = text.widgets.curve;
  const add = (to: CurvePoint) => {
    const added = addPoint(points, to, ends);
    put(added.points);
    focus(plot, added.index);
  };
  const remove = (index: number) => {
    put(removePoint(points, index));
    focus(plot, index);
  };
  const shown = told === null ? undefined : points[told];
  return (
    <>
      <output className="value-curve-told">{shown && words.at(shown.value, shown.at)}</output>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Insert on a point does the same by keys */}
      <span
        ref={plot}
        className="plot nodrag nopan"
        title={field.wrong ?? words.hint}
        onDoubleClick={(event) => plot.current && add(placeIn(plot.current, event, ends))}
      >
        <Line points={points} ends={ends} />
        {points.map((point, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place among the others
          <Point key={index} {...props} {...{ point, index, plot, tell, add, remove }} />
        ))}
      </span>
    </>
  );
}

/** When it is there. */
function focus(plot: RefObject<HTMLElement | null>, index: number): void {
  requestAnimationFrame(() => {
    const buttons = plot.current?.querySelectorAll("button") ?? [];
    buttons[Math.min(index, buttons.length - 1)]?.focus();
  });
}

export interface PointProps extends PlotProps {
  readonly point: CurvePoint;
  readonly index: number;
  readonly plot: RefObject<HTMLElement | null>;
  readonly tell: (index: number | null) => void;
  readonly add: (to: CurvePoint) => void;
  readonly remove: (index: number) => void;
}

function Point(props: PointProps) {
  const { field, points, point, ends, index, tell } = props;
  const dragging = useDragging(props);
  const keys = useKeys(props);
  const words = text.widgets.curve;
  return (
    <button
      type="button"
      role="slider"
      className="plot-point nodrag"
      aria-label={words.point(field.label, index + 1, points.length)}
      aria-valuenow={point.value}
      aria-valuemin={ends.min}
      aria-valuemax={ends.max}
      aria-valuetext={words.at(point.value, point.at)}
      aria-describedby={field.described}
      style={{ left: `${point.at * 100}%`, bottom: `${share(point.value, ends) * 100}%` }}
      {...dragging}
      {...keys}
      onPointerEnter={() => tell(index)}
      onPointerLeave={() => tell(null)}
      onFocus={() => tell(index)}
      onBlur={() => tell(null)}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}

/** Level before the first point and after the last. */
function Line({ points, ends }: Pick<PlotProps, "points" | "ends">) {
  const y = (value: number) => 100 - share(value, ends) * 100;
  const [first, last] = [points[0] as CurvePoint, points.at(-1) as CurvePoint];
  const inner = points.map(({ at, value }) => `${at * 100},${y(value)}`).join(" ");
  const line = `0,${y(first.value)} ${inner} 100,${y(last.value)}`;
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <polygon className="plot-area" points={`0,100 ${line} 100,100`} />
      <polyline className="plot-line" points={line} />
    </svg>
  );
}

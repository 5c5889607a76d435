/** A value over a run, as points "at:value" from 0 to 1: "0:7, 0.5:3, 1:1". */
import type { Port } from "../api/messages.ts";

export interface CurvePoint {
  readonly at: number;
  readonly value: number;
}

export type Points = readonly CurvePoint[];

export interface Ends {
  readonly min: number;
  readonly max: number;
}

export function endsOf(port: Port): Ends {
  const { min, max } = port.widget ?? {};
  const low = typeof min === "number" ? min : 0;
  return { min: low, max: typeof max === "number" && max > low ? max : low + 1 };
}

/** The points from left to right; undefined where the text is no curve between these ends. */
export function readCurve(text: string, { min, max }: Ends): Points | undefined {
  const points: CurvePoint[] = [];
  for (const pair of text.split(",")) {
    const [at, value, more] = pair.split(":").map(number);
    if (at === undefined || value === undefined || more !== undefined) return undefined;
    if (!(at >= 0 && at <= 1 && value >= min && value <= max)) return undefined;
    points.push({ at, value });
  }
  return points.sort((a, b) => a.at - b.at || a.value - b.value);
}

const number = (text: string): number => (text.trim() ? Number(text) : Number.NaN);

export const writeCurve = (points: Points): string =>
  points.map(({ at, value }) => `${at}:${value}`).join(", ");

/** A tenth of a percent of a run, and a step of the value that people would say. */
export const AT_STEP = 0.01;
export const valueStep = ({ min, max }: Ends): number =>
  10 ** Math.floor(Math.log10((max - min) / 100) + 1e-9);

/** Where a point may be: on the grid, between the ends, and not past its neighbours. */
export function movePoint(points: Points, index: number, to: CurvePoint, ends: Ends): Points {
  const [left, right] = [points[index - 1]?.at ?? 0, points[index + 1]?.at ?? 1];
  const at = tidy(Math.max(left, Math.min(right, to.at)), AT_STEP / 10);
  const value = tidy(Math.max(ends.min, Math.min(ends.max, to.value)), valueStep(ends) / 10);
  return points.map((point, place) => (place === index ? { at, value } : point));
}

/** A new point, and its place among the others. */
export function addPoint(
  points: Points,
  to: CurvePoint,
  ends: Ends,
): { points: Points; index: number } {
  const after = points.findIndex(({ at }) => at > to.at);
  const index = after < 0 ? points.length : after;
  const room = [...points.slice(0, index), to, ...points.slice(index)];
  return { points: movePoint(room, index, to, ends), index };
}

/** In the middle of what follows a point, or of what is before the last. */
export function between(points: Points, index: number): CurvePoint {
  const here = points[index] as CurvePoint;
  const other = points[index + 1] ?? points[index - 1];
  if (!other) return { at: here.at < 0.5 ? 1 : 0, value: here.value };
  return { at: (here.at + other.at) / 2, value: (here.value + other.value) / 2 };
}

/** One always stays: a curve has a value. */
export const removePoint = (points: Points, index: number): Points =>
  points.length > 1 ? points.filter((_, place) => place !== index) : points;

export const tidy = (value: number, grid: number): number =>
  Number((Math.round(value / grid) * grid).toPrecision(10));

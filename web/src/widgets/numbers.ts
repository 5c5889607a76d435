/** Numbers in fields: their range, how they are written, and where a drag or a key takes them. */
import type { Port } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";

export interface Range {
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
  readonly whole: boolean;
  /** Where a gesture begins that has no number yet, such as at `auto`. */
  readonly start: number;
}

/** Shift makes a gesture finer, Ctrl coarser. */
export type Pace = "fine" | "usual" | "coarse";
export const FACTOR = { fine: 0.1, usual: 1, coarse: 10 } as const;
/** Pixels a drag goes for one step, where there are no two ends to go between. */
const PIXELS = 4;
const DIGITS = 12;

/** A side that most models can make. */
const SIDE = 512;
/** Most numbers that a model decides lie in the lower part of what they could be. */
const LOW = 0.15;

const ranges = new WeakMap<object, Range>();

export function rangeOf(port: Port): Range {
  const widget = port.widget ?? {};
  const kept = ranges.get(widget);
  if (kept) return kept;
  const number = (name: string) => {
    const given = widget[name];
    return typeof given === "number" && Number.isFinite(given) ? given : null;
  };
  const [min, max, step] = [number("min"), number("max"), number("step")];
  const bounds = { min, max, step: step && step > 0 ? step : null, whole: port.type === "int" };
  const start = widget.type === "Size" ? SIDE : widget.type === "Slider" ? low(bounds) : 0;
  const range = { ...bounds, start: clamp(start, bounds) };
  ranges.set(widget, range);
  return range;
}

export const paceOf = (keys: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): Pace =>
  keys.shiftKey ? "fine" : keys.ctrlKey || keys.metaKey ? "coarse" : "usual";

type Bounds = Omit<Range, "start">;

const low = ({ min, max, step }: Bounds): number => {
  const [from, to, grid] = [min ?? 0, max ?? 0, step ?? 1];
  return Math.round((from + LOW * (to - from)) / grid) * grid;
};

export const clamp = (value: number, { min, max }: Pick<Range, "min" | "max">): number =>
  Math.max(min ?? -Infinity, Math.min(max ?? Infinity, value));

/** As few digits as it has, as many as its step shows: 1 is `1.00` beside steps of 0.01. */
export function shown(value: number, { step, whole }: Range): string {
  if (whole || step === null || step >= 1) return plain(value);
  const digits = Math.min(2, Math.ceil(-Math.log10(step) - 1e-9));
  const fixed = value.toFixed(digits);
  return Number(fixed) === value && Math.abs(value) < 1e6 ? fixed : plain(value);
}

const plain = (value: number): string =>
  Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));

/** What a typed number becomes: whole where it must be, otherwise as it was typed. */
export const typedInto = (range: Range, value: number): number =>
  range.whole ? Math.round(value) : Number(value.toPrecision(DIGITS));

/** How far between its ends a value is, undefined where there are none. */
export function part(value: number, { min, max }: Range): number | undefined {
  if (min === null || max === null || max <= min) return undefined;
  return Math.max(0, Math.min(1, (value - min) / (max - min)));
}

/** The step at a value. Numbers without one go by about a hundredth of their size. */
export function stepAt(value: number, { step, whole }: Range): number {
  if (whole) return Math.max(1, Math.round(step ?? 1));
  if (step !== null && step >= 0.005) return step;
  const size = Math.abs(value) || 10;
  return Math.max(step ?? 0, 10 ** Math.floor(Math.log10(size / 30)));
}

/** One key press further, `way` is 1 or -1. */
export function stepped(value: number, way: number, pace: Pace, range: Range): number {
  const step = stepAt(value, range) * FACTOR[pace];
  return clamp(typedInto(range, value + way * (range.whole ? Math.max(1, step) : step)), range);
}

/** How far a drag goes by some pixels. `width` is that of a field whose ends are its value's. */
export function travel(
  pixels: number,
  pace: Pace,
  at: number,
  range: Range,
  width?: number,
): number {
  const far = pixels * FACTOR[pace];
  const [low, high] = [range.min ?? 0, range.max ?? 0];
  if (width && high > low) return (far / width) * (high - low);
  return (far / PIXELS) * stepAt(at, range);
}

/** The value where a drag is, on the grid of steps; a fine one has a grid ten times finer. */
export function onGrid(value: number, pace: Pace, range: Range): number {
  const step = stepAt(value, range);
  const grid = range.whole ? step : step * Math.min(1, FACTOR[pace]);
  return clamp(typedInto(range, Math.round(value / grid) * grid), range);
}

/** Where a gesture begins. */
export function startOf(value: Json | undefined, fallback: unknown, range: Range): number {
  if (typeof value === "number") return value;
  if (value === undefined && typeof fallback === "number") return fallback;
  return range.start;
}

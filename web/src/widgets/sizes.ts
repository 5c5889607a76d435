/** Sizes that models were made for, in pixels. */
import type { Range } from "./numbers.ts";

const SIDES = [256, 384, 512, 640, 768, 832, 896, 1024, 1152, 1216, 1280, 1344, 1536, 2048];

/** By about how many pixels they have: those of SD 1.x, and those of SDXL and later families. */
const PAIRS: readonly (readonly [number, number])[] = [
  [256, 256],
  [512, 512],
  [512, 768],
  [768, 512],
  [768, 768],
  [1024, 1024],
  [896, 1152],
  [1152, 896],
  [832, 1216],
  [1216, 832],
  [768, 1344],
  [1344, 768],
];
const RATIOS = [
  [1, 1],
  [3, 4],
  [2, 3],
  [9, 16],
] as const;

export interface Preset {
  readonly value: string;
  readonly title: string;
  readonly ratio?: string;
  readonly sides: readonly [number] | readonly [number, number];
}

const within = (side: number, { min, max }: Range): boolean =>
  side >= (min ?? 0) && side <= (max ?? Infinity);

/** What the menu of a size offers: whole formats where a node has both sides, else single sides. */
export function presetsFor(range: Range, both: boolean): Preset[] {
  if (!both) {
    return SIDES.filter((side) => within(side, range)).map((side) => ({
      value: String(side),
      title: String(side),
      sides: [side],
    }));
  }
  return PAIRS.filter((pair) => pair.every((side) => within(side, range))).map((sides) => {
    const title = `${sides[0]} × ${sides[1]}`;
    return { value: title, title, ratio: ratioOf(...sides), sides };
  });
}

/** The nearest of the shapes that people name, such as 2:3. */
export function ratioOf(width: number, height: number): string {
  const flat = Math.log(Math.min(width, height) / Math.max(width, height));
  const off = ([a, b]: readonly [number, number]) => Math.abs(flat - Math.log(a / b));
  const [a, b] = RATIOS.reduce((best, one) => (off(one) < off(best) ? one : best));
  return width > height ? `${b}:${a}` : `${a}:${b}`;
}

/** Where one looks. The canvas that is seen puts itself here, so that commands can move it. */
import type { Point, View } from "../graph/document.ts";

export interface Camera {
  /** Show these nodes, or all. */
  fit(ids?: readonly string[]): void;
  zoom(factor: number): void;
  /** From the screen to the level. */
  toLevel(screen: Point): Point;
  toScreen(at: Point): Point;
  /** The middle of what is seen. */
  middle(): Point;
  view(): View;
  look(view: View): void;
  /** Where the pointer was last, in the level; the middle where it was never there. */
  pointer(): Point;
}

const still: Camera = {
  fit: () => undefined,
  zoom: () => undefined,
  toLevel: (at) => at,
  toScreen: (at) => at,
  middle: () => ({ x: 0, y: 0 }),
  view: () => ({ x: 0, y: 0, zoom: 1 }),
  look: () => undefined,
  pointer: () => ({ x: 0, y: 0 }),
};

let current = still;
let aim: readonly string[] | null = null;

/** What is looked at in the level that is gone into next, in place of all that is in it. */
export const aimAt = (ids: readonly string[] | null): void => {
  aim = ids;
};

/** The aim, once: whoever shows another level asks for it. */
export function takeAim(): readonly string[] | null {
  const ids = aim;
  aim = null;
  return ids;
}

export const camera = (): Camera => current;

export function setCamera(next: Camera | null): void {
  current = next ?? still;
}

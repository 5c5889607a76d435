/** Places one comes back to: Shift and a digit keeps where one looks, the digit goes there. */
import type { Level, View } from "../../graph/document.ts";
import { withDrawn } from "../../graph/drawn.ts";
import { text } from "../../text/index.ts";
import { camera } from "../camera.ts";
import { edit, level } from "../documents.ts";
import { say, toast } from "../ui.ts";
import type { Command } from "./command.ts";

export const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
export type Digit = (typeof DIGITS)[number];

const rounded = ({ x, y, zoom }: View): View => ({
  x: Math.round(x),
  y: Math.round(y),
  zoom: Number(zoom.toFixed(3)),
});

export const withView = (level: Level, digit: Digit, view: View): Level =>
  withDrawn(level, { views: { ...level.editor?.views, [digit]: rounded(view) } });

/** A view of a level, unless the file holds there what is none. */
export function viewOf(level: Level, digit: Digit): View | undefined {
  const view = level.editor?.views?.[digit];
  const whole = view && [view.x, view.y, view.zoom].every(Number.isFinite) && view.zoom > 0;
  return whole ? view : undefined;
}

export const withoutView = (level: Level, digit: Digit): Level => {
  const { [digit]: _, ...others } = level.editor?.views ?? {};
  return withDrawn(level, { views: others });
};

export function saveView(digit: Digit): void {
  edit((now) => withView(now, digit, camera().view()));
  toast(text.panels.views.saved(digit), "good");
}

export const removeView = (digit: Digit): void => edit((now) => withoutView(now, digit));

export function goToView(digit: Digit): void {
  const view = viewOf(level(), digit);
  if (!view) return;
  camera().look(view);
  say(text.panels.views.gone(digit));
}

export const VIEWS: readonly Command[] = DIGITS.flatMap((digit): Command[] => [
  {
    id: `view-${digit}`,
    group: "view",
    keys: digit,
    can: () => viewOf(level(), digit) !== undefined,
    run: () => goToView(digit),
  },
  {
    id: `save-view-${digit}`,
    group: "view",
    keys: `Shift+${digit}`,
    run: () => saveView(digit),
  },
]);

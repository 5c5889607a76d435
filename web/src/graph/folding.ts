/** Nodes shown as their titles alone (`folded`), or with the inputs that are seldom needed (`open`). */
import type { Level } from "./document.ts";
import { withDrawn } from "./drawn.ts";

export function toggled(level: Level, list: "folded" | "open", id: string): Level {
  const there: readonly string[] = level.editor?.[list] ?? [];
  const next = there.includes(id) ? there.filter((one) => one !== id) : [...there, id];
  return withDrawn(level, { [list]: next });
}

/** The places that were kept in the level one is in, to go to by a click. */
import {
  DIGITS,
  type Digit,
  goToView,
  removeView,
  saveView,
  viewOf,
} from "../store/commands/views.ts";
import { useLevel } from "../store/documents.ts";
import { text } from "../text/index.ts";
import type { Rows } from "../ui/rows.ts";
import { askFor, useMenu } from "../ui/useMenu.tsx";

const words = text.panels.views;

export function Views() {
  const level = useLevel();
  const { menu, ask } = useMenu();
  const kept = DIGITS.filter((digit) => viewOf(level, digit));
  if (kept.length === 0) return null;
  return (
    <nav className="views" aria-label={words.region}>
      {kept.map((digit) => (
        <button
          key={digit}
          type="button"
          className="button small"
          aria-label={words.go(digit)}
          title={words.go(digit)}
          onClick={() => goToView(digit)}
          onContextMenu={(event) => ask(askFor(event, words.go(digit), () => rows(digit)))}
        >
          {digit}
        </button>
      ))}
      {menu}
    </nav>
  );
}

const rows = (digit: Digit): Rows => [
  { label: words.go(digit), keys: [digit], run: () => goToView(digit) },
  { label: words.keepHere(digit), keys: [`Shift+${digit}`], run: () => saveView(digit) },
  null,
  { label: words.away(digit), run: () => removeView(digit) },
];

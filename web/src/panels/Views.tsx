/** The places that were kept in the level one is in, to go to by a click. */

import { DIGITS, goToView, viewOf } from "../store/commands/views.ts";
import { useLevel } from "../store/documents.ts";
import { text } from "../text/index.ts";

const words = text.panels.views;

export function Views() {
  const level = useLevel();
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
          onClick={() => goToView(digit)}
        >
          {digit}
        </button>
      ))}
    </nav>
  );
}

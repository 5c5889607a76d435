/** Keys as they stand on the keyboard. */
import { spell } from "../store/commands/chords.ts";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export const spelt = (chord: string): string => spell(chord, isMac);

/** A word with the keys that do the same. */
export const withKeys = (word: string, chords: readonly string[]): string =>
  chords.length ? `${word} (${chords.map(spelt).join(", ")})` : word;

export function Chords({ chords }: { readonly chords: readonly string[] }) {
  return chords.map((chord) => (
    <kbd key={chord} className="chord">
      {spelt(chord)}
    </kbd>
  ));
}

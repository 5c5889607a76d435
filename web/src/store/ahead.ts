/** Letters typed for a search that is asked for and not there yet: none of them is lost. */
import { useUi } from "./ui.ts";

const SEARCHES = new Set<string | undefined>(["palette", "add", "find"]);
let typed = "";
let hear: ((letters: string) => void) | null = null;

/** Keep a key that is meant for the search; false where it is not. */
export function keepAhead({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (!SEARCHES.has(useUi.getState().dialog?.kind)) return false;
  if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
  if (hear) hear(key);
  else typed += key;
  return true;
}

/** The search is there: it gets what was typed, and what is typed until it has the focus. */
export function hearAhead(take: (letters: string) => void): () => void {
  if (typed) take(typed);
  [typed, hear] = ["", take];
  return () => {
    hear = null;
  };
}

useUi.subscribe(({ dialog }) => {
  if (!dialog) typed = "";
});

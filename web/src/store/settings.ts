/** Preferences, kept on the server so that they are the same in every browser. */
import { create } from "zustand";
import type { Refused } from "../api/line.ts";
import { line, onOpen } from "./connection.ts";

export interface Settings {
  readonly theme: "system" | "light" | "dark";
  /** Keys by the id of a command, where they are not the usual ones. */
  readonly keys: Readonly<Record<string, string>>;
  readonly snap: boolean;
  readonly minimap: boolean;
  readonly previews: boolean;
  readonly runOnChange: boolean;
  readonly motion: "system" | "reduced";
  /** What was told once and need not be told again. */
  readonly seen: readonly string[];
  /** What was chosen in the palette, the latest first. */
  readonly recent: readonly string[];
}

export const USUAL: Settings = {
  theme: "system",
  keys: {},
  snap: false,
  minimap: true,
  previews: true,
  runOnChange: false,
  motion: "system",
  seen: [],
  recent: [],
};

export const useSettings = create<Settings>(() => USUAL);

interface Keeping {
  /** Whether the server has told what it has: before that nothing is saved over it. */
  readonly known: boolean;
  /** Why what is set here is not kept there, in a sentence. */
  readonly trouble: string | null;
}

export const useKeeping = create<Keeping>(() => ({ known: false, trouble: null }));

const AFTER = 300; // ms between two savings
const changed = new Set<keyof Settings>();
let timer = 0;

/** Change some of them: at once here, and soon on the server. */
export function prefer(some: Partial<Settings>): void {
  for (const name of Object.keys(some)) changed.add(name as keyof Settings);
  useSettings.setState(some);
  if (timer) return;
  // the first change is kept at once, for the page may be closed; what follows soon goes together
  void keep();
  timer = window.setTimeout(() => {
    timer = 0;
    void keep();
  }, AFTER);
}

let keeping: Promise<void> = Promise.resolve();

/** One saving after another. */
function keep(): Promise<void> {
  keeping = keeping.then(keepOnce);
  return keeping;
}

/** Only what was changed here: other pages may have changed the rest. */
async function keepOnce(): Promise<void> {
  if (!useKeeping.getState().known || changed.size === 0) return;
  const sent = [...changed];
  changed.clear();
  try {
    const { settings } = await line.call("settings.get");
    await line.call("settings.save", { settings: { ...settings, ...own(sent) } });
    useSettings.setState({ ...readable(settings), ...own([...sent, ...changed]) });
    useKeeping.setState({ trouble: null });
  } catch (error) {
    for (const name of sent) changed.add(name);
    useKeeping.setState({ trouble: (error as Refused).message });
  }
}

const own = (names: Iterable<keyof Settings>): Partial<Settings> =>
  Object.fromEntries([...names].map((name) => [name, useSettings.getState()[name]]));

/** What the server has counts, but for what was changed here while it was away. */
onOpen(async () => {
  const found = await line.call("settings.get").catch(() => null);
  if (!found) return;
  useKeeping.setState({ known: true, trouble: found.notice });
  useSettings.setState({ ...readable(found.settings), ...own(changed) });
  await keep();
});

/** Settings of an older or newer version: what has the type it has here is taken. */
function readable(found: Record<string, unknown>): Partial<Settings> {
  const alike = Object.entries(USUAL).filter(
    ([name, usual]) =>
      typeof found[name] === typeof usual && Array.isArray(found[name]) === Array.isArray(usual),
  );
  return Object.fromEntries(alike.map(([name]) => [name, found[name]])) as Partial<Settings>;
}

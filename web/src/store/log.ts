/** What happened since the page was opened: for the user to look up, and for reports. */
import { create } from "zustand";

export type Tone = "plain" | "good" | "warn" | "bad";

export interface Happening {
  readonly id: number;
  /** When, in milliseconds. */
  readonly at: number;
  readonly tone: Tone;
  readonly text: string;
  /** The node it is about, by its path. */
  readonly node?: string;
  readonly run?: string;
  /** How often it happened one after the other. */
  readonly times: number;
}

const MOST = 500;

export const useLog = create<{ readonly list: readonly Happening[] }>(() => ({ list: [] }));

let number = 0;

/** Add to the list; the same again only counts up. */
export function added(
  list: readonly Happening[],
  next: Omit<Happening, "times">,
): readonly Happening[] {
  const last = list.at(-1);
  const again = last?.text === next.text && last.node === next.node && last.run === next.run;
  if (last && again) return [...list.slice(0, -1), { ...next, id: last.id, times: last.times + 1 }];
  return [...list.slice(1 - MOST), { ...next, times: 1 }];
}

type About = Pick<Happening, "node" | "run">;

export function note(tone: Tone, text: string, about: Partial<About> = {}): void {
  const next = { id: ++number, at: Date.now(), tone, text, ...about };
  useLog.setState(({ list }) => ({ list: added(list, next) }));
}

export const clearLog = (): void => useLog.setState({ list: [] });

/** Keys as text: `Mod+Shift+Z`. Which command has which, what clashes, and how a change of them goes. */

/** What of a command concerns its keys. */
export interface Bound {
  readonly id: string;
  /** Usual keys, several divided by a space. */
  readonly keys?: string;
  /** Keys that are the browser's own and stay. */
  readonly fixed?: string;
}

/** The user's own keys, by command; a command that is not named has its usual ones. */
export type Own = Readonly<Record<string, string>>;

/** What of a `KeyboardEvent` says which keys are down. */
export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  getModifierState?(key: string): boolean;
}

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock"]);

/** The chord of keys that are down, as they are printed. Mod is Ctrl, and the command key of a Mac. */
export function chordOf(event: Pressed): string {
  const letter = event.key.length === 1;
  // what Shift makes of a sign is the sign itself: `?` is not Shift+?
  const sign = letter && event.key.toLowerCase() === event.key.toUpperCase() && event.key !== " ";
  const key = event.key === " " ? "Space" : letter ? event.key.toUpperCase() : event.key;
  return joined(event, key, event.shiftKey && !sign);
}

/** The chords that may be meant: as printed, then by the place of the key, as on a US keyboard. */
export function chordsOf(event: Pressed): readonly string[] {
  if (MODIFIERS.has(event.key)) return [];
  const printed = chordOf(event);
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
  // a letter says itself which it is; of other scripts, and of what Alt and Shift make, the place does
  if (!place || /^[a-z]$/i.test(event.key)) return [printed];
  // where digits need Shift, or something says they do, the place tells 1 from Shift+1
  const placed = joined(event, place[1] ?? place[2] ?? "", event.shiftKey);
  return /^\d$/.test(event.key) || placed === printed ? [placed] : [printed, placed];
}

function joined(event: Pressed, key: string, shift: boolean): string {
  // AltGr is Ctrl and Alt to some systems, and only writes signs
  const writes = event.getModifierState?.("AltGraph") ?? false;
  const mods = [
    (event.ctrlKey || event.metaKey) && !writes && "Mod",
    event.altKey && !writes && "Alt",
    shift && "Shift",
  ];
  return [...mods.filter(Boolean), key].join("+");
}

/** The chord to keep when keys are chosen anew: one that every keyboard of the user writes the same. */
export const chosen = (event: Pressed): string | undefined => {
  const chords = chordsOf(event);
  return event.shiftKey || event.altKey || !isLatin(event.key) ? chords.at(-1) : chords[0];
};

const isLatin = (key: string): boolean => key.length > 1 || key.charCodeAt(0) < 128;

export const listed = (keys = ""): readonly string[] => keys.split(" ").filter(Boolean);

/** The keys a command has: the user's own, else the usual. */
export const keysIn = (own: Own, { id, keys }: Bound): readonly string[] => listed(own[id] ?? keys);

/** Another command that has a chord. */
export const clash = <T extends Bound>(
  commands: readonly T[],
  own: Own,
  chord: string,
  id: string,
): T | undefined =>
  commands.find(
    (command) =>
      command.id !== id && [...keysIn(own, command), ...listed(command.fixed)].includes(chord),
  );

function put(own: Own, command: Bound, chords: readonly string[]): Own {
  const { [command.id]: _, ...rest } = own;
  const keys = [...new Set(chords)].join(" ");
  return keys === listed(command.keys ?? "").join(" ") ? rest : { ...rest, [command.id]: keys };
}

/** With `chord` in place of `old`, or beside what is there. */
export function bind(own: Own, command: Bound, chord: string, old?: string): Own {
  const there = keysIn(own, command);
  if (there.includes(chord)) return own;
  const at = old === undefined ? -1 : there.indexOf(old);
  return put(own, command, at < 0 ? [...there, chord] : there.with(at, chord));
}

export const unbind = (own: Own, command: Bound, chord: string): Own =>
  put(
    own,
    command,
    keysIn(own, command).filter((one) => one !== chord),
  );

/** As `bind`, and the other command gets what was there before; it loses the chord where nothing was. */
export function swap(own: Own, command: Bound, chord: string, other: Bound, old?: string): Own {
  const mine = bind(own, command, chord, old);
  return old === undefined ? unbind(mine, other, chord) : bind(mine, other, old, chord);
}

export function reset(own: Own, id: string): Own {
  const { [id]: _, ...rest } = own;
  return rest;
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  PageUp: "Page Up",
  PageDown: "Page Down",
};

/** A chord as the keyboard has it: `Ctrl+Shift+Z`, on a Mac `⇧⌘Z`. */
export function spell(chord: string, mac: boolean): string {
  const parts = chord === "+" || chord.endsWith("++") ? [...split(chord), "+"] : chord.split("+");
  const named = parts.map((part) => NAMES[part] ?? part);
  if (!mac) return named.map((part) => (part === "Mod" ? "Ctrl" : part)).join("+");
  const signs: Record<string, string> = { Mod: "⌘", Alt: "⌥", Shift: "⇧" };
  const order = ["⌥", "⇧", "⌘"];
  const marked = named.map((part) => signs[part] ?? part);
  return marked.sort((a, b) => place(order, a) - place(order, b)).join("");
}

const split = (chord: string): string[] => chord.slice(0, -1).split("+").filter(Boolean);

function place(order: readonly string[], part: string): number {
  const at = order.indexOf(part);
  return at < 0 ? order.length : at;
}

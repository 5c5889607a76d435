/** Things to choose from: where keys lead among them, and those that stand under one heading. */

/** `group` heads those that follow one another with the same. */
export interface Item {
  readonly value: string;
  readonly title: string;
  readonly group?: string | undefined;
  /** What it is also found by. */
  readonly words?: string | undefined;
}

export interface Key {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Where a key leads to; undefined where it does not move. Items may stand in columns. */
export function aim({ key, altKey }: Key, at: number, count: number, columns: number) {
  const ways: Readonly<Record<string, number>> = {
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    PageDown: at + 10 * columns,
    PageUp: at - 10 * columns,
    ...(columns > 1 && { ArrowLeft: at - 1, ArrowRight: at + 1 }),
    Home: 0,
    End: count - 1,
  };
  const to = altKey ? undefined : ways[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}

export const isLetter = ({ key, ctrlKey, metaKey, altKey }: Key): boolean =>
  key.length === 1 && !ctrlKey && !metaKey && !altKey;

/** The next after `at` that begins with a letter, or the first that does, or none: `at` itself. */
export function beginning(items: readonly Item[], letter: string, at: number): number {
  const begins = ({ title }: Item) => title.toLowerCase().startsWith(letter.toLowerCase());
  const later = items.findIndex((item, index) => index > at && begins(item));
  if (later >= 0) return later;
  const first = items.findIndex(begins);
  return first >= 0 ? first : at;
}

export interface Group<T> {
  readonly group: string | undefined;
  /** The place of its first among all. */
  readonly from: number;
  readonly members: T[];
}

export function grouped<T extends Item>(items: readonly T[]): Group<T>[] {
  const groups: Group<T>[] = [];
  items.forEach((item, index) => {
    const last = groups.at(-1);
    if (last && last.group === item.group) last.members.push(item);
    else groups.push({ group: item.group, from: index, members: [item] });
  });
  return groups;
}

/** Which items answer a few typed words, the best first. */

/** What is searched of an item; `last` are those that are of no use now. */
export interface Reading<T> {
  readonly title: (item: T) => string;
  /** Other words it is found by, such as a category. */
  readonly more?: ((item: T) => string | undefined) | undefined;
  readonly last?: ((item: T) => boolean) | undefined;
}

const WHOLE = 8;
const HEAD = 4;
const WORD = 3;
const INSIDE = 2;
const ASIDE = 1;
const LETTERS = 0.5;
/** Shorter words are found in titles only: in a text, two letters are everywhere. */
const SPECIFIC = 3;

const plain = (text: string): string => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}?×+-]+/u).filter(Boolean);

/** How well a title answers; undefined where a word of the query is nowhere. */
export function score(query: string, title: string, more = ""): number | undefined {
  const [asked, name, aside] = [plain(query).trim(), plain(title), plain(more)];
  if (!asked) return 0;
  const names = wordsOf(name);
  let sum = name === asked ? 2 * WHOLE : name.startsWith(asked) ? WHOLE : 0;
  for (const word of asked.split(/\s+/)) {
    const found = wordScore(word, name, names, aside);
    if (found === undefined) return undefined;
    sum += found;
  }
  return sum - name.length / 1000;
}

function wordScore(
  word: string,
  name: string,
  names: readonly string[],
  aside: string,
): number | undefined {
  if (names[0]?.startsWith(word)) return HEAD;
  if (names.some((one) => one.startsWith(word))) return WORD;
  if (name.includes(word)) return INSIDE;
  if (word.length >= SPECIFIC && aside.includes(word)) return ASIDE;
  return isHinted(word, names) ? LETTERS : undefined;
}

/** Whether the letters of a word begin the words of a name, as `vd` and `vaed` do VAE decode. */
function isHinted(letters: string, names: readonly string[]): boolean {
  const from = (at: number, word: number): boolean => {
    if (at === letters.length) return true;
    const name = names[word];
    if (name === undefined) return false;
    for (let end = shared(letters.slice(at), name); end > 0; end--) {
      if (from(at + end, word + 1)) return true;
    }
    return from(at, word + 1);
  };
  return letters.length > 1 && from(0, 0);
}

function shared(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Items as given where nothing is asked, else the best answers first. */
export function rank<T>(items: readonly T[], query: string, reading: Reading<T>): T[] {
  const { title, more, last } = reading;
  const found: { item: T; score: number; last: number }[] = [];
  for (const item of items) {
    const points = score(query, title(item), more?.(item));
    if (points === undefined) continue;
    found.push({ item, score: points, last: Number(last?.(item) ?? false) });
  }
  return found.sort((a, b) => a.last - b.last || b.score - a.score).map(({ item }) => item);
}

/** What a saved workflow may be called: a name that is a file on every system, as the server has it. */

const MOST = 120; // bytes
const NEVER = /[<>:"/\\|?*]/g;
/** What cannot be seen, and blanks but the plain one. */
const HIDDEN = /(?! )[\p{C}\p{Z}]/gu;
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

export type Wrong = "empty" | "long" | "hidden" | "signs" | "edges" | "device";

const bytes = (name: string): number => new TextEncoder().encode(name).length;

export function wrongWith(name: string): Wrong | null {
  if (!name) return "empty";
  if (bytes(name) > MOST) return "long";
  if (name.search(HIDDEN) >= 0) return "hidden";
  if (name.search(NEVER) >= 0) return "signs";
  if (/^[ .~]|[ .]$/.test(name)) return "edges";
  return DEVICE.test(name) ? "device" : null;
}

/** The nearest name to a title that may be one; `instead` where nothing is left of it. */
export function cleaned(title: string, instead: string): string {
  let name = title.slice(0, MOST).normalize().replace(HIDDEN, " ").replace(NEVER, " ");
  name = name.replace(/ +/g, " ");
  while (bytes(name) > MOST - 8) name = name.replace(/.$/u, ""); // a number has to fit behind it
  name = name.replace(/^[ .~]+|[ .]+$/g, "");
  return name && !DEVICE.test(name) ? name : instead;
}

/** As a disk may see it that makes no difference of capitals; a sharp s is a double one. */
const plain = (name: string): string => name.normalize().toUpperCase().toLowerCase();

export const isAmong = (name: string, taken: readonly string[]): boolean =>
  taken.some((one) => plain(one) === plain(name));

/** The name itself, or with a number: `Untitled`, `Untitled 2`, … Capitals make no difference. */
export function freeAmong(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map(plain));
  const [, stem = name] = /^(.*\S) \d+$/.exec(name) ?? [];
  if (!others.has(plain(name))) return name;
  for (let count = 2; ; count++) {
    if (!others.has(plain(`${stem} ${count}`))) return `${stem} ${count}`;
  }
}

/** The names nearest to one that is gone. */

/** Capitals, spaces and signs do not count. */
const bare = (text: string): string => text.toLowerCase().replace(/[\s_\-./\\]+/g, "");

const ALIKE = 0.4;

/** The names most like one, the likest first. */
export function nearest(name: string, names: readonly string[], most = 3): string[] {
  const wanted = pairsOf(lastPart(name));
  return names
    .map((one) => ({ one, alike: likeness(wanted, pairsOf(lastPart(one))) }))
    .filter(({ alike }) => alike >= ALIKE)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, most)
    .map(({ one }) => one);
}

const lastPart = (name: string): string => bare(name.replace(/^.*[\\/]/, "")) || bare(name);

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at < Math.max(1, text.length - 1); at++) {
    const pair = text.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Dice's coefficient of two bags of letter pairs: 1 for the same, 0 for nothing in common. */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let [shared, all] = [0, 0];
  for (const count of [...a.values(), ...b.values()]) all += count;
  for (const [pair, count] of a) shared += Math.min(count, b.get(pair) ?? 0);
  return all ? (2 * shared) / all : 0;
}

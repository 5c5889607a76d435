/** Names for what is new: of nodes, of frames, of the ports of bodies. */

type Taken = Readonly<Record<string, unknown>>;

/** An id of its own, from a word: `sample`, `sample2`, … `last` remembers how far each has come. */
export function freeId(taken: Taken, word: string, last = new Map<string, number>()): string {
  const plain = word.replace(/^.*\//, "").replace(/[^A-Za-z0-9_-]/g, "_");
  const stem = /^[A-Za-z]/.test(plain) && plain !== "in" ? plain : `node_${plain}`;
  if (!Object.hasOwn(taken, stem)) return stem;
  for (let count = last.get(stem) ?? 2; ; count++) {
    if (Object.hasOwn(taken, `${stem}${count}`)) continue;
    last.set(stem, count);
    return `${stem}${count}`;
  }
}

/** As `freeId`, for a copy: that of `sample2` is `sample3`, not `sample22`. */
export function copyId(taken: Taken, id: string, last?: Map<string, number>): string {
  return freeId(taken, Object.hasOwn(taken, id) ? id.replace(/(?<=\D)\d+$/, "") : id, last);
}

/** Ids for copies of all of these, by the ids they had. */
export function copyIds(taken: Taken, ids: Iterable<string>): Map<string, string> {
  const [all, last] = [{ ...taken }, new Map<string, number>()];
  const names = new Map<string, string>();
  for (const id of ids) {
    const name = copyId(all, id, last);
    all[name] = true;
    names.set(id, name);
  }
  return names;
}

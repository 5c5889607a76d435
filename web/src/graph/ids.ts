/** Names for what is new: of nodes, of frames, of the ports of bodies. */

/** An id of its own, from a word: `sample`, `sample2`, … */
export function freeId(taken: Readonly<Record<string, unknown>>, word: string): string {
  const plain = word.replace(/^.*\//, "").replace(/[^A-Za-z0-9_-]/g, "_");
  const stem = /^[A-Za-z]/.test(plain) && plain !== "in" ? plain : `node_${plain}`;
  if (!Object.hasOwn(taken, stem)) return stem;
  for (let count = 2; ; count++) {
    if (!Object.hasOwn(taken, `${stem}${count}`)) return `${stem}${count}`;
  }
}

/** As `freeId`, for a copy: that of `sample2` is `sample3`, not `sample22`. */
export function copyId(taken: Readonly<Record<string, unknown>>, id: string): string {
  return freeId(taken, Object.hasOwn(taken, id) ? id.replace(/(?<=\D)\d+$/, "") : id);
}

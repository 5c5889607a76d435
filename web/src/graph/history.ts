/** Undo and redo over immutable values. A key folds what belongs to one gesture into one step. */

/** As many as are kept, unless there is less room. */
const MOST = 2000;

export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
  readonly key?: string | undefined;
}

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export function commit<T>(history: History<T>, next: T, key?: string, most = MOST): History<T> {
  if (next === history.now) return history;
  const merged = key !== undefined && key === history.key;
  const past = merged ? history.past : [...history.past.slice(1 - most), history.now];
  return { past, now: next, future: [], key };
}

/** End of a gesture: what comes next is a step of its own. */
export const seal = <T>(history: History<T>): History<T> =>
  history.key === undefined ? history : { ...history, key: undefined };

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    now: before,
    future: [history.now, ...history.future],
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}

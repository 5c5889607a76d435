/** Which of the browser's pages this is: each keeps its own tabs, and cares for those of one that is gone. */
import { uuid } from "./uuid.ts";

const OWN = "latentwire.window";

/** Be this page from now on; false where another one is it. */
export async function hold(id: string): Promise<boolean> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return id === sessionStorage.getItem(OWN);
  return new Promise((answer) => {
    void locks.request(`${OWN}.${id}`, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock ? new Promise(() => undefined) : undefined; // for as long as the page is there
    });
  });
}

/** The page this was before it was loaded again, and the one it is now: another for a copy of it. */
export async function ownWindow(): Promise<{ before: string | null; now: string }> {
  const before = sessionStorage.getItem(OWN);
  const same = before !== null && (await hold(before));
  const now = same ? before : uuid();
  sessionStorage.setItem(OWN, now);
  if (!same) await hold(now);
  return { before, now };
}

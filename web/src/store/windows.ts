/** Which of the browser's pages this is: each keeps its own tabs, and cares for those of one that is gone. */
import { uuid } from "./uuid.ts";

const [OWN, LEFT] = ["latentwire.window", "latentwire.left"];
/** Over plain HTTP from another machine browsers give no locks: there pages tell that they live. */
const { locks } = navigator as { locks?: LockManager };
const PULSE = 60_000; // ms
const SILENCE = 10 * PULSE;

/** Call now and then, so that other pages see that this one lives. */
export function pulse(beat: () => void): void {
  if (!locks) setInterval(beat, PULSE);
}

/** Be this page from now on; false where another one is it. `seen`: when it was heard of last. */
export async function hold(id: string, seen = 0): Promise<boolean> {
  if (!locks) return Date.now() - seen > SILENCE;
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
  const same = before !== null && (locks ? await hold(before) : wasLeft());
  const now = same ? before : uuid();
  sessionStorage.setItem(OWN, now);
  if (!same) await hold(now);
  return { before, now };
}

/** A page that was copied was not left, and its copy has all that it remembers. */
function wasLeft(): boolean {
  const left = sessionStorage.getItem(LEFT) !== null;
  sessionStorage.removeItem(LEFT);
  return left;
}

window.addEventListener("pagehide", () => sessionStorage.setItem(LEFT, "left"));
window.addEventListener("pageshow", () => sessionStorage.removeItem(LEFT));

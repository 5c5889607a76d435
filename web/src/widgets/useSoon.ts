/** Something to do once a moment has passed in which it was not put off again. */
import { useEffect, useState } from "react";

const MOMENT = 120; // ms

export interface Soon {
  later(act: () => void): void;
  /** At once, if something waits. */
  now(): void;
}

function begin(): Soon {
  let timer = 0;
  let waiting: (() => void) | null = null;
  const now = () => {
    clearTimeout(timer);
    const act = waiting;
    waiting = null;
    act?.();
  };
  return {
    now,
    later: (act) => {
      clearTimeout(timer);
      waiting = act;
      timer = window.setTimeout(now, MOMENT);
    },
  };
}

/** A node that is scrolled out of sight is gone from the page: what waits is done then, and too
 * where the page itself goes. */
export function useSoon(): Soon {
  const [soon] = useState(begin);
  useEffect(() => {
    // capturing, so that it is done before drafts are written down
    window.addEventListener("pagehide", soon.now, true);
    document.addEventListener("visibilitychange", soon.now, true);
    return () => {
      window.removeEventListener("pagehide", soon.now, true);
      document.removeEventListener("visibilitychange", soon.now, true);
      soon.now();
    };
  }, [soon]);
  return soon;
}

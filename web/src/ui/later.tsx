/** Views whose code comes when it is needed first, or while nobody waits: the page is there sooner. */
import { type ComponentType, useEffect, useState } from "react";

const loaders: (() => Promise<unknown>)[] = [];

/** The view of a name, out of a file that is read later; `beside` the page if it is needed soon. */
export function later<N extends string, P extends object>(
  load: () => Promise<Record<N, ComponentType<P>>>,
  name: N,
  beside = false,
): ComponentType<P> {
  let ready: ComponentType<P> | undefined;
  const get = async () => {
    ready = (await load())[name];
    return ready;
  };
  loaders.push(get);
  if (beside) get().catch(() => undefined); // it is asked for again when it is opened

  // not by Suspense: it holds back what comes by 300 ms, and keys typed meanwhile go elsewhere
  return function Later(given: P) {
    const [View, set] = useState(() => ready);
    useEffect(() => {
      const fail = (error: unknown) =>
        set(() => {
          throw error;
        });
      if (!View) get().then((view) => set(() => view), fail);
    }, [View]);
    return View ? <View {...given} /> : null;
  };
}

/** All of it is fetched while nobody waits: it opens at once, and while the server is away too. */
export function fetchSoon(): void {
  const idle = window.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 500));
  idle(() => void Promise.allSettled(loaders.map((load) => load())));
}

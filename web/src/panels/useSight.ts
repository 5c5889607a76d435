/** What part of the outline is seen, and that focus and sight follow the row one is at. */
import { type RefObject, useEffect, useRef, useState } from "react";

export const ROW = 28;
const MORE = 8;
/** Enough for the tallest screens. */
const DRAWN = 100;

export function useSight(at: number, current: string | undefined) {
  const tree = useRef<HTMLDivElement>(null);
  const focused = useRef(false);
  const [seen, setSeen] = useState({ from: 0, to: DRAWN });
  const see = () => {
    const from = Math.max(0, Math.floor((tree.current?.scrollTop ?? 0) / ROW) - MORE);
    setSeen((was) => (was.from === from ? was : { from, to: from + DRAWN }));
  };
  useLeaving(tree, focused);
  // who opens the outline means to walk it
  useEffect(() => tree.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row that came, went or moved
  useEffect(() => {
    const box = tree.current;
    if (!box) return;
    const [top, bottom] = [at * ROW, at * ROW + ROW];
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    if (focused.current) box.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [at, current]);
  return {
    tree,
    seen,
    see,
    focus: () => {
      focused.current = true;
    },
    /** To the row one is at by now. */
    home: () => tree.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus(),
    blur: ({ target }: { target: EventTarget }) => {
      // a row that was taken away had the focus: the next one gets it
      setTimeout(() => {
        const gone = target instanceof Element && !target.isConnected;
        if (!gone && !tree.current?.contains(document.activeElement)) focused.current = false;
      });
    },
  };
}

/** Who presses elsewhere has left the tree, also where that takes no focus. */
function useLeaving(tree: RefObject<HTMLElement | null>, focused: RefObject<boolean>): void {
  useEffect(() => {
    const leave = ({ target }: PointerEvent) => {
      if (target instanceof Node && tree.current?.contains(target)) return;
      if (focused.current) (document.activeElement as HTMLElement | null)?.blur();
      focused.current = false;
    };
    window.addEventListener("pointerdown", leave, true);
    return () => window.removeEventListener("pointerdown", leave, true);
  }, [tree, focused]);
}

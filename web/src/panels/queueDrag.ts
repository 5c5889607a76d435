/** A waiting run that is drawn to another place: it goes along at once, and is moved when let go. */
import { type PointerEvent, useRef } from "react";
import { placeAt } from "./reorder.ts";

export interface Held {
  readonly run: string;
  readonly to: number;
}

const FAR = 6; // pixels, before a press is a drag

export function useDrag(
  id: string,
  can: boolean,
  held: Held | null,
  hold: (held: Held | null) => void,
  letGo: (to: number) => void,
) {
  const from = useRef<number | null>(null);
  const drop = () => {
    from.current = null;
    hold(null);
  };
  return {
    onPointerDown: ({ button, clientX, target }: PointerEvent) => {
      const onButton = target instanceof Element && target.closest("button:not(.queue-grip)");
      from.current = can && button === 0 && !onButton ? clientX : null;
    },
    onPointerMove: ({ clientX, currentTarget, pointerId, buttons }: PointerEvent) => {
      if (!(buttons & 1)) from.current = null; // it was let go elsewhere
      if (from.current === null) return;
      if (held?.run !== id && Math.abs(clientX - from.current) < FAR) return;
      currentTarget.setPointerCapture(pointerId);
      hold({ run: id, to: placeAt(currentTarget, clientX) });
    },
    onPointerUp: () => {
      if (held?.run === id) letGo(held.to);
      drop();
    },
    onPointerCancel: drop,
  };
}

/** Whether the popup of a control is open. A press on its button while it is closes it. */
import { type RefObject, useRef, useState } from "react";

export function usePopup<T extends HTMLElement>() {
  const [open, setOpen] = useState(false);
  const anchor: RefObject<T | null> = useRef(null);
  const wasOpen = useRef(false);
  return {
    open,
    anchor,
    show: () => setOpen(true),
    close: () => setOpen(false),
    /** Closed by a choice or a key: back to where one was. */
    back: () => {
      setOpen(false);
      anchor.current?.focus();
    },
    button: {
      ref: anchor,
      "aria-expanded": open,
      onPointerDown: () => {
        wasOpen.current = open;
      },
      onClick: () => {
        setOpen(!wasOpen.current);
        wasOpen.current = false;
      },
    },
  };
}

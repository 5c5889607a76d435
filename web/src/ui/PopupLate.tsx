/** A box at a control: closed by Escape, by a press beside it and by its control. */
import { Popover } from "@base-ui/react/popover";
import type { ReactNode, RefObject, SyntheticEvent } from "react";

interface Props {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly className: string;
  readonly side?: "top" | "bottom";
  readonly align?: "start" | "end";
  /** What gets the focus. */
  readonly first: RefObject<HTMLElement | null>;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function PopupLate({
  anchor,
  label,
  className,
  side = "bottom",
  align = "start",
  first,
  close,
  children,
}: Props) {
  const changed = (open: boolean, { reason }: Popover.Root.ChangeEventDetails) => {
    if (open) return;
    close();
    if (reason === "escape-key") anchor.current?.focus();
  };
  return (
    <Popover.Root open onOpenChange={changed}>
      <Popover.Portal>
        <Popover.Positioner
          className="popup-place nodrag nopan nowheel nokey"
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={3}
          collisionPadding={8}
        >
          <Popover.Popup
            className={`popup ${className}`}
            aria-label={label}
            initialFocus={first}
            finalFocus={false}
            {...APART}
          >
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const stop = (event: SyntheticEvent) => event.stopPropagation();

/** What happens in here is no press, click or drop on the node it belongs to. */
const APART = {
  onClick: stop,
  onDoubleClick: stop,
  onContextMenu: stop,
  onPointerDown: stop,
  onMouseDown: stop,
};

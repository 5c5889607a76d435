/** A word about a control that shows only a sign: on hover and on focus. */
import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { Chords } from "./Chord.tsx";

interface Props {
  readonly text: string;
  readonly keys?: readonly string[] | undefined;
  readonly side?: "top" | "bottom" | "left" | "right";
  /** The control. It has an accessible name of its own: a tip is seen, not heard. */
  readonly children: ReactElement;
}

export function Tip({ text, keys, side = "bottom", children }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner className="tip-place" side={side} sideOffset={6}>
          <Tooltip.Popup className="tip">
            {text} {keys && <Chords chords={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Around the page: once one tip was seen, the next come at once. */
export const Tips = Tooltip.Provider;

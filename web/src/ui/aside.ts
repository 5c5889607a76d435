/** The wheel goes sideways through what lies in a row. */
import type { WheelEvent } from "react";

export function aside({ currentTarget, deltaX, deltaY }: WheelEvent): void {
  if (!deltaX) currentTarget.scrollBy(deltaY, 0);
}

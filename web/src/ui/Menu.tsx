/** A button with a menu behind it. */
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { later } from "./later.tsx";
import type { Rows } from "./rows.ts";

const MenuPopup = later(() => import("./MenuPopup.tsx"), "MenuPopup", true);

interface MenuProps {
  /** The accessible name of the button and of its menu. */
  readonly label: string;
  readonly title?: string;
  readonly className: string;
  readonly rows: () => Rows;
  readonly children: ReactNode;
}

export function Menu({ label, title, className, rows, children }: MenuProps) {
  const [at, open] = useState<HTMLElement | null>(null);
  const down = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open(event.currentTarget);
  };
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        title={title}
        onClick={({ currentTarget }) => open(currentTarget)}
        onKeyDown={down}
      >
        {children}
      </button>
      {at && <MenuPopup rows={rows} at={at} label={label} onClose={() => open(null)} />}
    </>
  );
}

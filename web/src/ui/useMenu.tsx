/** A menu at a point: asked for by the right mouse button, the menu key or a long touch. */
import { type MouseEvent, useState } from "react";
import type { Point } from "../graph/document.ts";
import { later } from "./later.tsx";
import type { Rows } from "./rows.ts";

const MenuPopup = later(() => import("./MenuPopup.tsx"), "MenuPopup");

/** Where on the screen, and of what. Rows are those of the moment in which it opens. */
export interface Asked {
  readonly at: Point;
  readonly label: string;
  readonly rows: () => Rows;
}

export type OnMenu = (asked: Asked) => void;

/** The menu that is open, if one is, and how to ask for one. */
export function useMenu() {
  const [asked, ask] = useState<Asked | null>(null);
  return { ask, menu: asked && <MenuPopup {...asked} onClose={() => ask(null)} /> };
}

/** At the pointer; at what has the focus, where a key asked. */
export function askFor(event: MouseEvent, label: string, rows: () => Rows): Asked {
  event.preventDefault();
  const { left, top } = event.currentTarget.getBoundingClientRect();
  const byKey = event.clientX === 0 && event.clientY === 0;
  const at = byKey ? { x: left + 8, y: top + 8 } : { x: event.clientX, y: event.clientY };
  return { at, label, rows };
}

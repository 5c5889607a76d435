/** Menus from rows: behind a button, over an area by the right mouse button, or at a point. */
import { ContextMenu as Context } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { Point } from "../graph/document.ts";
import { Chords } from "./Chord.tsx";
import { type Row, type Rows, tidied } from "./rows.ts";

export type { Row, Rows } from "./rows.ts";
export { rowOf } from "./rows.ts";

/** Rows are asked for when the menu opens, so that they are of then. */
type Asked = Rows | (() => Rows);

/** Menus are part of the page: outside of it, those who go by landmarks would not find them. */
const landmark = () => document.querySelector<HTMLElement>("main") ?? document.body;

interface MenuProps {
  /** The button; its children and its name are its own. */
  readonly button: ReactElement;
  readonly rows: Asked;
  readonly side?: "top" | "bottom" | "left" | "right";
}

export function Menu({ button, rows, side = "bottom" }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={button} />
      <Base.Portal container={landmark()}>
        <Base.Positioner className="menu-place" side={side} align="start" sideOffset={4}>
          <Base.Popup className="menu">
            <MenuRows rows={rows} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ContextProps {
  readonly rows: Asked;
  readonly children: ReactNode;
  readonly className?: string;
}

/** The area that answers the right mouse button, a long touch and the menu key. */
export function ContextMenu({ rows, children, className }: ContextProps) {
  return (
    <Context.Root>
      <Context.Trigger className={className}>{children}</Context.Trigger>
      <Context.Portal container={landmark()}>
        <Context.Positioner className="menu-place">
          <Context.Popup className="menu">
            <MenuRows rows={rows} />
          </Context.Popup>
        </Context.Positioner>
      </Context.Portal>
    </Context.Root>
  );
}

interface AtProps {
  readonly rows: Asked;
  /** Where on the screen; the menu is open while it is given. */
  readonly at: Point | null;
  readonly label: string;
  readonly onClose: () => void;
}

export function MenuAt({ rows, at, label, onClose }: AtProps) {
  if (!at) return null;
  const anchor = { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) };
  return (
    <Base.Root open onOpenChange={(open) => open || onClose()}>
      <Base.Portal container={landmark()}>
        <Base.Positioner className="menu-place" anchor={anchor} side="bottom" align="start">
          <Base.Popup className="menu" aria-label={label}>
            <MenuRows rows={rows} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuRows({ rows }: { readonly rows: Asked }) {
  const given = tidied(typeof rows === "function" ? rows() : rows);
  // lines have nothing but their place
  return given.map((row, at) => <MenuRow key={row?.label ?? `line ${at}`} row={row} />);
}

function MenuRow({ row }: { readonly row: Row | null }) {
  if (!row) return <Base.Separator className="menu-line" />;
  if (row.submenu) return <Submenu row={row} rows={row.submenu} />;
  const common = { className: "menu-row", label: row.label, disabled: row.disabled ?? false };
  if (row.checked === undefined) {
    return (
      <Base.Item {...common} onClick={() => row.run?.()}>
        <Inner row={row} />
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem
      {...common}
      checked={row.checked}
      closeOnClick
      onCheckedChange={() => row.run?.()}
    >
      <Inner row={row} />
    </Base.CheckboxItem>
  );
}

function Submenu({ row, rows }: { readonly row: Row; readonly rows: Rows }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className="menu-row" disabled={row.disabled ?? false}>
        <Inner row={row} />
        <ChevronRight size={14} aria-hidden />
      </Base.SubmenuTrigger>
      <Base.Portal container={landmark()}>
        <Base.Positioner className="menu-place" sideOffset={2}>
          <Base.Popup className="menu">
            <MenuRows rows={rows} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

function Inner({ row }: { readonly row: Row }) {
  return (
    <>
      <span className="menu-icon">{row.checked ? <Check size={14} aria-hidden /> : row.icon}</span>
      <span className="menu-text">{row.label}</span>
      {row.keys && <Chords chords={row.keys} />}
    </>
  );
}

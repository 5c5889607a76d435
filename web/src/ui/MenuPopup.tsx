/** A menu that is open: its rows, by mouse, keys and the first letters of their names. */
import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight } from "lucide-react";
import type { Point } from "../graph/document.ts";
import { Chords } from "./Chord.tsx";
import { type Row, type Rows, tidied } from "./rows.ts";

interface Props {
  /** Asked for when the menu opens, so that they are of then. */
  readonly rows: () => Rows;
  /** The button that it hangs on, which gets the focus back, or a point of the screen. */
  readonly at: HTMLElement | Point;
  readonly label: string;
  readonly side?: "top" | "bottom" | "left" | "right";
  readonly onClose: () => void;
}

/** Menus are part of the page: outside of it, those who go by landmarks would not find them. */
const landmark = () => document.querySelector<HTMLElement>("main") ?? document.body;

export function MenuPopup({ rows, at, label, side = "bottom", onClose }: Props) {
  const button = at instanceof HTMLElement ? at : null;
  const anchor = "x" in at ? { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) } : at;
  return (
    <Base.Root open onOpenChange={(open) => open || onClose()}>
      <Base.Portal container={landmark()}>
        <Base.Positioner
          className="menu-place"
          anchor={anchor}
          side={side}
          align="start"
          sideOffset={button ? 4 : 0}
        >
          <Base.Popup
            className="menu"
            aria-label={label}
            {...(button && { finalFocus: () => button })}
          >
            <MenuRows rows={rows()} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuRows({ rows }: { readonly rows: Rows }) {
  // lines have nothing but their place
  return tidied(rows).map((row, at) => <MenuRow key={row?.label ?? `line ${at}`} row={row} />);
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

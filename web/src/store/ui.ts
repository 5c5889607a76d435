/** What is open around the canvas. None of it belongs to a workflow. */
import { create } from "zustand";
import type { Point } from "../graph/document.ts";
import type { End } from "../graph/wires.ts";

/** Where a node is to be added, and the port that a wire was drawn from, if one was. */
export interface Adding {
  readonly screen: Point;
  readonly at: Point;
  readonly from?: { readonly end: End; readonly side: "input" | "output" };
  /** The wire it is put into. */
  readonly into?: string;
}

export type Dialog =
  | { readonly kind: "palette" }
  | { readonly kind: "add"; readonly adding: Adding }
  | { readonly kind: "open"; readonly part?: "saved" | "examples" | "bin" }
  | { readonly kind: "times" }
  | { readonly kind: "save-as" }
  | { readonly kind: "rename" }
  | { readonly kind: "keys" }
  | { readonly kind: "settings" }
  | { readonly kind: "find" }
  /** Help for a type of node; without one, the list of all. */
  | { readonly kind: "help"; readonly type?: string }
  | { readonly kind: "share" }
  | { readonly kind: "picture"; readonly asset: string; readonly title: string };

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
  readonly action?: { readonly title: string; readonly run: () => void };
}

interface Ui {
  readonly dialog: Dialog | null;
  readonly queue: boolean;
  readonly outline: boolean;
  readonly log: boolean;
  /** The node whose title, or whose note, is being written. */
  readonly naming: string | null;
  readonly toasts: readonly Toast[];
  /** Said to screen readers. */
  readonly said: string;
}

export const useUi = create<Ui>(() => ({
  dialog: null,
  queue: true,
  outline: false,
  log: false,
  naming: null,
  toasts: [],
  said: "",
}));

export const show = (dialog: Dialog | null): void => useUi.setState({ dialog });

export const setNaming = (naming: string | null): void => useUi.setState({ naming });

export const toggle = (panel: "queue" | "outline" | "log"): void =>
  useUi.setState((ui) => ({ [panel]: !ui[panel] }));

/** Tell screen readers. The same sentence again is told again: a blank makes it another. */
export const say = (said: string): void =>
  useUi.setState((ui) => ({ said: ui.said === said ? `${said}\u00a0` : said }));

const LASTS = 6000;
let number = 0;

export function toast(text: string, tone: Toast["tone"] = "plain", action?: Toast["action"]): void {
  const id = ++number;
  useUi.setState(({ toasts }) => ({
    toasts: [...toasts.slice(-3), { id, text, tone, ...(action && { action }) }],
  }));
  say(text);
  setTimeout(() => fade(id), action ? 2 * LASTS : LASTS);
}

let held = false;

/** Messages stay as long as the pointer or the focus is on them. */
export function hold(on: boolean): void {
  held = on;
}

function fade(id: number): void {
  if (held) setTimeout(() => fade(id), 1000);
  else dismiss(id);
}

export function dismiss(id: number): void {
  held = false; // what is gone says no more that it was left
  useUi.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

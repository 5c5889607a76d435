/** Something that is dragged over the page from outside, and what is let go. */
import { create } from "zustand";
import type { Point } from "../graph/document.ts";
import { bring, bringText } from "./bring.ts";
import { camera } from "./camera.ts";
import type { Landing } from "./landing.ts";
import type { Side } from "./wiring.ts";

/** Whether something is over the page that would be taken. */
export const useDropping = create<{ readonly over: boolean }>(() => ({ over: false }));

export type PortAt = (at: Point) => { end: { node: string; port: string }; side: Side } | undefined;

const WRITTEN = "input, textarea, [contenteditable], [role=dialog]";
/** What is dragged from the page itself is not for us. */
let ours = false;
let layers = 0;

const isForUs = (event: DragEvent): boolean => {
  const types = event.dataTransfer?.types ?? [];
  if (ours) return false;
  if (types.includes("Files")) return true;
  const at = event.target instanceof Element ? event.target : null;
  return types.includes("text/plain") && !at?.closest(WRITTEN);
};

const setOver = (over: boolean): void => {
  if (useDropping.getState().over !== over) useDropping.setState({ over });
};

/** Listen on the whole page, until what is given back is called. `portAt` knows what is drawn. */
export function listenForDrops(portAt: PortAt): () => void {
  const drop = (event: DragEvent) => {
    layers = 0;
    setOver(false);
    if (event.defaultPrevented || !isForUs(event)) return; // a field took it
    event.preventDefault();
    letGo(event, portAt);
  };
  const handlers = { dragstart, dragend, dragenter, dragleave, dragover, drop };
  const all = Object.entries(handlers) as [keyof typeof handlers, (event: DragEvent) => void][];
  for (const [kind, handler] of all) document.addEventListener(kind, handler);
  return () => {
    for (const [kind, handler] of all) document.removeEventListener(kind, handler);
  };
}

function dragstart(): void {
  ours = true;
}

function dragend(): void {
  ours = false;
}

/** Each element that is entered and left says so: it is outside when all were left. */
function dragenter(event: DragEvent): void {
  if (!isForUs(event)) return;
  event.preventDefault();
  layers++;
  setOver(true);
}

function dragleave(): void {
  layers = Math.max(0, layers - 1);
  if (layers === 0) setOver(false);
}

function dragover(event: DragEvent): void {
  if (!isForUs(event)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
}

function letGo(event: DragEvent, portAt: PortAt): void {
  const screen = { x: event.clientX, y: event.clientY };
  const under = portAt(screen);
  const onto = under?.side === "input" ? under.end : undefined;
  const landing: Landing = { at: camera().toLevel(screen), onto };
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length) return void bring(files, landing);
  bringText(event.dataTransfer?.getData("text/plain") ?? "", landing);
}

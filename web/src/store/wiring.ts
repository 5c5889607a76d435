/** A wire on its way, and the wires that are selected or looked at. */
import { create } from "zustand";
import type { Port } from "../api/messages.ts";
import { portsFit, type Refusal, refusal } from "../graph/fits.ts";
import { moveWires } from "../graph/insert.ts";
import { port, shapeOf, sourceOf, UNKNOWN } from "../graph/kinds.ts";
import { type End, type Wire, wiresOf } from "../graph/wires.ts";
import { kinds } from "./catalogue.ts";
import { level } from "./documents.ts";

export type Side = "input" | "output";

/** The port a wire is being drawn from, by mouse, touch or keys. */
export interface Start {
  readonly end: End;
  readonly side: Side;
  readonly port: Port;
  /** Ctrl: all wires of the port are taken along. */
  readonly all: boolean;
  /** The wire whose end was taken out of an input: it goes to another, or goes away. */
  readonly moving?: Wire;
}

interface Wiring {
  readonly start: Start | null;
  readonly selected: ReadonlySet<string>;
  readonly hovered: string | null;
}

export const useWiring = create<Wiring>(() => ({
  start: null,
  selected: new Set(),
  hovered: null,
}));

/** The port at an end of a body that makes a new one of whatever is wired to it. */
export const NEW = "+";

export function portOf(end: End, side: Side): Port | undefined {
  if (end.port === NEW) return port(NEW, UNKNOWN);
  const shape = shapeOf(level(), end.node, kinds());
  return shape?.[side === "input" ? "inputs" : "outputs"].find(({ name }) => name === end.port);
}

export function startWire(end: End, side: Side, all = false): void {
  const found = portOf(end, side);
  if (found) useWiring.setState({ start: { end, side, port: found, all } });
}

/** Take the end of the wire out of an input that holds one; false where there is none to take. */
export function takeWire(end: End): boolean {
  const wire = wiresOf(level()).find(({ to }) => to.node === end.node && to.port === end.port);
  const port = wire && !portOf(end, "input")?.many ? portOf(wire.from, "output") : undefined;
  if (!wire || !port) return false;
  const start: Start = { end: wire.from, side: "output", port, all: false, moving: wire };
  useWiring.setState({ start });
  return true;
}

export const endWire = (): void => {
  if (useWiring.getState().start) useWiring.setState({ start: null });
};

/** The wire from the start to another port, whichever side that is on. */
export function wireTo(start: Start, end: End): Wire {
  return start.side === "output" ? { from: start.end, to: end } : { from: end, to: start.end };
}

export function refusalAt(start: Start, end: End, side: Side): Refusal | null {
  if (side !== start.side && [end.port, start.end.port].includes(NEW)) return null;
  if (side === start.side) {
    if (!start.all) return { why: "side", side };
    if (portOf(end, side)?.type !== start.port.type) return { why: "gone" };
    const stays = moveWires(level(), kinds(), side, start.end, end) === level();
    return stays ? { why: "loop" } : null;
  }
  return refusal(level(), kinds(), wireTo(start, end));
}

/** How a port looks while a wire is drawn: whether it could end there. */
export function lookOf(
  start: Start | null,
  node: string,
  port: Port,
  side: Side,
): "" | "start" | "fits" | "not" {
  if (!start) return "";
  if (start.end.node === node) {
    return start.end.port === port.name && start.side === side ? "start" : "not";
  }
  if (start.side === side) return start.all && start.port.type === port.type ? "fits" : "not";
  const fit = side === "input" ? portsFit(start.port, port) : portsFit(port, start.port);
  return fit ? "fits" : "not";
}

export function selectWires(ids: Iterable<string>): void {
  const selected = new Set(ids);
  const was = useWiring.getState().selected;
  if (selected.size || was.size) useWiring.setState({ selected });
}

export const hoverWire = (hovered: string | null): void => useWiring.setState({ hovered });

/** The type of what a "NODE.OUTPUT" of the level that is seen carries. */
export const sourceType = (name: string): string =>
  sourceOf(level(), name, kinds())?.type ?? UNKNOWN;

/** Escape leaves a wire that was begun by keys. Begin to listen; what is given back ends it. */
export function listenForEscape(): () => void {
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !useWiring.getState().start) return;
    event.preventDefault();
    endWire();
  };
  window.addEventListener("keydown", leave, true);
  return () => window.removeEventListener("keydown", leave, true);
}

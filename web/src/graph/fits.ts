/** The one rule that decides whether two ports may be wired, and why not, in a sentence. */
import type { Port } from "../api/messages.ts";
import { END, type Level, START } from "./document.ts";
import { type Kinds, shapeOf, sourceOf, UNKNOWN } from "./kinds.ts";
import { reach, type Wire, written } from "./wires.ts";

/** Why a wire may not be made: a key of `text.refusals`, with what its sentence names. */
export type Refusal =
  | { why: "gone" }
  | { why: "type"; from: string; to: string }
  | { why: "list"; type: string }
  | { why: "loop" }
  | { why: "side"; side: "input" | "output" };

/** As the server has it: the same type, or a whole number into a number; a list into a list. */
export function portsFit(from: Port, to: Port): boolean {
  if (from.type === UNKNOWN || to.type === UNKNOWN) return true;
  return typesFit(from.type, to.type) && (!from.many || to.many);
}

export const typesFit = (from: string, to: string): boolean =>
  from === to || (from === "int" && to === "float");

export function refusal(level: Level, kinds: Kinds, wire: Wire): Refusal | null {
  const from = portAt(level, kinds, wire, "from");
  const to = portAt(level, kinds, wire, "to");
  if (!from || !to) return { why: "gone" };
  if (!portsFit(from, to)) {
    if (!typesFit(from.type, to.type)) return { why: "type", from: from.type, to: to.type };
    return { why: "list", type: to.type };
  }
  return makesLoop(level, wire) ? { why: "loop" } : null;
}

function portAt(level: Level, kinds: Kinds, wire: Wire, end: "from" | "to"): Port | undefined {
  const shape = shapeOf(level, wire[end].node, kinds);
  const ports = end === "from" ? shape?.outputs : shape?.inputs;
  return ports?.find((port) => port.name === wire[end].port);
}

/** Whether a wire closes a loop, be it made already or not. */
export function makesLoop(level: Level, { from, to }: Wire): boolean {
  if (from.node === to.node) return true;
  if (from.node === START || to.node === END) return false;
  return reach(level, [to.node], "to").has(from.node);
}

/** The first port of a node that fits, those that nothing feeds before those that are fed. */
export function firstFitting(
  ports: readonly Port[],
  other: Port,
  side: "input" | "output",
  fed: (name: string) => boolean = () => false,
): Port | undefined {
  const fitting = ports.filter((port) =>
    side === "input" ? portsFit(other, port) : portsFit(port, other),
  );
  const exact = (port: Port) => Number(port.type === other.type) + Number(port.required);
  const free = fitting.filter((port) => !fed(port.name));
  return (free.length ? free : fitting).sort((a, b) => exact(b) - exact(a))[0];
}

/**
 * The input that what hangs on an output is healed by: the first whose wire brings the same type.
 * A bypassed node passes the same one on.
 */
export function healInput(
  level: Level,
  id: string,
  output: string,
  kinds: Kinds,
): string | undefined {
  const shape = shapeOf(level, id, kinds);
  const out = shape?.outputs.find((port) => port.name === output);
  return shape?.inputs.find((port) => {
    const [source] = written(level.nodes[id], port.name);
    const brought = source ? (sourceOf(level, source, kinds) ?? port) : undefined;
    return brought && brought.type === out?.type && (!brought.many || out.many);
  })?.name;
}

/** What the help says of a port, in words. */
import type { Port } from "../api/messages.ts";
import { typeName } from "../text/en/canvas.ts";
import { text } from "../text/index.ts";

const words = text.panels.help;

/** What it takes: "number, 0 to 1, in steps of 0.01". */
export function takes(port: Port): string {
  const type = port.many ? words.several(typeName(port.type)) : typeName(port.type);
  return [type, ...limits(port.widget ?? {})].join(", ");
}

function limits({ type, min, max, step, options }: Record<string, unknown>): string[] {
  if (type === "Choice" && Array.isArray(options)) return [words.oneOf(options.map(String))];
  const told: string[] = [];
  if (typeof min === "number" && typeof max === "number") told.push(words.range(min, max));
  else if (typeof min === "number") told.push(words.from(min));
  else if (typeof max === "number") told.push(words.upTo(max));
  if (typeof step === "number" && step !== 1) told.push(words.step(step));
  return told;
}

/** What it is where nothing is given. */
export function usual(port: Port): string {
  if (port.required) return words.required;
  const { default: value } = port;
  if (value === "auto" || (value === null && port.auto)) return words.auto;
  if (value === null || value === undefined || value === "") return words.none;
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Filed {
  readonly title: string;
  readonly category: string;
}

export interface Branch<T> {
  readonly category: string;
  readonly nodes: readonly T[];
}

/** Node types by category, both in the order of the alphabet. */
export function branches<T extends Filed>(nodes: readonly T[]): Branch<T>[] {
  const by = new Map<string, T[]>();
  for (const node of nodes) {
    const list = by.get(node.category);
    if (list) list.push(node);
    else by.set(node.category, [node]);
  }
  return [...by]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([category, list]) => ({
      category,
      nodes: list.toSorted((a, b) => a.title.localeCompare(b.title)),
    }));
}

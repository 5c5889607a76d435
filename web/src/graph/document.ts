/** The workflow file as an immutable value, as design and `api/messages.ts` know it. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Point {
  x: number;
  y: number;
}

/** A node as it stands in the file. A wire is "NODE.OUTPUT", an array where a port takes many. */
export interface Entry {
  readonly type: string;
  readonly values?: Readonly<Record<string, Json>>;
  readonly wires?: Readonly<Record<string, string | readonly string[]>>;
  readonly mode?: "mute" | "bypass";
  readonly version?: number;
  readonly title?: string;
  readonly note?: string;
  readonly body?: Body;
}

export interface BodyInput {
  readonly type: string;
  readonly default?: Json;
  readonly optional?: boolean;
}

/** A box drawn behind nodes, with a title and one of the colours of `styles/`. */
export interface Frame {
  readonly title: string;
  readonly colour: string;
  readonly nodes: readonly string[];
  readonly folded?: boolean;
}

/** Where one looked: the middle of the screen, and the zoom. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/**
 * What only the editor draws. `folded` shows the titles alone, `open` also the inputs that are
 * seldom needed; `bends` are points a wire goes by, by the "NODE.INPUT" it ends at; `seeds` says
 * what becomes of a seed with each run; `pinned` are wires whose facts stay shown.
 */
export interface Drawn {
  readonly frames?: Readonly<Record<string, Frame>>;
  readonly folded?: readonly string[];
  readonly open?: readonly string[];
  readonly sizes?: Readonly<Record<string, readonly [number, number]>>;
  readonly bends?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly views?: Readonly<Record<string, View>>;
  readonly seeds?: Readonly<Record<string, "random" | "next">>;
  readonly pinned?: readonly string[];
}

/** Nodes that are seen together: those of a workflow, or those inside a body. */
export interface Level {
  readonly nodes: Readonly<Record<string, Entry>>;
  readonly layout?: Readonly<Record<string, readonly [number, number]>>;
  readonly editor?: Drawn;
}

export interface Body extends Level {
  readonly inputs?: Readonly<Record<string, BodyInput>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface Workflow extends Level {
  readonly format: string;
  readonly title?: string;
}

export const FORMAT = "latentwire/1";
export const EMPTY: Workflow = { format: FORMAT, nodes: {} };
export const BODIES = ["group", "repeat", "for_each"] as const;

/** The ends of a body seen from inside: its inputs, and its outputs (no id a node can have). */
export const START = "in";
export const END = ":out";

export const isBody = (level: Level): level is Body => "inputs" in level || "outputs" in level;

/**
 * Whether something read from a file, the clipboard or a link has the shape of a workflow. Bodies
 * are nested as deep as the server takes them.
 */
export function isWorkflow(read: unknown): read is Workflow {
  if (!isObject(read) || typeof read.format !== "string") return false;
  return typeof (read.title ?? "") === "string" && areNodes(read.nodes, 16);
}

function areNodes(read: unknown, depth: number): boolean {
  return isObject(read) && depth >= 0 && Object.values(read).every((node) => isEntry(node, depth));
}

function isEntry(read: unknown, depth: number): boolean {
  if (!isObject(read) || typeof read.type !== "string") return false;
  const { values, wires, title, note, body } = read;
  const shaped = [values, wires].every((one) => isObject(one ?? {}));
  const told = [title, note].every((one) => typeof (one ?? "") === "string");
  return shaped && told && (body === undefined || isShapedBody(body, depth - 1));
}

function isShapedBody(read: unknown, depth: number): boolean {
  if (!isObject(read) || !areNodes(read.nodes, depth)) return false;
  const { inputs, outputs } = read;
  const typed = (one: unknown) => isObject(one) && typeof one.type === "string";
  if (!isObject(inputs ?? {}) || !Object.values(inputs ?? {}).every(typed)) return false;
  const texts = Object.values(outputs ?? {}).every((one) => typeof one === "string");
  return isObject(outputs ?? {}) && texts;
}

export function isObject(read: unknown): read is Record<string, unknown> {
  return typeof read === "object" && read !== null && !Array.isArray(read);
}

/** A copy without `key`; the same object where it had none. */
export function without<T extends object>(of: T, key: string): T {
  if (!(key in of)) return of;
  const { [key]: _, ...rest } = of as Record<string, unknown>;
  return rest as T;
}

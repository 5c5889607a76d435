/** Node types by name, and the ports of any node: from its type, its body, or what hangs on it. */
import type { NodeKind, Port } from "../api/messages.ts";
import { type Body, type BodyInput, END, type Entry, type Level, START } from "./document.ts";
import { endOf, type Wire, wiresOf } from "./wires.ts";

export type Kinds = Readonly<Record<string, NodeKind>>;

/** A node as it is drawn. `missing`: there is no such type here, its ports are guessed from wires. */
export interface Shape {
  readonly title: string;
  readonly help: string;
  readonly category: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly effect: boolean;
  readonly live: boolean;
  readonly missing: boolean;
}

/** The wire type of what is not known: it fits nothing and refuses nothing. */
export const UNKNOWN = "?";

const WIDGETS: Readonly<Record<string, Record<string, unknown>>> = {
  int: { type: "Number", min: null, max: null, step: 1 },
  float: { type: "Number", min: null, max: null, step: null },
  str: { type: "Prompt", lines: 1 },
  bool: { type: "Toggle" },
};
const TITLES: Readonly<Record<string, string>> = {
  group: "Group",
  repeat: "Repeat",
  for_each: "For each",
};

/** Without a prototype: a file may hold a node of the type "constructor". */
export const byType = (nodes: readonly NodeKind[]): Kinds =>
  Object.assign(Object.create(null), Object.fromEntries(nodes.map((kind) => [kind.type, kind])));

export function port(name: string, type: string, more: Partial<Port> = {}): Port {
  const plain = { many: false, required: false, default: null, auto: false, lazy: false };
  return { name, type, ...plain, widget: null, help: "", ...more };
}

const shapes = new WeakMap<NodeKind, Shape>();
const bodies = new WeakMap<Entry, { kinds: Kinds; shape: Shape }>();

/** The ports of node `id`; undefined where there is no such node. */
export function shapeOf(level: Level, id: string, kinds: Kinds): Shape | undefined {
  if (id === START) return startOf(level as Body);
  if (id === END) return endsOf(level as Body, kinds);
  const entry = level.nodes[id];
  if (!entry) return undefined;
  const kind = kinds[entry.type];
  if (kind) return ofKind(kind);
  return entry.body ? ofBody(entry, entry.body, kinds) : guessed(level, id, entry);
}

export function ofKind(kind: NodeKind): Shape {
  const shape = shapes.get(kind) ?? { ...kind, missing: false };
  shapes.set(kind, shape);
  return shape;
}

function ofBody(entry: Entry, body: Body, kinds: Kinds): Shape {
  const kept = bodies.get(entry);
  if (kept?.kinds === kinds) return kept.shape;
  const over = entry.values?.over;
  const swept = (name: string) => Array.isArray(over) && over.includes(name);
  const shape: Shape = {
    title: TITLES[entry.type] ?? entry.type,
    help: "",
    category: "bodies",
    inputs: [
      ...Object.entries(body.inputs ?? {}).map(([name, input]) =>
        inputOf(name, input, swept(name)),
      ),
      ...own(entry.type),
    ],
    outputs: Object.keys(body.outputs ?? {}).map((name) =>
      outputOf(body, name, kinds, entry.type === "for_each"),
    ),
    effect: holdsEffect(body, kinds),
    live: false,
    missing: false,
  };
  bodies.set(entry, { kinds, shape });
  return shape;
}

function own(type: string): Port[] {
  if (type === "repeat") {
    const widget = { type: "Number", min: 1, max: 100_000, step: 1 };
    return [port("times", "int", { default: 1, widget })];
  }
  if (type !== "for_each") return [];
  const widget = { type: "Choice", options: ["zip", "product"] };
  return [port("how", "str", { default: "zip", widget })];
}

function split(type: string): [string, boolean] {
  const many = type.startsWith("list[") && type.endsWith("]");
  return many ? [type.slice(5, -1), true] : [type, false];
}

function inputOf(name: string, input: BodyInput, swept = false): Port {
  const [type, many] = split(input.type);
  const required = (input.default ?? null) === null && !input.optional;
  const more = { many: many || swept, required, widget: swept ? null : (WIDGETS[type] ?? null) };
  return port(name, type, { ...more, default: input.default ?? null });
}

function outputOf(body: Body, name: string, kinds: Kinds, many: boolean): Port {
  const from = sourceOf(body, body.outputs?.[name], kinds);
  return port(name, from?.type ?? UNKNOWN, { many: many || (from?.many ?? false) });
}

/** The output at which a wire begins. */
export function sourceOf(
  level: Level,
  written: string | undefined,
  kinds: Kinds,
): Port | undefined {
  const from = typeof written === "string" ? endOf(written) : undefined;
  if (!from) return undefined;
  return shapeOf(level, from.node, kinds)?.outputs.find((one) => one.name === from.port);
}

function holdsEffect(body: Body, kinds: Kinds): boolean {
  return Object.values(body.nodes).some((entry) =>
    entry.body ? holdsEffect(entry.body, kinds) : kinds[entry.type]?.effect,
  );
}

const NOTHING = { help: "", category: "bodies", effect: false, live: false, missing: false };

const NO_INPUTS: NonNullable<Body["inputs"]> = {};
const startsOf = new WeakMap<object, Shape>();

/** The inputs of a body as the node that its nodes see. */
function startOf({ inputs = NO_INPUTS }: Body): Shape {
  const kept = startsOf.get(inputs);
  if (kept) return kept;
  const outputs = Object.entries(inputs).map(([name, input]) => inputOf(name, input));
  const all = [...outputs, port("index", "int")];
  const shape = { ...NOTHING, title: "In", inputs: [], outputs: all };
  startsOf.set(inputs, shape);
  return shape;
}

function endsOf(body: Body, kinds: Kinds): Shape {
  const inputs = Object.keys(body.outputs ?? {}).map((name) => outputOf(body, name, kinds, false));
  return { ...NOTHING, title: "Out", inputs, outputs: [] };
}

const guesses = new WeakMap<Entry, { drawn: string; shape: Shape }>();

/** A node whose type is not here keeps its values and wires, so these are its ports. */
function guessed(level: Level, id: string, entry: Entry): Shape {
  const outputs = [...(startsIn(wiresOf(level)).get(id) ?? [])];
  const drawn = outputs.join(" ");
  const kept = guesses.get(entry);
  if (kept?.drawn === drawn) return kept.shape;
  const shape: Shape = {
    ...NOTHING,
    title: entry.type,
    category: "",
    inputs: Object.keys(entry.wires ?? {}).map((name) =>
      port(name, UNKNOWN, { many: Array.isArray(entry.wires?.[name]) }),
    ),
    outputs: outputs.map((name) => port(name, UNKNOWN)),
    missing: true,
  };
  guesses.set(entry, { drawn, shape });
  return shape;
}

const starts = new WeakMap<readonly Wire[], ReadonlyMap<string, ReadonlySet<string>>>();

/** By node, the outputs at which wires begin. */
function startsIn(wires: readonly Wire[]): ReadonlyMap<string, ReadonlySet<string>> {
  const kept = starts.get(wires);
  if (kept) return kept;
  const found = new Map<string, Set<string>>();
  for (const { from } of wires) {
    const names = found.get(from.node);
    if (names) names.add(from.port);
    else found.set(from.node, new Set([from.port]));
  }
  starts.set(wires, found);
  return found;
}

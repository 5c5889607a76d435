/**
 * The ports of a body: added, named, taken away. Each works on the level that holds the body's node,
 * so that what is wired to that node follows.
 */
import { type Body, type BodyInput, type Entry, type Json, type Level, START } from "./document.ts";
import { cleaned, portRenamed } from "./drawn.ts";
import { putNode } from "./edit.ts";
import { portsFit } from "./fits.ts";
import { RESERVED } from "./group.ts";
import { freeId } from "./ids.ts";
import { type Kinds, shapeOf, sourceOf } from "./kinds.ts";
import { rewiredAll } from "./rewire.ts";
import { type End, nameOf } from "./wires.ts";

type Named = { readonly level: Level; readonly name: string };

/** Whether an input or output of a body may have this name: it must be one, and free. */
export function isFreeName(body: Body, side: "inputs" | "outputs", name: string): boolean {
  const reserved = side === "inputs" && Object.hasOwn(RESERVED, name);
  return /^[A-Za-z][\w-]*$/.test(name) && !reserved && !Object.hasOwn(body[side] ?? {}, name);
}

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────

/** A new input, of a name near to the one wished for. */
export function addInput(
  level: Level,
  id: string,
  wished: string,
  type: string,
  more: Omit<BodyInput, "type"> = {},
): Named {
  const body = level.nodes[id]?.body;
  if (!body) return { level, name: wished };
  const name = freeId({ ...RESERVED, ...body.inputs }, wished);
  const inputs = { ...body.inputs, [name]: { type, ...more } };
  return { level: withBody(level, id, { ...body, inputs }), name };
}

/** Another type, default, or whether it may be left open. */
export function changeInput(
  level: Level,
  id: string,
  name: string,
  change: (input: BodyInput) => BodyInput,
): Level {
  const body = level.nodes[id]?.body;
  const input = body?.inputs?.[name];
  if (!body || !input) return level;
  const next = change(input);
  if (next === input) return level;
  return withBody(level, id, { ...body, inputs: { ...body.inputs, [name]: next } });
}

/** In a repeat, an output of the same name is fed back, so it is named anew with the input. */
export function renameInput(level: Level, id: string, name: string, to: string): Level {
  const entry = level.nodes[id];
  const body = entry?.body;
  if (!body?.inputs?.[name] || !isFreeName(body, "inputs", to)) return level;
  const back = entry?.type === "repeat" && Object.hasOwn(body.outputs ?? {}, name);
  if (back && !isFreeName(body, "outputs", to)) return level;
  const next = inputRenamed(level, id, name, to);
  return back ? outputRenamed(next, id, name, to) : next;
}

function inputRenamed(level: Level, id: string, name: string, to: string): Level {
  const entry = level.nodes[id] as Entry;
  const [old, fresh] = [nameOf({ node: START, port: name }), nameOf({ node: START, port: to })];
  const wired = rewiredAll(entry.body as Body, (one) => [one === old ? fresh : one]);
  const body = portRenamed(wired, old, fresh) as Body;
  const inputs = keyRenamed(body.inputs, name, to);
  const over = entry.values?.over;
  const values = keyRenamed(entry.values, name, to);
  if (values && Array.isArray(over)) values.over = over.map((one) => (one === name ? to : one));
  const wires = keyRenamed(entry.wires, name, to);
  const next: Entry = {
    ...entry,
    ...(values && { values }),
    ...(wires && { wires }),
    body: { ...body, ...(inputs && { inputs }) },
  };
  return portRenamed(putNode(level, id, next), `${id}.${name}`, `${id}.${to}`);
}

/** The input goes, with its wires inside and outside, and its value. */
export function removeInput(level: Level, id: string, name: string): Level {
  const entry = level.nodes[id];
  if (!entry?.body?.inputs?.[name]) return level;
  const gone = nameOf({ node: START, port: name });
  const body = rewiredAll(entry.body, (source) => (source === gone ? [] : [source])) as Body;
  const { [name]: _, ...inputs } = body.inputs ?? {};
  const { wires, values, ...rest } = entry;
  const { [name]: __, ...left } = wires ?? {};
  const { [name]: ___, ...kept } = (values ?? {}) as Record<string, Json>;
  if (Array.isArray(kept.over)) kept.over = kept.over.filter((one) => one !== name);
  const next: Entry = {
    ...rest,
    ...(Object.keys(kept).length > 0 && { values: kept }),
    ...(Object.keys(left).length > 0 && { wires: left }),
    body: cleaned({ ...body, inputs } as Body) as Body,
  };
  return cleaned(putNode(level, id, next));
}

// ── outputs ───────────────────────────────────────────────────────────────────────────────────────

/**
 * A new output, named after the port it comes from unless a name is wished for. In a repeat it gets
 * the name of an input only if it can be fed back into that.
 */
export function addOutput(
  level: Level,
  kinds: Kinds,
  id: string,
  source: End,
  wished = source.port,
): Named {
  const entry = level.nodes[id];
  const body = entry?.body;
  if (!entry || !body) return { level, name: wished };
  const from = sourceOf(body, nameOf(source), kinds);
  const starts = shapeOf(body, START, kinds)?.outputs ?? [];
  const odd = entry.type !== "repeat" ? [] : starts.filter((to) => !from || !portsFit(from, to));
  const taken = { ...Object.fromEntries(odd.map((to) => [to.name, true])), ...body.outputs };
  const name = freeId(taken, wished);
  const outputs = { ...body.outputs, [name]: nameOf(source) };
  return { level: withBody(level, id, { ...body, outputs }), name };
}

/** In a repeat, an input of the same name is what it is fed back into: it is named anew as well. */
export function renameOutput(level: Level, id: string, name: string, to: string): Level {
  const entry = level.nodes[id];
  const body = entry?.body;
  if (body?.outputs?.[name] === undefined || !isFreeName(body, "outputs", to)) return level;
  const back = entry?.type === "repeat" && Object.hasOwn(body.inputs ?? {}, name);
  if (back && !isFreeName(body, "inputs", to)) return level;
  const next = outputRenamed(level, id, name, to);
  return back ? inputRenamed(next, id, name, to) : next;
}

function outputRenamed(level: Level, id: string, name: string, to: string): Level {
  const body = level.nodes[id]?.body as Body;
  const outputs = keyRenamed(body.outputs, name, to) ?? {};
  const next = withBody(level, id, { ...body, outputs });
  const [old, fresh] = [nameOf({ node: id, port: name }), nameOf({ node: id, port: to })];
  const wired = rewiredAll(next, (source) => [source === old ? fresh : source]);
  return portRenamed(wired, old, fresh);
}

/** The output goes, with the wires that begin at it. */
export function removeOutput(level: Level, id: string, name: string): Level {
  const body = level.nodes[id]?.body;
  if (body?.outputs?.[name] === undefined) return level;
  const { [name]: _, ...outputs } = body.outputs;
  const gone = nameOf({ node: id, port: name });
  const next = withBody(level, id, cleaned({ ...body, outputs } as Body) as Body);
  return cleaned(rewiredAll(next, (source) => (source === gone ? [] : [source])));
}

// ── parts ─────────────────────────────────────────────────────────────────────────────────────────

function withBody(level: Level, id: string, body: Body): Level {
  return putNode(level, id, { ...(level.nodes[id] as Entry), body });
}

/** The same entries in the same order, one of them under another key. */
function keyRenamed<T>(
  of: Readonly<Record<string, T>> | undefined,
  from: string,
  to: string,
): Record<string, T> | undefined {
  if (!of) return undefined;
  return Object.fromEntries(Object.entries(of).map(([key, one]) => [key === from ? to : key, one]));
}

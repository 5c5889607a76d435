/** Nodes that fit where one is to be added, and adding them: wired at once where a wire was drawn. */
import type { NodeKind, Port } from "../api/messages.ts";
import { beginning } from "../graph/beginning.ts";
import type { Entry } from "../graph/document.ts";
import { addNode, connect } from "../graph/edit.ts";
import { firstFitting } from "../graph/fits.ts";
import { HEADER, ROW, WIDTH } from "../graph/geometry.ts";
import { freeId } from "../graph/ids.ts";
import { insertOnWire, pushAside } from "../graph/insert.ts";
import { endOf, type Wire } from "../graph/wires.ts";
import { kinds, useCatalogue } from "./catalogue.ts";
import { edit, level, select } from "./documents.ts";
import type { Adding } from "./ui.ts";
import { portOf } from "./wiring.ts";

export interface Addable {
  readonly type: string;
  readonly title: string;
  readonly category: string;
  readonly help: string;
}

const BODY = { inputs: {}, nodes: {}, outputs: {} };
/** The nodes that hold others. They are no types of the catalogue: the engine itself runs them. */
const BODIES: readonly Addable[] = [
  { type: "group", title: "Group", category: "bodies", help: "Nodes that are one node." },
  { type: "repeat", title: "Repeat", category: "bodies", help: "Its nodes run again and again." },
  { type: "for_each", title: "For each", category: "bodies", help: "Its nodes run for each item." },
];

/** What may be added there, in the order of the catalogue. */
export function addable({ from, into }: Adding): readonly Addable[] {
  const { list } = useCatalogue.getState();
  if (into) return list.filter((kind) => fitsInto(kind, into));
  const port = from && portOf(from.end, from.side);
  if (!from || !port) return [...list, ...BODIES];
  return list.filter((kind) => answering(kind, port, from.side));
}

/** The port of a new node that a wire from `port` goes to. */
function answering(kind: NodeKind, port: Port, side: "input" | "output"): Port | undefined {
  return side === "output"
    ? firstFitting(kind.inputs, port, "input")
    : firstFitting(kind.outputs, port, "output");
}

function fitsInto(kind: NodeKind, wire: string): boolean {
  const [from, to] = wire.split(">").map(endOf);
  const [out, into] = [from && portOf(from, "output"), to && portOf(to, "input")];
  if (!out || !into) return false;
  return Boolean(answering(kind, out, "output") && answering(kind, into, "input"));
}

/** Add a node: wired to where the wire came from, or put into the wire. One step to undo. */
export function add(type: string, { at, from, into }: Adding): string {
  const id = freeId(level().nodes, type);
  const kind = kinds()[type];
  const entry = begun(type, kind);
  const port = from && portOf(from.end, from.side);
  const mine = kind && port && answering(kind, port, from.side);
  edit((now) => {
    const placed = addNode(now, id, entry, corner(at, from?.side));
    if (into) return inserted(placed, into, id);
    if (!from || !mine) return placed;
    const there = { node: id, port: mine.name };
    const wire: Wire =
      from.side === "output" ? { from: from.end, to: there } : { from: there, to: from.end };
    const many = from.side === "output" ? mine.many : (port?.many ?? false);
    return connect(placed, wire, many);
  });
  select([id]);
  return id;
}

function begun(type: string, kind: NodeKind | undefined): Entry {
  if (BODIES.some((one) => one.type === type)) {
    return { type, body: BODY, ...(type === "for_each" && { values: { over: [] } }) };
  }
  const { models, looking } = useCatalogue.getState();
  // while folders are still being read there may be more models than are known
  const values = kind && !looking ? beginning(kind.inputs, models) : {};
  return { type, ...(Object.keys(values).length > 0 && { values }) };
}

function inserted(placed: ReturnType<typeof level>, into: string, id: string) {
  const [from, to] = into.split(">").map(endOf);
  if (!from || !to) return placed;
  return pushAside(insertOnWire(placed, kinds(), { from, to }, id), kinds(), id);
}

/** A node dropped at the end of a wire stands so that its port is near where the wire ended. */
function corner({ x, y }: { x: number; y: number }, side?: "input" | "output") {
  if (!side) return { x: x - WIDTH / 2, y: y - HEADER / 2 };
  return { x: side === "output" ? x : x - WIDTH, y: y - HEADER - ROW / 2 };
}

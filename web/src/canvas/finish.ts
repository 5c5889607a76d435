/** The end of a wire that was drawn: made, moved, or refused in a sentence. */
import type { NodeKind, Port } from "../api/messages.ts";
import type { Level } from "../graph/document.ts";
import { addNode, connect, disconnect } from "../graph/edit.ts";
import { firstFitting, makesLoop, portsFit, type Refusal } from "../graph/fits.ts";
import { endAt, WIDTH } from "../graph/geometry.ts";
import { freeId } from "../graph/ids.ts";
import { type Converter, converters, moveWires } from "../graph/insert.ts";
import { shapeOf, sourceOf } from "../graph/kinds.ts";
import { type End, nameOf, type Wire, wiresOf, written } from "../graph/wires.ts";
import { giveOut, takeIn } from "../store/body.ts";
import { kinds, useCatalogue } from "../store/catalogue.ts";
import { edit, level, select } from "../store/documents.ts";
import { say, toast } from "../store/ui.ts";
import { endWire, NEW, portOf, refusalAt, type Side, type Start, wireTo } from "../store/wiring.ts";
import { text } from "../text/index.ts";

/** Wire the start to a port; false where that is refused, which is told with a way out. */
export function finishWire(start: Start, end: End, side: Side): boolean {
  const refused = refusalAt(start, end, side);
  endWire();
  if (refused) {
    refuse(refused, start, end, side);
    return false;
  }
  if (side === start.side) edit((now) => moveWires(now, kinds(), side, start.end, end));
  else if (start.moving) moveWire(start.moving, wireTo(start, end));
  else makeWire(wireTo(start, end));
  return true;
}

export function makeWire(wire: Wire): void {
  if (wire.to.port === NEW) return giveOut(wire.from);
  if (wire.from.port === NEW) return takeIn(wire.to);
  const many = portOf(wire.to, "input")?.many ?? false;
  edit((now) => connect(now, wire, many));
  say(text.canvas.wired(nameOf(wire.from), nameOf(wire.to)));
}

/** A wire let go over a node, not a port: to the first of its ports that fits, the free ones first. */
export function finishAtNode(start: Start, node: string): boolean {
  const shape = shapeOf(level(), node, kinds());
  const side = start.side === "output" ? "input" : "output";
  const ports = (side === "input" ? shape?.inputs : shape?.outputs) ?? [];
  const fed = (name: string) => side === "input" && written(level().nodes[node], name).length > 0;
  const port = node === start.end.node ? undefined : firstFitting(ports, start.port, side, fed);
  return port ? finishWire(start, { node, port: port.name }, side) : false;
}

// ── refused ───────────────────────────────────────────────────────────────────────────────────────

/** Where a node can make the one of the other, it is offered with the sentence. */
function refuse(refused: Refusal, start: Start, end: End, side: Side): void {
  const wire = wireTo(start, end);
  const may = refused.why === "type" && !makesLoop(level(), wire);
  const between = may ? converterFor(start, end, side) : undefined;
  toast(
    text.canvas.refusal(refused),
    "bad",
    between && { title: text.canvas.between(between.kind.title), run: () => put(between, wire) },
  );
}

export function converterFor(start: Start, end: End, side: Side): Converter | undefined {
  const other = portOf(end, side);
  if (!other) return undefined;
  const [from, to]: [Port, Port] =
    start.side === "output" ? [start.port, other] : [other, start.port];
  const [best] = converters(useCatalogue.getState().list, from, to);
  return best;
}

/** Put the node that makes the one of the other half way between the two. */
function put({ kind, input, output, needs }: Converter, { from, to }: Wire): void {
  const [a, b] = [endAt(level(), kinds(), from, "output"), endAt(level(), kinds(), to, "input")];
  if (!a || !b) return;
  const id = freeId(level().nodes, kind.type);
  const at = { x: (a.x + b.x - WIDTH) / 2, y: (a.y + b.y) / 2 };
  const many = portOf(to, "input")?.many ?? false;
  edit((now) => {
    const added = addNode(now, id, { type: kind.type }, at);
    const fed = connect(added, { from, to: { node: id, port: input } });
    const whole = needs.reduce((next, port) => fedLikeOthers(next, id, kind, port), fed);
    return connect(whole, { from: { node: id, port: output }, to }, many);
  });
  select([id]);
}

/** What else the node needs comes from where others have it from: the same VAE, the same model. */
function fedLikeOthers(now: Level, id: string, kind: NodeKind, port: string): Level {
  const wanted = kind.inputs.find(({ name }) => name === port);
  const source = wiresOf(now).find(({ from }) => {
    const given = sourceOf(now, nameOf(from), kinds());
    return wanted !== undefined && given !== undefined && portsFit(given, wanted);
  })?.from;
  return source ? connect(now, { from: source, to: { node: id, port } }) : now;
}

// ── moved ─────────────────────────────────────────────────────────────────────────────────────────

/** Take one end of a wire to another port. */
export function moveWire(old: Wire, next: Wire): void {
  if (nameOf(old.from) === nameOf(next.from) && nameOf(old.to) === nameOf(next.to)) return;
  if (next.to.port === NEW) return giveOut(next.from);
  const many = portOf(next.to, "input")?.many ?? false;
  edit((now) => connect(disconnect(now, old), next, many));
}

/** A level painted on a canvas: where nodes are too small to be read, and as the map. */
import { END, type Level, START } from "../graph/document.ts";
import { frameBox, framesOf, hiddenIn, shownEnd } from "../graph/frames.ts";
import { cardOf, HEADER, placeOf, type Size } from "../graph/geometry.ts";
import { type Kinds, sourceOf } from "../graph/kinds.ts";
import { nameOf, wiresOf } from "../graph/wires.ts";
import { frameColour } from "./frames.ts";
import { wireColour } from "./types.ts";

/** From the level to the canvas. */
export interface Look {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** All nodes of a level, in a body with its ends. */
export const seenIn = (level: Level, inBody: boolean): string[] =>
  inBody ? [START, ...Object.keys(level.nodes), END] : Object.keys(level.nodes);

/** Of each node: its box. */
export function boxesOf(level: Level, kinds: Kinds, ids: readonly string[]): Box[] {
  return ids.flatMap((id) => {
    const card = cardOf(level, id, kinds);
    return card ? [{ ...placeOf(level, id), width: card.width, height: card.height }] : [];
  });
}

export function around(boxes: readonly Box[]): Box {
  if (!boxes.length) return { x: 0, y: 0, width: 1, height: 1 };
  const [x, y] = [Math.min(...boxes.map((b) => b.x)), Math.min(...boxes.map((b) => b.y))];
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  const bottom = Math.max(...boxes.map((b) => b.y + b.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** All of a level within a size. */
export function fitted(level: Level, kinds: Kinds, size: Size, margin: number): Look {
  const all = around(boxesOf(level, kinds, Object.keys(level.nodes)));
  const [wide, high] = [size.width - 2 * margin, size.height - 2 * margin];
  const zoom = Math.min(wide / all.width, high / all.height, 0.5);
  return {
    x: (size.width - all.width * zoom) / 2 - all.x * zoom,
    y: (size.height - all.height * zoom) / 2 - all.y * zoom,
    zoom,
  };
}

/** The colours of the page as a canvas needs them; asked for once in light and once in dark. */
const resolved = new Map<string, string>();

interface Colours {
  /** What lies in the page, and has its colours. */
  readonly probe: HTMLElement;
  readonly dark: boolean;
}

function colour(of: string, { probe, dark }: Colours): string {
  const name = `${dark ? "dark" : "light"} ${of}`;
  let found = resolved.get(name);
  if (!found) {
    const dot = document.createElement("span");
    dot.style.color = of;
    probe.append(dot);
    found = getComputedStyle(dot).color;
    dot.remove();
    resolved.set(name, found);
  }
  return found;
}

export function paint(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  { x, y, zoom }: Look,
  sharp: number,
  dark: boolean,
  selected: ReadonlySet<string> = new Set(),
): void {
  const { canvas } = context;
  const host = { probe: canvas.parentElement ?? document.body, dark };
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(zoom * sharp, 0, 0, zoom * sharp, x * sharp, y * sharp);
  const hidden = hiddenIn(level);
  paintFrames(context, level, kinds, host, zoom);
  paintWires(context, level, kinds, host, hidden, Math.max(2, 1 / zoom));
  paintCards(context, level, kinds, host, hidden, selected, zoom);
}

/** The node that is in a folded frame, by its frame: there it is not seen. */
type Hidden = ReadonlyMap<string, string>;

function paintFrames(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  host: Colours,
  zoom: number,
): void {
  context.lineWidth = 1.5 / zoom;
  for (const [name, frame] of Object.entries(framesOf(level))) {
    const box = frameBox(level, kinds, name);
    if (!box) continue;
    const of = colour(frameColour(frame), host);
    context.fillStyle = of;
    context.strokeStyle = of;
    context.globalAlpha = frame.folded ? 0.4 : 0.12;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.globalAlpha = 0.6;
    context.strokeRect(box.x, box.y, box.width, box.height);
  }
  context.globalAlpha = 1;
}

function paintWires(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  host: Colours,
  hidden: Hidden,
  width: number,
): void {
  const byColour = new Map<string, Path2D>();
  for (const wire of wiresOf(level)) {
    if (wire.from.node === START || wire.to.node === END) continue;
    const frame = hidden.get(wire.from.node);
    if (frame !== undefined && frame === hidden.get(wire.to.node)) continue;
    const from = shownEnd(level, kinds, wire.from, "output", hidden);
    const to = shownEnd(level, kinds, wire.to, "input", hidden);
    if (!from || !to) continue;
    const of = wireColour(sourceOf(level, nameOf(wire.from), kinds)?.type ?? "?");
    const path = byColour.get(of) ?? new Path2D();
    byColour.set(of, path);
    path.moveTo(from.x, from.y);
    path.lineTo(to.x, to.y);
  }
  context.lineWidth = width;
  for (const [of, path] of byColour) {
    context.strokeStyle = colour(of, host);
    context.stroke(path);
  }
}

function paintCards(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  host: Colours,
  hidden: Hidden,
  selected: ReadonlySet<string>,
  zoom: number,
): void {
  const [card, head, line] = ["var(--card)", "var(--line)", "var(--accent)"].map((one) =>
    colour(one, host),
  ) as [string, string, string];
  const [bodies, heads, chosen] = [new Path2D(), new Path2D(), new Path2D()];
  for (const id of Object.keys(level.nodes)) {
    const size = hidden.has(id) ? undefined : cardOf(level, id, kinds);
    if (!size) continue;
    const { x, y } = placeOf(level, id);
    bodies.rect(x, y, size.width, size.height);
    heads.rect(x, y, size.width, Math.min(HEADER, size.height));
    if (selected.has(id)) chosen.rect(x, y, size.width, size.height);
  }
  context.fillStyle = card;
  context.fill(bodies);
  context.fillStyle = head;
  context.fill(heads);
  context.strokeStyle = line;
  context.lineWidth = 3 / zoom;
  context.stroke(chosen);
}

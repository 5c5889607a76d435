/** A level painted on a canvas: where nodes are too small to be read, and as the map. */
import { END, type Level, START } from "../graph/document.ts";
import { cardOf, endAt, HEADER, placeOf, type Size } from "../graph/geometry.ts";
import { type Kinds, sourceOf } from "../graph/kinds.ts";
import { nameOf, wiresOf } from "../graph/wires.ts";
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

/** The colours of the page as a canvas needs them; asked for once for each look of the page. */
const resolved = new Map<string, string>();

function colour(of: string, probe: HTMLElement): string {
  const theme = `${getComputedStyle(probe).colorScheme} ${of}`;
  let found = resolved.get(theme);
  if (!found) {
    const dot = document.createElement("span");
    dot.style.color = of;
    probe.append(dot);
    found = getComputedStyle(dot).color;
    dot.remove();
    resolved.set(theme, found);
  }
  return found;
}

/** `dark` may change while it is open, so the memory is by scheme. */
export function forgetColours(): void {
  resolved.clear();
}

export function paint(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  { x, y, zoom }: Look,
  sharp: number,
  selected: ReadonlySet<string> = new Set(),
): void {
  const { canvas } = context;
  const host = canvas.parentElement ?? document.body;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(zoom * sharp, 0, 0, zoom * sharp, x * sharp, y * sharp);
  paintWires(context, level, kinds, host, Math.max(2, 1 / zoom));
  paintCards(context, level, kinds, host, selected, zoom);
}

function paintWires(
  context: CanvasRenderingContext2D,
  level: Level,
  kinds: Kinds,
  host: HTMLElement,
  width: number,
): void {
  const byColour = new Map<string, Path2D>();
  for (const wire of wiresOf(level)) {
    if (wire.from.node === START || wire.to.node === END) continue;
    const from = endAt(level, kinds, wire.from, "output");
    const to = endAt(level, kinds, wire.to, "input");
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
  host: HTMLElement,
  selected: ReadonlySet<string>,
  zoom: number,
): void {
  const [card, head, line] = ["var(--card)", "var(--line)", "var(--accent)"].map((one) =>
    colour(one, host),
  ) as [string, string, string];
  const [bodies, heads, chosen] = [new Path2D(), new Path2D(), new Path2D()];
  for (const id of Object.keys(level.nodes)) {
    const size = cardOf(level, id, kinds);
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

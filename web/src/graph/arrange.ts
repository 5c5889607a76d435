/**
 * Boxes put left to right along their wires: columns by longest path, ordered by their neighbours,
 * each as near as can be to the height of these. No recursion: chains may be long.
 */
import type { Point } from "./document.ts";
import type { Size } from "./geometry.ts";

/** A wire between two boxes, by number, with the heights at which it leaves and arrives. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly fromY: number;
  readonly toY: number;
}

export const GAP_X = 80;
export const GAP_Y = 40;
const SWEEPS = 6;

/** Where each box goes, from 0, 0. They are joined by wires, or there is only one. */
export function arranged(boxes: readonly Size[], links: readonly Link[]): Point[] {
  const [into, out] = [ends(boxes.length, links, "to"), ends(boxes.length, links, "from")];
  const columns = columnsOf(boxes.length, into, out);
  const tops = settled(columns, boxes, into, out);
  const least = tops.reduce((a, b) => Math.min(a, b), Infinity);
  const places: Point[] = new Array(boxes.length);
  let x = 0;
  for (const column of columns) {
    let widest = 0;
    for (const at of column) {
      places[at] = { x, y: Math.round((tops[at] ?? 0) - least) };
      widest = Math.max(widest, boxes[at]?.width ?? 0);
    }
    x += widest + GAP_X;
  }
  return places;
}

function ends(count: number, links: readonly Link[], side: "from" | "to"): Link[][] {
  const found: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) found[link[side]]?.push(link);
  return found;
}

/** Columns by longest path; then each box is pulled up to just before its first use. */
function columnsOf(count: number, into: readonly Link[][], out: readonly Link[][]): number[][] {
  const order = inOrder(count, into, out);
  const turn = new Int32Array(count);
  order.forEach((at, index) => {
    turn[at] = index;
  });
  const forward = (link: Link) => (turn[link.from] as number) < (turn[link.to] as number);
  const rank = new Int32Array(count);
  for (const at of order) {
    for (const link of into[at] ?? []) {
      if (forward(link)) rank[at] = Math.max(rank[at] as number, (rank[link.from] as number) + 1);
    }
  }
  for (const at of order.reverse()) {
    let first = Infinity;
    for (const link of out[at] ?? []) {
      if (forward(link)) first = Math.min(first, rank[link.to] as number);
    }
    if (first < Infinity) rank[at] = first - 1;
  }
  const deepest = rank.reduce((a, b) => Math.max(a, b), 0);
  const columns: number[][] = Array.from({ length: deepest + 1 }, () => []);
  for (let at = 0; at < count; at++) columns[rank[at] as number]?.push(at);
  return columns.filter((column) => column.length > 0);
}

/** Sources before what hangs on them. A loop is opened at its first box. */
function inOrder(count: number, into: readonly Link[][], out: readonly Link[][]): number[] {
  const missing = Int32Array.from(into, (links) => links.length);
  const done = new Uint8Array(count);
  const order: number[] = [];
  let next = 0;
  const put = (at: number) => {
    if (done[at]) return;
    done[at] = 1;
    order.push(at);
  };
  for (let at = 0; at < count; at++) if (!missing[at]) put(at);
  for (let head = 0; order.length < count || head < order.length; ) {
    if (head === order.length) {
      while (done[next]) next++;
      put(next);
    }
    for (const { to } of out[order[head++] as number] ?? []) {
      missing[to] = (missing[to] as number) - 1;
      if (!missing[to]) put(to);
    }
  }
  return order;
}

/** What a box wants: its place among others, the top it would have alone, and how much that counts. */
interface Wish {
  readonly order: number;
  readonly top: number;
  readonly weight: number;
}

const NO_WISH: Wish = { order: 0, top: 0, weight: 1 };

/** Sweep forwards and back, letting every column line up with the one before it. */
function settled(
  columns: readonly number[][],
  boxes: readonly Size[],
  into: readonly Link[][],
  out: readonly Link[][],
): Float64Array {
  const tops = new Float64Array(boxes.length);
  for (const column of columns) {
    stack(
      column,
      boxes,
      tops,
      column.map(() => NO_WISH),
    );
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const back = sweep % 2 === 1;
    for (const column of back ? [...columns].reverse() : columns) {
      const wishes = new Map<number, Wish>();
      for (const at of column) wishes.set(at, wishOf(at, tops, back ? out : into, back));
      const of = (at: number) => wishes.get(at) ?? NO_WISH;
      column.sort((a, b) => of(a).order - of(b).order);
      stack(column, boxes, tops, column.map(of));
    }
  }
  return tops;
}

/** Titles in line with those of the neighbours; in the order in which wires would not cross. */
function wishOf(at: number, tops: Float64Array, near: readonly Link[][], back: boolean): Wish {
  const links = near[at] ?? [];
  const here = tops[at] as number;
  if (!links.length) return { order: here, top: here, weight: 0.1 };
  let [sum, bends] = [0, 0];
  for (const link of links) {
    sum += tops[back ? link.to : link.from] as number;
    bends += back ? link.toY - link.fromY : link.fromY - link.toY;
  }
  const count = links.length;
  return { order: (sum + bends) / count, top: sum / count, weight: count };
}

/** Boxes in this order, none over another, and all of them as near as can be to what they want. */
function stack(
  column: readonly number[],
  boxes: readonly Size[],
  tops: Float64Array,
  wishes: readonly Wish[],
): void {
  let offset = 0;
  const offsets = column.map((at) => {
    const here = offset;
    offset += (boxes[at]?.height ?? 0) + GAP_Y;
    return here;
  });
  let index = 0;
  for (const { sum, weight, count } of blocksOf(offsets, wishes)) {
    for (const end = index + count; index < end; index++) {
      tops[column[index] as number] = sum / weight + (offsets[index] as number);
    }
  }
}

interface Block {
  readonly sum: number;
  readonly weight: number;
  readonly count: number;
}

/** What must be pushed apart moves as one block, to the mean of what its boxes want. */
function blocksOf(offsets: readonly number[], wishes: readonly Wish[]): Block[] {
  const blocks: Block[] = [];
  wishes.forEach(({ top, weight }, index) => {
    let block: Block = { sum: (top - (offsets[index] as number)) * weight, weight, count: 1 };
    for (let last = blocks.at(-1); last && mean(last) >= mean(block); last = blocks.at(-1)) {
      blocks.pop();
      block = {
        sum: block.sum + last.sum,
        weight: block.weight + last.weight,
        count: block.count + last.count,
      };
    }
    blocks.push(block);
  });
  return blocks;
}

const mean = (block: Block): number => block.sum / block.weight;

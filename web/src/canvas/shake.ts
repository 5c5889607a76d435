/** A node that is shaken falls out of its wires, which heal behind it. */
import { detach } from "../graph/insert.ts";
import { kinds } from "../store/catalogue.ts";
import { edit } from "../store/documents.ts";

/** Turns of the pointer from left to right and back, within a short time. */
export interface Shake {
  x: number;
  way: number;
  turns: number[];
}

const TURNS = 4;
const WITHIN = 700; // ms
const AT_LEAST = 12; // pixels of one way

const xOf = (event: object): number | undefined =>
  "clientX" in event ? (event.clientX as number) : undefined;

export function startShake(event: object): Shake {
  return { x: xOf(event) ?? 0, way: 0, turns: [] };
}

export function isShaken(shake: Shake, event: object): boolean {
  const x = xOf(event);
  if (x === undefined || Math.abs(x - shake.x) < AT_LEAST) return false;
  const way = Math.sign(x - shake.x);
  shake.x = x;
  if (way === shake.way) return false;
  shake.way = way;
  const now = performance.now();
  shake.turns = [...shake.turns.filter((turn) => now - turn < WITHIN), now];
  return shake.turns.length > TURNS;
}

export const shakeOut = (id: string, gesture: string): void =>
  edit((level) => detach(level, kinds(), [id]), gesture);

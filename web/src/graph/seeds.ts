/** Seeds that change by themselves: before a run, so that the one shown is the one used. */

import type { Entry, Json, Level, Workflow } from "./document.ts";
import { withDrawn } from "./drawn.ts";
import { changeNode } from "./edit.ts";
import { type Kinds, shapeOf } from "./kinds.ts";
import { written } from "./wires.ts";

export const MOST = 2 ** 53 - 1;
/** Drawn seeds stay short enough to be read, told and typed. */
const DRAWN = 2 ** 32;

export type Draw = () => number;

export const draw: Draw = () => crypto.getRandomValues(new Uint32Array(1))[0] as number;

/** The workflow with those seeds drawn anew or counted up that are to be, in every body. */
export function rolled(workflow: Workflow, random: Draw = draw): Workflow {
  return roll(workflow, random) as Workflow;
}

function roll(level: Level, random: Draw): Level {
  let next = level;
  for (const [place, how] of Object.entries(level.editor?.seeds ?? {})) {
    const dot = place.indexOf(".");
    const [id, port] = [place.slice(0, dot), place.slice(dot + 1)];
    next = changeNode(next, id, (entry) => withSeed(entry, port, how, random));
  }
  for (const [id, entry] of Object.entries(next.nodes)) {
    if (!entry.body) continue;
    const body = roll(entry.body, random);
    if (body !== entry.body) next = changeNode(next, id, (now) => ({ ...now, body }));
  }
  return next;
}

/** The workflow with every seed that is a value counted up before each run, in every body. */
export function counting(workflow: Workflow, kinds: Kinds): Workflow {
  return count(workflow, kinds) as Workflow;
}

function count(level: Level, kinds: Kinds): Level {
  let next = level;
  const seeds: Record<string, "next"> = {};
  for (const [id, entry] of Object.entries(level.nodes)) {
    for (const port of shapeOf(level, id, kinds)?.inputs ?? []) {
      const value = entry.values?.[port.name] ?? port.default;
      const isSeed = port.widget?.type === "Seed" && typeof value === "number";
      if (isSeed && written(entry, port.name).length === 0) seeds[`${id}.${port.name}`] = "next";
    }
    const body = entry.body && count(entry.body, kinds);
    if (body && body !== entry.body) next = changeNode(next, id, (now) => ({ ...now, body }));
  }
  return Object.keys(seeds).length ? withDrawn(next, { seeds }) : next;
}

function withSeed(entry: Entry, port: string, how: "random" | "next", random: Draw): Entry {
  if (written(entry, port).length) return entry;
  const was = entry.values?.[port];
  const seed = how === "next" ? follow(was) : random() % DRAWN;
  return { ...entry, values: { ...entry.values, [port]: seed } };
}

export const follow = (seed: Json | undefined): number =>
  typeof seed === "number" && seed < MOST ? seed + 1 : 0;

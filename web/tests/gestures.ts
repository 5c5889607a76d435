/** Random gestures: whatever a person might do to a workflow, in any order. */
import type { Port } from "../src/api/messages.ts";
import { align, distribute } from "../src/graph/align.ts";
import {
  addInput,
  addOutput,
  removeInput,
  removeOutput,
  renameInput,
  renameOutput,
} from "../src/graph/body.ts";
import { copied, pasted } from "../src/graph/clip.ts";
import { dissolved } from "../src/graph/dissolve.ts";
import { END, isBody, type Level, START, type Workflow } from "../src/graph/document.ts";
import {
  addNode,
  connect,
  disconnect,
  freeId,
  moveNodes,
  removeAndHeal,
  removeNodes,
  setMode,
  setTitle,
  setValue,
} from "../src/graph/edit.ts";
import { healInput, refusal } from "../src/graph/fits.ts";
import {
  changeFrame,
  dropped,
  framed,
  framesOf,
  moveFrame,
  removeFrame,
} from "../src/graph/frames.ts";
import { madeNode } from "../src/graph/group.ts";
import { detach, insertOnWire, pushAside, swapWires, wireUnder } from "../src/graph/insert.ts";
import { shapeOf } from "../src/graph/kinds.ts";
import { tidy } from "../src/graph/layout.ts";
import { changeAt } from "../src/graph/levels.ts";
import { type Wire, wiresOf } from "../src/graph/wires.ts";
import { KINDS, LIST } from "./kinds.ts";

/** The same numbers for the same seed: a small generator of its own (mulberry32). */
export function numbers(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  const one = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const some = <T>(list: readonly T[], most = 4) =>
    Array.from({ length: 1 + below(most) }, () => one(list)).filter((item) => item !== undefined);
  const place = () => ({ x: below(4000) - 2000, y: below(3000) - 1500 });
  return { below, one, some, place };
}

export type Chance = ReturnType<typeof numbers>;
type Gesture = (level: Level, chance: Chance) => Level;

export const idsOf = (level: Level) => Object.keys(level.nodes);
const placesIn = (level: Level) => (isBody(level) ? [START, END, ...idsOf(level)] : idsOf(level));
const through = (level: Level) => (id: string, output: string) =>
  healInput(level, id, output, KINDS);
const bodies = (level: Level) => idsOf(level).filter((id) => level.nodes[id]?.body);

/** A wire between any two ports, whether it may be or not. */
function anyWire(level: Level, chance: Chance): { wire: Wire; to: Port } | undefined {
  const [a, b] = [chance.one(placesIn(level)), chance.one(placesIn(level))];
  const from = a && chance.one(shapeOf(level, a, KINDS)?.outputs ?? []);
  const to = b && chance.one(shapeOf(level, b, KINDS)?.inputs ?? []);
  if (!a || !b || !from || !to) return undefined;
  return { wire: { from: { node: a, port: from.name }, to: { node: b, port: to.name } }, to };
}

const GESTURES: Readonly<Record<string, Gesture>> = {
  add: (level, chance) => {
    const type = chance.one(LIST)?.type ?? "note";
    return addNode(level, freeId(level.nodes, type), { type }, chance.place());
  },
  wire: (level, chance) => {
    for (let tries = 0; tries < 30; tries++) {
      const found = anyWire(level, chance);
      if (!found || refusal(level, KINDS, found.wire)) continue;
      return connect(level, found.wire, found.to.many);
    }
    return level;
  },
  cut: (level, chance) => {
    const wire = chance.one(wiresOf(level));
    return wire ? disconnect(level, wire) : level;
  },
  move: (level, chance) => {
    const ids = chance.some(idsOf(level));
    const moved = moveNodes(level, Object.fromEntries(ids.map((id) => [id, chance.place()])));
    return dropped(moved, KINDS, ids);
  },
  set: (level, chance) => {
    const id = chance.one(idsOf(level));
    const port = id && chance.one(shapeOf(level, id, KINDS)?.inputs ?? []);
    if (!id || !port) return level;
    return setValue(
      level,
      id,
      port.name,
      chance.one([1, 2.5, "words", true, null, [1, 2], undefined]),
    );
  },
  name: (level, chance) =>
    setTitle(level, chance.one(idsOf(level)) ?? "", chance.one(["", "A", "B"]) ?? ""),
  delete: (level, chance) => removeNodes(level, new Set(chance.some(idsOf(level), 2))),
  heal: (level, chance) => {
    const ids = new Set(chance.some(idsOf(level), 2));
    return removeAndHeal(level, ids, through(level));
  },
  insert: (level, chance) => {
    const [wire, type] = [chance.one(wiresOf(level)), chance.one(LIST)?.type];
    if (!wire || !type) return level;
    const id = freeId(level.nodes, type);
    const there = addNode(level, id, { type }, chance.place());
    return pushAside(insertOnWire(there, KINDS, wire, id), KINDS, id);
  },
  drop: (level, chance) => {
    const id = chance.one(idsOf(level));
    const wire = id && wireUnder(level, KINDS, id, chance.place());
    return id && wire ? insertOnWire(level, KINDS, wire, id) : level;
  },
  shake: (level, chance) => detach(level, KINDS, chance.some(idsOf(level), 3)),
  swap: (level, chance) => {
    const [a, b] = [chance.one(wiresOf(level)), chance.one(wiresOf(level))];
    return a && b ? swapWires(level, KINDS, a, b) : level;
  },
  gather: (level, chance) => {
    const type = chance.one(["group", "group", "repeat", "for_each"] as const) ?? "group";
    const made = madeNode(level, KINDS, chance.some(idsOf(level)), type, "Some");
    return "refused" in made ? level : made.level;
  },
  dissolve: (level, chance) => {
    const made = dissolved(level, KINDS, chance.one(bodies(level)) ?? "");
    return "refused" in made ? level : made.level;
  },
  paste: (level, chance) => {
    if (idsOf(level).length > 60) return level;
    const text = copied(level, chance.some(idsOf(level), 3));
    return pasted(level, text, chance.place(), chance.below(2) === 0)?.level ?? level;
  },
  tidy: (level, chance) =>
    tidy(level, KINDS, chance.below(2) ? chance.some(idsOf(level)) : undefined),
  align: (level, chance) => {
    const ids = chance.some(idsOf(level));
    if (chance.below(2)) return distribute(level, KINDS, ids, chance.below(2) ? "across" : "down");
    return align(
      level,
      KINDS,
      ids,
      chance.one(["left", "top", "middle", "centre"] as const) ?? "left",
    );
  },
  frame: (level, chance) =>
    framed(level, chance.some(idsOf(level)), "Frame", "blue")?.level ?? level,
  frames: (level, chance) => {
    const id = chance.one(Object.keys(framesOf(level))) ?? "";
    const way = chance.below(3);
    if (way === 0) return removeFrame(level, id);
    if (way === 1) return moveFrame(level, id, { x: 40, y: -40 });
    return changeFrame(level, id, { folded: chance.below(2) === 0, title: "Other" });
  },
  mute: (level, chance) =>
    setMode(level, chance.some(idsOf(level)), chance.one(["mute", "bypass", undefined] as const)),
  ports: (level, chance) => {
    const id = chance.one(bodies(level));
    const body = id && level.nodes[id]?.body;
    if (!id || !body) return level;
    const [input, output] = [Object.keys(body.inputs ?? {}), Object.keys(body.outputs ?? {})];
    const source = chance.one(wiresOf(body))?.from;
    const ways = [
      () => addInput(level, id, "extra", "float").level,
      () => removeInput(level, id, chance.one(input) ?? ""),
      () => renameInput(level, id, chance.one(input) ?? "", `in${chance.below(9)}`),
      () => (source ? addOutput(level, KINDS, id, source).level : level),
      () => removeOutput(level, id, chance.one(output) ?? ""),
      () => renameOutput(level, id, chance.one(output) ?? "", `out${chance.below(9)}`),
    ];
    return chance.one(ways)?.() ?? level;
  },
};

/** Building goes before tearing down, or there would soon be nothing left. */
const OFTEN = ["add", "add", "add", "wire", "wire", "wire", "wire", "paste", "set", "move"];
const NAMES = [...Object.keys(GESTURES), ...OFTEN];

export function gesture(workflow: Workflow, chance: Chance): { name: string; next: Workflow } {
  const name = chance.one(NAMES) ?? "add";
  const inside = chance.below(4) === 0 ? chance.one(bodies(workflow)) : undefined;
  const path = inside === undefined ? [] : [inside];
  return {
    name,
    next: changeAt(workflow, path, (level) => GESTURES[name]?.(level, chance) ?? level),
  };
}

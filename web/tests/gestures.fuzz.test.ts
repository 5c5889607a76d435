import { describe, expect, it } from "vitest";
import { dissolved } from "../src/graph/dissolve.ts";
import {
  END,
  isBody,
  isWorkflow,
  type Level,
  START,
  type Workflow,
} from "../src/graph/document.ts";
import { framesOf } from "../src/graph/frames.ts";
import { madeNode } from "../src/graph/group.ts";
import { begin, commit, type History, redo, undo } from "../src/graph/history.ts";
import { nameOf, reach, wiresOf } from "../src/graph/wires.ts";
import { EXAMPLES } from "./examples.ts";
import { gesture, idsOf, numbers } from "./gestures.ts";
import { KINDS } from "./kinds.ts";

/** Two with bodies among them; each takes about a second. */
const STARTS = EXAMPLES.slice(0, 6);

/** What is wrong with a level, and in the bodies on it. */
function faults(level: Level, path = ""): string[] {
  const there = (id: string) => Object.hasOwn(level.nodes, id);
  const wires = wiresOf(level).flatMap(({ from, to }) => {
    const begins = from.node === START ? isBody(level) : there(from.node);
    const ends = to.node === END ? isBody(level) : there(to.node);
    return begins && ends ? [] : [`${path} wire ${nameOf(from)} > ${nameOf(to)}`];
  });
  const framed = Object.values(framesOf(level)).flatMap(({ nodes }) => nodes);
  const drawn = [
    ...framed.filter((id) => !there(id)),
    ...framed.filter((id, at) => framed.indexOf(id) !== at),
    ...Object.keys(level.layout ?? {}).filter((id) => !there(id) && id !== START && id !== END),
  ].map((id) => `${path} drawn ${id}`);
  const places = Object.entries(level.layout ?? {})
    .filter(([, at]) => !at.every(Number.isInteger))
    .map(([id]) => `${path} place of ${id}`);
  const loops = idsOf(level)
    .filter((id) => {
      const next = wiresOf(level)
        .filter((wire) => wire.from.node === id)
        .map(({ to }) => to.node);
      return reach(level, next, "to").has(id);
    })
    .map((id) => `${path} loop at ${id}`);
  const inner = idsOf(level).flatMap((id) => {
    const body = level.nodes[id]?.body;
    return body ? faults(body, `${path}/${id}`) : [];
  });
  return [...wires, ...drawn, ...places, ...loops, ...inner];
}

const walk = (history: History<Workflow>, go: typeof undo): History<Workflow> => {
  for (let now = history, next = go(now); ; now = next, next = go(now))
    if (next === now) return now;
};

describe("five hundred random gestures", () => {
  it.each(STARTS.map(([name, workflow], seed) => [name, workflow, seed + 1] as const))(
    "on %s keep it whole, undo to the start and redo to the end",
    (_, workflow, seed) => {
      const chance = numbers(seed);
      const before = JSON.stringify(workflow);
      const seen = [before];
      let history = begin(workflow);
      for (let count = 0; history.past.length < 500 && count < 5000; count++) {
        const { name, next } = gesture(history.now, chance);
        expect(faults(next), `${name}, gesture ${count}`).toEqual([]);
        expect(isWorkflow(next), `${name}, gesture ${count}`).toBe(true);
        history = commit(history, next);
        if (history.past.length === seen.length) seen.push(JSON.stringify(next));
      }
      const start = walk(history, undo);
      expect(start.now).toEqual(JSON.parse(before));
      expect(walk(start, redo).now).toEqual(history.now);
      // every step is what it was when it was taken: nothing was changed in place
      expect([...history.past, history.now].map((one) => JSON.stringify(one))).toEqual(seen);
      expect(history.past).toHaveLength(500);
    },
    120_000,
  );
});

describe("whatever the nodes", () => {
  it("a group made of them and taken apart is what was there before", () => {
    const chance = numbers(7);
    let [level, made] = [EXAMPLES[0]?.[1] as Workflow, 0];
    for (let count = 0; count < 400; count++) {
      level = gesture(level, chance).next;
      const one = madeNode(level, KINDS, chance.some(idsOf(level), 5), "group");
      if ("refused" in one) continue;
      const back = dissolved(one.level, KINDS, one.id);
      expect("refused" in back ? back : back.level.nodes).toEqual(level.nodes);
      made++;
    }
    expect(made).toBeGreaterThan(100);
  });
});

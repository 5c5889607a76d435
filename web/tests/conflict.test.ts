import { expect, test } from "vitest";
import type { SavedWithWorkflow } from "../src/api/messages.ts";
import { EMPTY, type Workflow } from "../src/graph/document.ts";
import { begin, commit, undo } from "../src/graph/history.ts";
import { alike } from "../src/store/alike.ts";
import { type Choice, chosen } from "../src/store/choice.ts";
import type { Tab } from "../src/store/documents.ts";

const before: Workflow = { ...EMPTY, title: "before" };
const mine: Workflow = { ...EMPTY, title: "mine" };
const theirs: Workflow = { ...EMPTY, title: "theirs" };
const newest = {
  name: "Boat",
  revision: 7,
  title: "theirs",
  changed_at: 0,
  notice: null,
  workflow: theirs as unknown as Record<string, unknown>,
} satisfies SavedWithWorkflow;
const tab: Tab = {
  key: "a",
  name: "Boat",
  revision: 5,
  history: commit(begin(before), mine),
  stored: before,
  saving: "conflict",
  trouble: "It was changed meanwhile.",
  path: [],
  selected: new Set(),
  run: null,
};
const after = (choice: Choice) => chosen(tab, newest, choice, "Boat 2");

test("whatever is chosen, the conflict is over", () => {
  for (const choice of ["mine", "theirs", "both"] as const) {
    expect(after(choice)).toMatchObject({ saving: "saved", trouble: null });
  }
});

test("mine stays, and is to be saved over the revision that is known now", () => {
  const { history, stored, revision, name } = after("mine");
  expect(history.now).toBe(mine);
  expect(stored).not.toBe(mine);
  expect([name, revision]).toEqual(["Boat", 7]);
});

test("theirs is shown and needs no saving, and undo brings mine back", () => {
  const { history, stored, revision } = after("theirs");
  expect(history.now).toBe(theirs);
  expect(stored).toBe(theirs);
  expect(revision).toBe(7);
  expect(undo(history).now).toBe(mine);
});

test("theirs may lack the body one was in, and hold drawings of nothing", () => {
  const inner = { ...EMPTY, nodes: { g: { type: "group", body: { nodes: {} } } } };
  const odd = { ...theirs, editor: { folded: ["gone"] } } as unknown as Record<string, unknown>;
  const inside = { ...tab, history: begin(inner), path: ["g"], selected: new Set(["a"]) };
  const { path, selected, history } = chosen(inside, { ...newest, workflow: odd }, "theirs", "");
  expect([path, [...selected]]).toEqual([[], []]);
  expect(history.now).not.toHaveProperty("editor");
});

test("both: mine is saved anew under the other name", () => {
  const { history, stored, revision, name } = after("both");
  expect(history.now).toBe(mine);
  expect(stored).not.toBe(mine);
  expect([name, revision]).toEqual(["Boat 2", 0]);
});

test("documents are alike whatever the order of their keys", () => {
  expect(alike({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
  expect(alike({ a: 1 }, { a: 1, b: undefined })).toBe(true);
});

test("documents that differ in a value, a key or an order of a list are not alike", () => {
  expect(alike({ a: 1 }, { a: 2 })).toBe(false);
  expect(alike({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(alike({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(alike({ a: [] }, { a: {} })).toBe(false);
});

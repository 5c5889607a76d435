import { beforeEach, expect, test } from "vitest";
import { FORMAT, type Workflow } from "../src/graph/document.ts";
import { setValue } from "../src/graph/edit.ts";
import { removePort } from "../src/store/body.ts";
import {
  activeTab,
  closeTab,
  edit,
  editWorkflow,
  endGesture,
  goTo,
  here,
  openTab,
  stepsFor,
  tabOf,
  undoEdit,
  useDocuments,
} from "../src/store/documents.ts";
import { bodyOf, entryOf } from "./examples.ts";

const NUMBER: Workflow = { format: FORMAT, nodes: { n: { type: "number" } } };
const GROUP: Workflow = {
  format: FORMAT,
  nodes: {
    n: { type: "number" },
    g: {
      type: "group",
      wires: { x: "n.float" },
      body: {
        inputs: { x: { type: "float" } },
        nodes: { n: { type: "number" } },
        outputs: { out: "in.x", other: "n.float" },
      },
    },
    use: { type: "calculate", wires: { a: "g.out", b: "g.other" } },
  },
};
const value = (key: string) => entryOf(tabOf(key)?.history.now as Workflow, "n").values?.value;
const seen = () => activeTab().history.now;

beforeEach(() => {
  for (const { key } of useDocuments.getState().tabs) closeTab(key);
});

test("what was begun in one tab ends there, though another is seen", () => {
  const one = openTab(NUMBER);
  const place = here();
  const two = openTab(NUMBER);
  edit((level) => setValue(level, "n", "value", 5), "typing", place);
  edit((level) => setValue(level, "n", "value", 6), "typing", place);
  endGesture(place.tab);
  expect([value(one.key), value(two.key)]).toEqual([6, undefined]);
  expect(tabOf(one.key)?.history.past).toHaveLength(1);
});

test("what was begun in a body ends there, or nowhere once that is gone", () => {
  const { key } = openTab(GROUP);
  goTo(["g"]);
  const place = here();
  goTo([]);
  edit((level) => setValue(level, "n", "value", 5), undefined, place);
  expect(entryOf(bodyOf(seen(), "g"), "n").values).toEqual({ value: 5 });
  expect(value(key)).toBeUndefined();
  editWorkflow(() => NUMBER);
  edit((level) => setValue(level, "n", "value", 7), undefined, place);
  expect(seen()).toBe(NUMBER);
});

test("an input that is taken away takes the outputs along that it went straight to", () => {
  openTab(GROUP);
  goTo(["g"]);
  removePort("input", "x");
  expect(bodyOf(seen(), "g").outputs).toEqual({ other: "n.float" });
  expect(entryOf(seen(), "use").wires).toEqual({ b: "g.other" });
});

test("an empty tab in which something was undone is not closed by what is opened", () => {
  const { key } = activeTab();
  editWorkflow(() => NUMBER);
  undoEdit();
  openTab(GROUP);
  expect(tabOf(key)?.history.future).toHaveLength(1);
});

test("of thousands of nodes fewer steps are kept, but always some hundreds", () => {
  const nodes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, { type: "number" }]));
  const steps = (count: number) => stepsFor({ format: FORMAT, nodes: nodes(count) });
  expect([0, 100, 1000, 3000, 20_000].map(steps)).toEqual([2000, 2000, 1000, 333, 250]);
});

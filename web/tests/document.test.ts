import { describe, expect, it } from "vitest";
import { isWorkflow, without } from "../src/graph/document.ts";
import { EXAMPLES } from "./examples.ts";

const holding = (node: unknown) => ({ format: "latentwire/1", nodes: { a: node } });

describe("what counts as a workflow", () => {
  it.each(EXAMPLES)("takes the example %s", (_, workflow) => {
    expect(isWorkflow(workflow)).toBe(true);
  });

  it("takes an unknown type with keys that nobody knows", () => {
    expect(isWorkflow(holding({ type: "pack/thing", mystery: 1, values: null }))).toBe(true);
  });

  it.each([
    ["nothing", null],
    ["text", "workflow"],
    ["a list", []],
    ["a format alone", { format: "latentwire/1" }],
    ["a title that cannot be read", { format: "latentwire/1", title: 5, nodes: {} }],
    ["a list of nodes", { format: "latentwire/1", nodes: [] }],
    ["a node that is nothing", holding(null)],
    ["a node that is a number", holding(5)],
    ["a node without a type", holding({ values: {} })],
    ["values in a list", holding({ type: "sample", values: [1] })],
    ["a title that is no text", holding({ type: "sample", title: { bold: true } })],
    ["a body without nodes", holding({ type: "group", body: {} })],
    ["a broken node in a body", holding({ type: "group", body: { nodes: { b: 1 } } })],
    [
      "a body input without a type",
      holding({ type: "group", body: { nodes: {}, inputs: { x: {} } } }),
    ],
    [
      "a body output that is no text",
      holding({ type: "group", body: { nodes: {}, outputs: { x: 1 } } }),
    ],
  ])("refuses %s", (_, read) => {
    expect(isWorkflow(read)).toBe(false);
  });

  it("refuses bodies nested deeper than the server takes them, however deep", () => {
    const nested = (depth: number) => {
      let node: unknown = { type: "note" };
      for (let at = 0; at < depth; at++) node = { type: "group", body: { nodes: { a: node } } };
      return holding(node);
    };
    expect(isWorkflow(nested(16))).toBe(true);
    expect(isWorkflow(nested(17))).toBe(false);
    expect(isWorkflow(nested(50_000))).toBe(false);
  });
});

describe("a copy without a key", () => {
  it("leaves the rest and the original alone", () => {
    const of = { a: 1, b: 2 };
    expect(without(of, "a")).toEqual({ b: 2 });
    expect(of).toEqual({ a: 1, b: 2 });
  });

  it("is the same object where there was no such key", () => {
    const of = { a: 1 };
    expect(without(of, "b")).toBe(of);
  });
});

import { describe, expect, it } from "vitest";
import type { ModelFile } from "../src/api/messages.ts";
import { beginning } from "../src/graph/beginning.ts";
import { port } from "../src/graph/kinds.ts";

const model = (name: string, more: Partial<ModelFile> = {}): ModelFile => ({
  ...{ name, kind: "model", family: null, bytes: 1, sha256: null, folder: "", problem: null },
  ...more,
});
const file = (kind: string, required = true) =>
  port("file", "str", { required, widget: { type: "File", kind } });

describe("what a new node begins with", () => {
  it("is the only model there is", () => {
    expect(beginning([file("model")], [model("one")])).toEqual({ file: "one" });
  });

  it("is nothing where one has to choose, or there is none", () => {
    expect(beginning([file("model")], [model("one"), model("two")])).toEqual({});
    expect(beginning([file("model")], [])).toEqual({});
  });

  it("is no model of another kind, and none that cannot be read", () => {
    const models = [model("one"), model("broken", { problem: "cut off" })];
    expect(beginning([file("model")], models)).toEqual({ file: "one" });
    expect(beginning([file("vae")], models)).toEqual({});
  });

  it("leaves alone what may stay empty, and what is no file", () => {
    const inputs = [file("model", false), port("text", "str", { required: true })];
    expect(beginning(inputs, [model("one")])).toEqual({});
  });
});

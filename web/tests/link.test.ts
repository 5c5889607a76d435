import { describe, expect, it } from "vitest";
import type { Entry, Workflow } from "../src/graph/document.ts";
import { asLink, fromLink } from "../src/graph/link.ts";
import { chain, EXAMPLES, example } from "./examples.ts";

describe("a workflow in a link", () => {
  it.each(EXAMPLES)("comes back as it was: %s", async (_, workflow) => {
    const link = await asLink(workflow);
    expect(link).toMatch(/^#graph=[\w-]+$/);
    expect(await fromLink(link)).toEqual(workflow);
  });

  it("is much shorter than its text, and may be long", async () => {
    const workflow: Workflow = { format: "latentwire/1", nodes: chain(5000).nodes };
    const link = await asLink(workflow);
    expect(link.length).toBeLessThan(JSON.stringify(workflow).length / 4);
    expect(await fromLink(link)).toEqual(workflow);
  });

  it("keeps every letter there is", async () => {
    const note: Entry = { type: "note", values: { text: "Ölbild 🌅 <b>\u0000</b>" } };
    const workflow: Workflow = { format: "latentwire/1", nodes: { note } };
    expect(await fromLink(await asLink(workflow))).toEqual(workflow);
  });

  it("is read with or without its mark", async () => {
    const link = await asLink(example("first-picture"));
    expect(await fromLink(link.slice(1))).toEqual(example("first-picture"));
  });

  it.each([
    ["empty", ""],
    ["about something else", "#code=abc"],
    ["empty after its name", "#graph="],
    ["no letters of a link", "#graph=%%%"],
    ["cut off", "#graph=q1YqSy0qzszPU7Iy"],
    ["noise", "#graph=AAAAAAAAAAAAAAAAAAAAAAAA"],
  ])("is nothing where it is %s", async (_, hash) => {
    expect(await fromLink(hash)).toBeNull();
  });

  it("is nothing where it holds no workflow", async () => {
    expect(await fromLink(await asLink({ nodes: {} } as unknown as Workflow))).toBeNull();
  });

  it("is nothing where it was made to fill the memory", async () => {
    const bomb: Workflow = { format: "latentwire/1", title: "x".repeat(2 ** 26), nodes: {} };
    expect(await fromLink(await asLink(bomb))).toBeNull();
  });
});

import { expect, test } from "vitest";
import { added, type Happening } from "../src/store/log.ts";

const said = (id: number, text: string, more: Partial<Happening> = {}) => ({
  id,
  at: id,
  tone: "bad" as const,
  text,
  ...more,
});

test("the same again is counted, not listed again", () => {
  const list = added(added([], said(1, "cut")), said(2, "cut"));
  expect(list).toHaveLength(1);
  expect(list[0]).toMatchObject({ times: 2, at: 2 });
});

test("the same of another node is another", () => {
  const list = added(added([], said(1, "needs a model", { node: "a" })), {
    ...said(2, "needs a model", { node: "b" }),
  });
  expect(list.map(({ node }) => node)).toEqual(["a", "b"]);
});

test("only the newest 500 are kept", () => {
  let list: readonly Happening[] = [];
  for (let at = 0; at < 600; at++) list = added(list, said(at, `${at}`));
  expect(list).toHaveLength(500);
  expect(list.at(-1)?.text).toBe("599");
});

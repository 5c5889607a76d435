import { describe, expect, it } from "vitest";
import { begin, commit, type History, redo, seal, undo } from "../src/graph/history.ts";

const typed = (history: History<string>, ...words: string[]) =>
  words.reduce((now, word) => commit(now, word, "typing"), history);

describe("undo and redo", () => {
  it("go back and forth by steps", () => {
    const there = commit(commit(begin("a"), "b"), "c");
    expect(undo(there).now).toBe("b");
    expect(undo(undo(there)).now).toBe("a");
    expect(redo(undo(there))).toEqual(there);
  });

  it("stay where there is nothing more", () => {
    const start = begin("a");
    expect(undo(start)).toBe(start);
    expect(redo(start)).toBe(start);
  });

  it("make no step of what changed nothing", () => {
    const start = begin("a");
    expect(commit(start, "a")).toBe(start);
  });

  it("fold what belongs to one gesture into one step", () => {
    const there = typed(commit(begin("a"), "b"), "bo", "boa", "boat");
    expect(there.now).toBe("boat");
    expect(undo(there).now).toBe("b");
  });

  it("begin a new step after the gesture has ended", () => {
    const there = typed(seal(typed(begin(""), "a", "ab")), "abc");
    expect(undo(there).now).toBe("ab");
    expect(undo(undo(there)).now).toBe("");
  });

  it("begin a new step when the same gesture goes on after an undo", () => {
    const there = typed(undo(typed(commit(begin("a"), "b"), "c")), "d");
    expect(there.now).toBe("d");
    expect(undo(there).now).toBe("b");
  });

  it("forget the future once something else is done", () => {
    const there = commit(undo(commit(begin("a"), "b")), "c");
    expect(redo(there)).toBe(there);
  });

  it("keep the last two thousand steps", () => {
    let there: History<number> = begin(0);
    for (let at = 1; at <= 2500; at++) there = commit(there, at);
    expect(there.past).toHaveLength(2000);
    expect(there.past[0]).toBe(500);
  });
});

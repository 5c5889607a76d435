import { expect, test } from "vitest";
import { cleaned, freeAmong, isAmong, wrongWith } from "../src/store/names.ts";

test("a name that is free is taken as it is", () => {
  expect(freeAmong("Boat", ["Ship"])).toBe("Boat");
});

test("a name that is taken gets the next number, whatever its capitals", () => {
  expect(freeAmong("Boat", ["boat"])).toBe("Boat 2");
  expect(freeAmong("Boat", ["BOAT", "Boat 2"])).toBe("Boat 3");
});

test("a name that has a number counts on from its stem", () => {
  expect(freeAmong("Boat 2", ["Boat", "Boat 2"])).toBe("Boat 3");
  expect(freeAmong("Boat 7", ["Boat"])).toBe("Boat 7");
});

test("a title loses what no file can be called", () => {
  expect(cleaned('a/b: "c"?', "Untitled")).toBe("a b c");
  expect(cleaned("  ..~ ", "Untitled")).toBe("Untitled");
  expect(cleaned("CON", "Untitled")).toBe("Untitled");
  expect(cleaned("two\nlines", "Untitled")).toBe("two lines");
});

test("a long title keeps room for a number behind it", () => {
  const name = cleaned("é".repeat(200), "Untitled");
  expect(new TextEncoder().encode(`${name} 99999`).length).toBeLessThanOrEqual(120);
  expect(wrongWith(name)).toBeNull();
});

test("a long title is not cut within a letter, and however long it is there is a name", () => {
  const name = cleaned(`a${"😀".repeat(40)}`, "Untitled");
  expect(name).toBe(`a${"😀".repeat(27)}`);
  expect(cleaned("b".repeat(5_000_000), "Untitled")).toHaveLength(112);
});

test("blanks other than the plain one are none that a file may have", () => {
  expect(cleaned("海\u3000辺 \u00a0x", "Untitled")).toBe("海 辺 x");
  expect(wrongWith("海\u3000辺")).toBe("hidden");
  expect(wrongWith("a\u2028b")).toBe("hidden");
  expect(wrongWith("a b")).toBeNull();
});

test("one name in two spellings is one", () => {
  expect(cleaned("Cafe\u0301", "Untitled")).toBe("Café");
  expect(freeAmong("Straße", ["STRASSE"])).toBe("Straße 2");
  expect(isAmong("Cafe\u0301", ["CAFÉ"])).toBe(true);
  expect(isAmong("x".repeat(118), ["y"])).toBe(false);
});

test("what is wrong with a name is told as the server would", () => {
  expect(wrongWith("")).toBe("empty");
  expect(wrongWith("a/b")).toBe("signs");
  expect(wrongWith(" a")).toBe("edges");
  expect(wrongWith("a.")).toBe("edges");
  expect(wrongWith("~a")).toBe("edges");
  expect(wrongWith("nul.txt")).toBe("device");
  expect(wrongWith("é".repeat(61))).toBe("long");
  expect(wrongWith("a\u0007b")).toBe("hidden");
  expect(wrongWith("Löwe 2")).toBeNull();
});

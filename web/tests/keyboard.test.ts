import { expect, test } from "vitest";
import { heard } from "../src/store/commands/hearing.ts";

const CANVAS = { field: "none", aloft: false, button: false } as const;
const BUTTON = { ...CANVAS, button: true } as const;
const TEXT = { ...CANVAS, field: "text" } as const;
const SLIDER = { ...CANVAS, field: "other" } as const;
const DIALOG = { ...CANVAS, aloft: true } as const;

test("every key is heard on the canvas", () => {
  for (const chord of ["Space", "Delete", "?", "Mod+K", "Enter"]) {
    expect(heard(chord, "edit", CANVAS)).toBe(true);
  }
});

test("a button keeps Space and Enter, and leaves the rest", () => {
  expect(heard("Space", "node", BUTTON)).toBe(false);
  expect(heard("Shift+Enter", "run", BUTTON)).toBe(false);
  expect(heard("Delete", "edit", BUTTON)).toBe(true);
  expect(heard("Mod+Enter", "run", BUTTON)).toBe(true);
});

test("a text field keeps what it writes and edits with", () => {
  for (const chord of ["M", "Space", "?", "Delete", "Mod+Z", "Mod+Shift+Z", "Mod+A", "Mod+V"]) {
    expect(heard(chord, "edit", TEXT)).toBe(false);
  }
  for (const chord of ["Mod+K", "Mod+Enter", "Mod+S", "F1"]) {
    expect(heard(chord, "view", TEXT)).toBe(true);
  }
});

test("a slider keeps plain keys, and what is undone there is undone in the workflow", () => {
  expect(heard("F", "view", SLIDER)).toBe(false);
  expect(heard("Mod+Z", "edit", SLIDER)).toBe(true);
});

test("nothing is edited behind a dialog, but another one can be opened", () => {
  expect(heard("Mod+Z", "edit", DIALOG)).toBe(false);
  expect(heard("F", "view", DIALOG)).toBe(false);
  expect(heard("Mod+K", "view", DIALOG)).toBe(true);
});

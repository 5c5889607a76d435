import { expect, test } from "vitest";
import {
  bind,
  chordOf,
  chordsOf,
  chosen,
  clash,
  keysIn,
  type Pressed,
  reset,
  spell,
  swap,
  unbind,
} from "../src/store/commands/chords.ts";

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const key = (pressed: string, code: string, mods: Partial<Pressed> = {}): Pressed => ({
  ...NONE,
  key: pressed,
  code,
  ...mods,
});
const ctrl = { ctrlKey: true };
const shift = { shiftKey: true };

const undo = { id: "undo", keys: "Mod+Z" };
const redo = { id: "redo", keys: "Mod+Shift+Z Mod+Y" };
const stop = { id: "stop" };
const ALL = [undo, redo, stop];

test("a chord is the key with what is held", () => {
  expect(chordOf(key("z", "KeyZ", ctrl))).toBe("Mod+Z");
  expect(chordOf(key("Z", "KeyZ", { ...ctrl, ...shift }))).toBe("Mod+Shift+Z");
  expect(chordOf(key("z", "KeyZ", { metaKey: true }))).toBe("Mod+Z");
  expect(chordOf(key(" ", "Space"))).toBe("Space");
  expect(chordOf(key("Enter", "Enter", { ...ctrl, altKey: true }))).toBe("Mod+Alt+Enter");
});

test("a sign that Shift makes is the sign", () => {
  expect(chordsOf(key("?", "Slash", shift))).toEqual(["?"]);
  expect(chordsOf(key("+", "Equal", shift))).toEqual(["+"]);
});

test("Shift and a digit is meant wherever the digit is, whatever sign it makes", () => {
  expect(chordsOf(key("!", "Digit1", shift))).toEqual(["!", "Shift+1"]);
  expect(chordsOf(key("1", "Digit1"))).toEqual(["1"]);
});

test("Shift and a digit is told from the digit where the keyboard writes digits with Shift", () => {
  expect(chordsOf(key("3", "Digit3", shift))).toEqual(["Shift+3"]);
  expect(chordsOf(key('"', "Digit3"))).toEqual(['"', "3"]);
});

test("letters of other scripts are known by their place", () => {
  expect(chordsOf(key("я", "KeyZ", ctrl))).toContain("Mod+Z");
  expect(chordsOf(key("å", "KeyA", { altKey: true }))).toContain("Alt+A");
});

test("on another Latin keyboard the letter counts that is printed", () => {
  expect(chordsOf(key("z", "KeyY", ctrl))).toEqual(["Mod+Z"]);
});

test("AltGr writes signs and is no Ctrl and Alt", () => {
  const writes = { ctrlKey: true, altKey: true, getModifierState: () => true };
  expect(chordOf(key("@", "KeyQ", writes))).toBe("@");
});

test("a modifier alone is no chord", () => {
  expect(chordsOf(key("Shift", "ShiftLeft", shift))).toEqual([]);
  expect(chosen(key("Control", "ControlLeft", ctrl))).toBeUndefined();
});

test("what is chosen is written as it will be pressed", () => {
  expect(chosen(key("!", "Digit1", shift))).toBe("Shift+1");
  expect(chosen(key("?", "Slash", shift))).toBe("?");
  expect(chosen(key("я", "KeyZ", ctrl))).toBe("Mod+Z");
  expect(chosen(key("m", "KeyM"))).toBe("M");
});

test("a command has its usual keys until it is given others, or none", () => {
  expect(keysIn({}, redo)).toEqual(["Mod+Shift+Z", "Mod+Y"]);
  expect(keysIn({ redo: "F4" }, redo)).toEqual(["F4"]);
  expect(keysIn({ redo: "" }, redo)).toEqual([]);
  expect(keysIn({}, stop)).toEqual([]);
});

test("keys take the place of others, or stand beside them", () => {
  expect(bind({}, redo, "F4", "Mod+Y")).toEqual({ redo: "Mod+Shift+Z F4" });
  expect(bind({}, stop, "F4")).toEqual({ stop: "F4" });
  expect(bind({}, undo, "F4")).toEqual({ undo: "Mod+Z F4" });
});

test("usual keys that come back leave nothing to remember", () => {
  expect(bind({ undo: "F4" }, undo, "Mod+Z", "F4")).toEqual({});
  expect(reset({ undo: "F4", redo: "F5" }, "undo")).toEqual({ redo: "F5" });
});

test("keys that another command has are told", () => {
  expect(clash(ALL, {}, "Mod+Y", "undo")).toBe(redo);
  expect(clash(ALL, {}, "Mod+Y", "redo")).toBeUndefined();
  expect(clash(ALL, { redo: "F5" }, "Mod+Y", "undo")).toBeUndefined();
});

test("keys that are the browser's own are taken too", () => {
  const copy = { id: "copy", fixed: "Mod+C" };
  expect(clash([copy, undo], {}, "Mod+C", "undo")).toBe(copy);
});

test("a swap gives each the keys of the other", () => {
  const own = swap({}, undo, "Mod+Y", redo, "Mod+Z");
  expect(keysIn(own, undo)).toEqual(["Mod+Y"]);
  expect(keysIn(own, redo)).toEqual(["Mod+Shift+Z", "Mod+Z"]);
});

test("keys taken without giving any are gone from the other", () => {
  const own = swap({}, stop, "Mod+Y", redo);
  expect(keysIn(own, stop)).toEqual(["Mod+Y"]);
  expect(keysIn(own, redo)).toEqual(["Mod+Shift+Z"]);
});

test("keys are taken away one by one", () => {
  expect(unbind({}, redo, "Mod+Y")).toEqual({ redo: "Mod+Shift+Z" });
  expect(unbind({}, undo, "Mod+Z")).toEqual({ undo: "" });
});

test("chords are spelt as the keyboard has them", () => {
  expect(spell("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(spell("Mod+Shift+Z", true)).toBe("⇧⌘Z");
  expect(spell("+", false)).toBe("+");
  expect(spell("Mod++", false)).toBe("Ctrl++");
  expect(spell("Alt+ArrowUp", false)).toBe("Alt+↑");
});

test("no two commands have the same usual keys", () => {
  const sources = import.meta.glob<string>("../src/store/commands/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const found = Object.values(sources).flatMap((source) => [
    ...source.matchAll(/(?:keys|fixed): "([^"]+)"/g),
  ]);
  const chords = found.flatMap(([, keys = ""]) => keys.split(" "));
  expect(chords.length).toBeGreaterThan(30);
  expect(chords.filter((chord, at) => chords.indexOf(chord) !== at)).toEqual([]);
});

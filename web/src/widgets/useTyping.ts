/** A number being typed, until it is taken by Enter or by leaving, or given up by Escape. */
import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Json } from "../graph/document.ts";
import { text } from "../text/index.ts";
import { calculate } from "./arithmetic.ts";
import { type FieldProps, gestureOf, home } from "./field.ts";
import { paceOf, rangeOf, shown, startOf, stepped, typedInto } from "./numbers.ts";

/** What stands in a field that nobody types in. */
export function written({ port, value }: FieldProps): string {
  const counts = value === undefined ? port.default : value;
  if (counts === null || counts === undefined) return "";
  if (counts === "auto") return text.widgets.auto;
  return typeof counts === "number" ? shown(counts, rangeOf(port)) : String(counts);
}

const SAME = Symbol("as it was");
const NONE = Symbol("no number");
type Read = Json | undefined | typeof SAME | typeof NONE;

/** The value that was typed; nothing typed is the way home. */
function read(draft: string | null, field: FieldProps): Read {
  const { port } = field;
  const typed = draft?.trim();
  if (typed === undefined || typed === written(field).trim()) return SAME;
  if (!typed || (port.auto && typed.toLowerCase() === text.widgets.auto)) return home(port);
  const range = rangeOf(port);
  const number = calculate(typed, range.whole);
  return number === undefined ? NONE : typedInto(range, number);
}

const STEPS: Readonly<Record<string, readonly [number, boolean]>> = {
  ArrowUp: [1, false],
  ArrowDown: [-1, false],
  PageUp: [1, true],
  PageDown: [-1, true],
};

export function useTyping(field: FieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const givenUp = useRef(false);
  const counting = useCounting(field);

  const take = () => {
    const typed = givenUp.current ? SAME : read(draft, field);
    if (typed !== SAME && typed !== NONE) field.set(typed);
  };
  const onBlur = () => {
    take();
    givenUp.current = false;
    setDraft(null);
    setRefused(false);
  };
  useLeaving(take);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const typed = read(draft, field);
    if (STEPS[event.key]) {
      counting.step(event, typeof typed === "number" ? typed : undefined);
      setDraft(null);
    }
    if (event.key === "Escape") givenUp.current = true;
    if (event.key === "Enter" && typed === NONE) setRefused(true);
    else if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    setDraft(event.currentTarget.value);
    setRefused(false);
  };
  const onDoubleClick = () => {
    if (draft === null && !field.port.required) field.set(home(field.port));
  };
  const { onKeyUp } = counting;
  return { draft, refused, handlers: { onBlur, onKeyDown, onKeyUp, onChange, onDoubleClick } };
}

/** A node that is scrolled out of sight is gone from the page: what was typed in it is taken. */
function useLeaving(take: () => void): void {
  const last = useRef(take);
  last.current = take;
  useEffect(() => () => last.current(), []);
}

/** Up and down by keys: as long as one is held is one step of undo. */
function useCounting({ port, value, set, end }: FieldProps) {
  const gesture = useRef<string | null>(null);
  return {
    step: (event: KeyboardEvent, typed: number | undefined) => {
      event.preventDefault();
      event.stopPropagation();
      const [range, [way, far]] = [rangeOf(port), STEPS[event.key] ?? [0, false]];
      const from = typed ?? startOf(value, port.default, range);
      gesture.current ??= gestureOf({ port });
      set(stepped(from, way, far ? "coarse" : paceOf(event), range), gesture.current);
    },
    onKeyUp: () => {
      if (gesture.current === null) return;
      gesture.current = null;
      end();
    },
  };
}

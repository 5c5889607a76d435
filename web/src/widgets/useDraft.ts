/** Text being typed: kept here, told to the workflow soon, and one step of undo for each visit. */
import { type KeyboardEvent, useRef, useState } from "react";
import type { Json } from "../graph/document.ts";
import { type FieldProps, gestureOf } from "./field.ts";
import { useSoon } from "./useSoon.ts";
import { writingOf } from "./written.ts";

interface Draft {
  readonly text: string;
  /** The value as it was told last: where another stands now, somebody else changed it. */
  readonly base: Json | undefined;
}

export interface Typing {
  readonly shown: string;
  type(text: string): void;
  /** The visit is over. */
  leave(): void;
  onKeyDown(event: KeyboardEvent): void;
}

export function useDraft(field: FieldProps): Typing {
  const { port, value, set, end } = field;
  const [draft, setDraft] = useState<Draft | null>(null);
  const gesture = useRef<string | null>(null);
  const soon = useSoon();
  const writing = writingOf(port);
  const isMine = draft !== null && draft.base === value;

  const tell = (text: string, key: string) => {
    const next = writing.read(text);
    setDraft({ text, base: next });
    set(next, key);
  };
  return {
    shown: isMine ? draft.text : writing.write(value),
    type: (text) => {
      gesture.current ??= gestureOf(field);
      const key = gesture.current;
      setDraft({ text, base: value });
      soon.later(() => tell(text, key));
    },
    leave: () => {
      soon.now();
      setDraft(null);
      if (gesture.current === null) return;
      gesture.current = null;
      end();
    },
    onKeyDown: (event) => {
      // a command such as Run takes what was typed with it
      if (event.ctrlKey || event.metaKey) soon.now();
    },
  };
}

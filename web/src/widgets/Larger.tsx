import { type KeyboardEvent, type RefObject, useRef } from "react";
import { text } from "../text/index.ts";
import { Popup } from "../ui/Popup.tsx";
import type { usePopup } from "../ui/usePopup.ts";
import type { FieldProps } from "./field.ts";
import type { Typing } from "./useDraft.ts";

type Text = HTMLTextAreaElement | HTMLInputElement;

/** Ctrl+E goes into the larger field, and back: no command beside it hears the key. */
export function isLarger(event: KeyboardEvent): boolean {
  const is = (event.ctrlKey || event.metaKey) && !event.shiftKey && /^e$/i.test(event.key);
  if (is) event.preventDefault();
  return is;
}

interface Props {
  readonly field: FieldProps;
  readonly typing: Typing;
  /** The small field. */
  readonly own: RefObject<Text | null>;
  readonly large: ReturnType<typeof usePopup<HTMLButtonElement>>;
}

/** The same text with room to write, the caret where it was. */
export function Larger({ field: { label, port }, typing, own, large }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const close = () => {
    large.close();
    typing.leave();
  };
  const back = () => carry(area.current, own.current, close);
  const press = (event: KeyboardEvent) => {
    typing.onKeyDown(event);
    if (isLarger(event)) back();
  };
  return (
    <Popup
      anchor={large.anchor}
      label={text.widgets.larger(label)}
      className="value-larger-text"
      align="end"
      first={area}
      close={close}
    >
      <textarea
        ref={area}
        aria-label={label}
        placeholder={port.many ? text.widgets.oneEach : undefined}
        spellCheck={false}
        value={typing.shown}
        onFocus={({ currentTarget }) => mark(own.current, currentTarget)}
        onChange={(event) => typing.type(event.currentTarget.value)}
        onKeyDown={press}
      />
      <footer>
        <span>{label}</span>
        <button type="button" className="button" onClick={back}>
          {text.widgets.done}
        </button>
      </footer>
    </Popup>
  );
}

/** The focus goes back, with what is marked. */
function carry(from: Text | null, to: Text | null, close: () => void): void {
  close();
  to?.focus();
  mark(from, to);
}

const mark = (from: Text | null, to: Text | null): void =>
  to?.setSelectionRange(from?.selectionStart ?? 0, from?.selectionEnd ?? 0);

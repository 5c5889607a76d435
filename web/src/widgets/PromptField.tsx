import { Maximize2 } from "lucide-react";
import { type ChangeEvent, type KeyboardEvent, useRef } from "react";
import { text } from "../text/index.ts";
import { usePopup } from "../ui/usePopup.ts";
import type { FieldProps } from "./field.ts";
import { isLarger, Larger } from "./Larger.tsx";
import { useDraft } from "./useDraft.ts";
import { linesOf } from "./written.ts";

type Field = HTMLTextAreaElement | HTMLInputElement;

/** Text of one line or some, which can be edited in a larger field. Lists have a line for each. */
export function PromptField(field: FieldProps) {
  const { id, label, port, wrong, described } = field;
  const typing = useDraft(field);
  const large = usePopup<HTMLButtonElement>();
  const own = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const tall = linesOf(port) > 1;
  const Text = tall ? "textarea" : "input";
  const press = (event: KeyboardEvent<Field>) => {
    if (event.nativeEvent.isComposing) return;
    typing.onKeyDown(event);
    if (isLarger(event)) large.show();
    if (event.key === "Escape" || (event.key === "Enter" && !tall)) event.currentTarget.blur();
  };
  return (
    <span className={tall ? "value-prompt tall" : "value-prompt"}>
      <Text
        ref={own}
        id={id}
        className="value-text nodrag nopan"
        aria-label={label}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={described}
        title={wrong}
        placeholder={port.many && tall ? text.widgets.oneEach : undefined}
        spellCheck={false}
        autoComplete="off"
        value={typing.shown}
        onChange={(event: ChangeEvent<Field>) => typing.type(event.currentTarget.value)}
        onBlur={() => large.open || typing.leave()}
        onKeyDown={press}
      />
      <LargerButton label={label} button={large.button} />
      {large.open && <Larger {...{ field, typing, own, large }} />}
    </span>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly button: ReturnType<typeof usePopup<HTMLButtonElement>>["button"];
}

const LargerButton = ({ label, button }: ButtonProps) => (
  <button
    type="button"
    className="value-larger nodrag"
    aria-label={text.widgets.larger(label)}
    title={text.widgets.largerHint}
    {...button}
  >
    <Maximize2 size={11} aria-hidden />
  </button>
);

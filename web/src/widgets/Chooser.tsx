import type { KeyboardEvent, ReactNode } from "react";
import type { usePopup } from "../ui/usePopup.ts";
import type { FieldProps } from "./field.ts";
import { listIdOf } from "./Picker.tsx";

interface Props {
  readonly field: FieldProps;
  readonly popup: ReturnType<typeof usePopup<HTMLButtonElement>>;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** The button that shows what was chosen, and opens what there is to choose from. */
export function Chooser({ field, popup, title, children }: Props) {
  const { id, label, wrong, described } = field;
  const press = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    popup.show();
  };
  return (
    <button
      type="button"
      id={id}
      className="value-chooser nodrag nopan"
      role="combobox"
      aria-haspopup="listbox"
      aria-controls={popup.open ? listIdOf(id) : undefined}
      aria-label={label}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={described}
      title={wrong ?? title}
      onKeyDown={press}
      {...popup.button}
      aria-expanded={popup.open}
    >
      {children}
    </button>
  );
}

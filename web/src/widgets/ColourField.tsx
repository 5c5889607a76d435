import { type KeyboardEvent, useRef, useState } from "react";
import { text } from "../text/index.ts";
import { asColour, isColour } from "./colour.ts";
import { type FieldProps, gestureOf } from "./field.ts";

/** A colour: picked by eye, or written as #rrggbb. */
export function ColourField(field: FieldProps) {
  const { port, value } = field;
  const counts = String((value === undefined ? port.default : value) ?? "");
  return (
    <span className="value-colour">
      <Swatch field={field} counts={counts} />
      <Written field={field} counts={counts} />
    </span>
  );
}

interface Props {
  readonly field: FieldProps;
  readonly counts: string;
}

/** The browser's own picker: all that is tried in one visit is one step of undo. */
function Swatch({ field, counts }: Props) {
  const gesture = useRef<string | null>(null);
  const leave = () => {
    if (gesture.current === null) return;
    gesture.current = null;
    field.end();
  };
  return (
    <input
      type="color"
      className="nodrag"
      aria-label={text.widgets.colour(field.label)}
      title={text.widgets.colourHint}
      value={isColour(counts) ? counts.toLowerCase() : "#000000"}
      onChange={(event) => {
        gesture.current ??= gestureOf(field);
        field.set(event.currentTarget.value, gesture.current);
      }}
      onBlur={leave}
    />
  );
}

function Written({ field, counts }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const { id, label, wrong, described, set } = field;
  const keep = (typed: string) => {
    setDraft(null);
    if (typed.trim() !== counts) set(typed.trim() ? asColour(typed) : undefined);
  };
  const press = ({ key, currentTarget }: KeyboardEvent<HTMLInputElement>) => {
    if (key !== "Enter" && key !== "Escape") return;
    if (key === "Escape") currentTarget.value = counts;
    currentTarget.blur();
  };
  return (
    <input
      id={id}
      className="value-text nodrag nopan"
      aria-label={label}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={described}
      title={wrong}
      autoComplete="off"
      spellCheck={false}
      value={draft ?? counts}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={(event) => keep(event.currentTarget.value)}
      onKeyDown={press}
    />
  );
}

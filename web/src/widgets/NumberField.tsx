import { type CSSProperties, useId } from "react";
import { text } from "../text/index.ts";
import type { FieldProps } from "./field.ts";
import { part, rangeOf } from "./numbers.ts";
import { useScrub } from "./useScrub.ts";
import { useTyping, written } from "./useTyping.ts";

/** A number: drag it, type it, or count it up and down. One that has two ends shows how far it is. */
export function NumberField(field: FieldProps) {
  const { id, label, port, wrong, described } = field;
  const { draft, refused, handlers } = useTyping(field);
  const scrub = useScrub(field, type);
  const says = useId();
  const refusal = refused ? text.widgets.wrong.typed : undefined;
  const shown = draft ?? written(field);
  const empty = port.required ? text.widgets.notSet : text.widgets.none;
  return (
    <span
      className="value-number"
      data-dragging={scrub.dragging || undefined}
      data-auto={written(field) === text.widgets.auto || undefined}
      style={{ "--part": filled(field) } as CSSProperties}
    >
      <input
        id={id}
        className="nodrag nopan"
        role="spinbutton"
        {...PLAIN}
        aria-label={label}
        {...bounds(field)}
        aria-valuetext={shown || empty}
        aria-invalid={wrong || refused ? true : undefined}
        aria-describedby={refused ? says : described}
        title={refusal ?? wrong}
        placeholder={empty}
        value={shown}
        {...handlers}
        {...scrub.handlers}
      />
      {refusal && (
        <span id={says} hidden>
          {refusal}
        </span>
      )}
    </span>
  );
}

const PLAIN = { inputMode: "decimal", autoComplete: "off", spellCheck: false } as const;

function type(input: HTMLInputElement): void {
  input.focus();
  input.select();
}

function numberOf({ port, value }: FieldProps): number | undefined {
  const counts = value === undefined ? port.default : value;
  return typeof counts === "number" ? counts : undefined;
}

function bounds(field: FieldProps) {
  const { min, max } = rangeOf(field.port);
  return {
    "aria-valuenow": numberOf(field) ?? min ?? 0,
    "aria-valuemin": min ?? undefined,
    "aria-valuemax": max ?? undefined,
  };
}

function filled(field: FieldProps): number {
  const number = numberOf(field);
  if (number === undefined || field.port.widget?.type !== "Slider") return 0;
  return part(number, rangeOf(field.port)) ?? 0;
}

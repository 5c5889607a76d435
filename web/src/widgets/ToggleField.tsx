import { text } from "../text/index.ts";
import type { FieldProps } from "./field.ts";

/** On or off. */
export function ToggleField({ id, label, port, value, wrong, described, set }: FieldProps) {
  const on = (value === undefined ? port.default : value) === true;
  return (
    <button
      type="button"
      id={id}
      className="value-toggle nodrag"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-describedby={described}
      title={wrong}
      onClick={() => set(!on)}
    >
      <span className="value-toggle-track" aria-hidden />
      <span aria-hidden>{on ? text.widgets.on : text.widgets.off}</span>
    </button>
  );
}

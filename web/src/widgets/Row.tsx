import { RotateCcw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { alike } from "../store/alike.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { type FieldProps, home, isHome } from "./field.ts";

const RESET = new Set(["Slider", "Number", "Size", "Seed", "Choice", "Color", "Curve", "Toggle"]);

/** The name of an input, what is wrong with it, the way back to its default, and its control. */
export function Row({ children, ...field }: FieldProps & { readonly children: ReactNode }) {
  const { port, value, wrong, described } = field;
  const usual = value === undefined || alike(value, port.default);
  return (
    <div
      className="value-row nokey"
      data-kind={String(port.many ? "Prompt" : port.widget?.type)}
      data-set={!usual || undefined}
      data-wrong={wrong ? true : undefined}
    >
      <span className="value-name" title={port.help || undefined}>
        {label(port.name)}
      </span>
      <span className="value-signs">
        <Reset {...field} />
        {wrong && (
          <span className="value-wrong" title={wrong}>
            <TriangleAlert size={13} aria-hidden />
            <span id={described} hidden>
              {wrong}
            </span>
          </span>
        )}
      </span>
      {children}
    </div>
  );
}

/** By mouse and touch only: keys clear the field, which is the same. */
function Reset({ port, label: name, value, set }: FieldProps) {
  const has = RESET.has(String(port.widget?.type)) && !port.many && !port.required;
  if (!has || isHome(port, value)) return null;
  const words = text.widgets;
  return (
    <button
      type="button"
      className="value-reset nodrag"
      tabIndex={-1}
      aria-label={port.auto ? words.toAuto(name) : words.reset(name)}
      title={port.auto ? words.toAutoHint : words.resetHint}
      onClick={() => set(home(port))}
    >
      <RotateCcw size={12} aria-hidden />
    </button>
  );
}

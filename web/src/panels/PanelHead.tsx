import { X } from "lucide-react";
import type { ReactNode } from "react";
import { toggle } from "../store/ui.ts";
import { text } from "../text/index.ts";

interface Props {
  readonly title: string;
  readonly panel: "outline" | "log";
  readonly children?: ReactNode;
}

/** The head of a panel: its name, what can be done with it, and the way to close it. */
export function PanelHead({ title, panel, children }: Props) {
  return (
    <header className="panel-head">
      <h2>{title}</h2>
      {children}
      <button
        type="button"
        className="button bare"
        aria-label={text.panels.close}
        onClick={() => toggle(panel)}
      >
        <X size={16} aria-hidden />
      </button>
    </header>
  );
}

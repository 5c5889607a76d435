import type { ReactNode } from "react";
import { toggle } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Cross } from "../ui/Cross.tsx";

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
      <Cross name={text.panels.close} onClick={() => toggle(panel)} />
    </header>
  );
}

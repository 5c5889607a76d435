import { X } from "lucide-react";
import { stop } from "../store/running.ts";
import { text } from "../text/index.ts";

/** The cross on a run that waits or works. */
export function CancelRun({ run, title }: { readonly run: string; readonly title: string }) {
  const name = text.runs.cancel(title);
  return (
    <button
      type="button"
      className="button bare square"
      aria-label={name}
      title={name}
      onClick={() => void stop(run)}
    >
      <X size={14} aria-hidden />
    </button>
  );
}

import { stop } from "../store/running.ts";
import { text } from "../text/index.ts";
import { Cross } from "../ui/Cross.tsx";

/** The cross on a run that waits or works. */
export function CancelRun({ run, title }: { readonly run: string; readonly title: string }) {
  return <Cross name={text.runs.cancel(title)} onClick={() => void stop(run)} />;
}

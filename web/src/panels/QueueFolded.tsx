/** The one line that is left of what runs while the strip is folded. */
import { progressOf, runningOf } from "../store/order.ts";
import { useRuns } from "../store/runs.ts";
import { text } from "../text/index.ts";

export function QueueFolded() {
  const run = useRuns(({ runs }) => runs[runningOf(runs)[0] ?? ""]);
  if (!run) return null;
  const title = run.title || text.files.untitled;
  const at = progressOf(run);
  return (
    <span className="queue-folded">
      <span className="queue-name">{title}</span>
      {at && <progress value={at.step} max={at.of} aria-label={title} />}
      {at && <span className="dim">{text.runs.step(at.step, at.of)}</span>}
    </span>
  );
}

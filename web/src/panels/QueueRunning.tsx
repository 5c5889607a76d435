/** The runs at work: the live picture, how far they are, and a way to cancel each. */
import { progressOf } from "../store/order.ts";
import { type RunSeen, useRuns } from "../store/runs.ts";
import { text } from "../text/index.ts";
import { askFor, type OnMenu } from "../ui/useMenu.tsx";
import { CancelRun } from "./CancelRun.tsx";
import { runningRows } from "./queueMenus.ts";

const words = text.runs;

interface Props {
  readonly runs: readonly string[];
  readonly onMenu: OnMenu;
}

export function QueueRunning({ runs, onMenu }: Props) {
  return (
    <ul className="queue-part" aria-label={words.running}>
      {runs.map((run) => (
        <Running key={run} id={run} onMenu={onMenu} />
      ))}
    </ul>
  );
}

function Running({ id, onMenu }: { readonly id: string; readonly onMenu: OnMenu }) {
  const run = useRuns(({ runs }) => runs[id]);
  if (!run) return null;
  const title = run.title || text.files.untitled;
  const rows = () => runningRows(id);
  return (
    <li className="queue-card running" onContextMenu={(e) => onMenu(askFor(e, title, rows))}>
      {run.picture ? (
        <img className="queue-thumb" src={run.picture} alt={words.preview(title)} />
      ) : (
        <span className="queue-thumb" aria-hidden />
      )}
      <span className="queue-text">
        <span className="queue-name" title={title}>
          {title}
        </span>
        <How run={run} />
      </span>
      <CancelRun run={id} title={title} />
    </li>
  );
}

function How({ run }: { readonly run: RunSeen }) {
  const at = progressOf(run);
  const again = run.attempt > 1 ? ` · ${words.again(run.attempt)}` : "";
  if (!at) return <span className="dim">{words.starting + again}</span>;
  const left = at.secondsLeft === null ? null : words.left(words.duration(at.secondsLeft));
  const steps = words.step(at.step, at.of);
  return (
    <>
      <progress value={at.step} max={at.of} aria-label={run.title || text.files.untitled} />
      <span className="dim">{[steps, left].filter(Boolean).join(" · ") + again}</span>
    </>
  );
}

/** What can be done with a run in the queue or the history. */
import { isPicture } from "../store/album.ts";
import { openRun, repeatRun } from "../store/made.ts";
import { type Ended, forget } from "../store/past.ts";
import { move } from "../store/queue.ts";
import { stop } from "../store/running.ts";
import { useRuns } from "../store/runs.ts";
import { say, show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import type { Rows } from "../ui/rows.ts";

const words = text.runs;

export function moveBy(run: string, title: string, to: (at: number) => number): void {
  const { queue } = useRuns.getState();
  const place = Math.max(0, Math.min(queue.length - 1, to(queue.indexOf(run))));
  void move(run, place);
  say(words.moves.moved(title, place + 1));
}

export function waitingRows(run: string, title: string): Rows {
  const { queue } = useRuns.getState();
  const at = queue.indexOf(run);
  const unheard = at < 0;
  return [
    {
      label: words.moves.first,
      disabled: at <= 0,
      run: () => moveBy(run, title, () => 0),
    },
    { label: words.moves.up, disabled: at <= 0, run: () => moveBy(run, title, (now) => now - 1) },
    {
      label: words.moves.down,
      disabled: unheard || at === queue.length - 1,
      run: () => moveBy(run, title, (now) => now + 1),
    },
    null,
    { label: words.past.open, disabled: unheard, run: () => void openRun(run) },
    { label: words.moves.cancel, run: () => void stop(run) },
  ];
}

export function runningRows(run: string): Rows {
  return [
    { label: words.past.open, run: () => void openRun(run) },
    { label: words.moves.cancel, run: () => void stop(run) },
  ];
}

export function endedRows({ run, title, outputs }: Ended): Rows {
  const picture = outputs.findLast(isPicture);
  const shown = () => picture && show({ kind: "picture", asset: picture.asset, title });
  return [
    { label: words.past.show, disabled: !picture, run: shown },
    { label: words.past.open, run: () => void openRun(run) },
    { label: words.past.again, run: () => void repeatRun(run) },
    null,
    { label: words.past.forget, run: () => void forget(run) },
  ];
}

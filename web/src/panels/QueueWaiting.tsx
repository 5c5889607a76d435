/** The runs that wait, the next first: drawn or moved by keys to another place, and cancelled. */
import { GripVertical } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { movedTo } from "../store/order.ts";
import { move } from "../store/queue.ts";
import { stop } from "../store/running.ts";
import { useRuns } from "../store/runs.ts";
import { say } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { askFor, type OnMenu } from "../ui/useMenu.tsx";
import { CancelRun } from "./CancelRun.tsx";
import { type Held, useDrag } from "./queueDrag.ts";
import { moveBy, waitingRows } from "./queueMenus.ts";

const words = text.runs;
const SHOWN = 40;

interface Props {
  readonly runs: readonly string[];
  readonly onMenu: OnMenu;
}

export function QueueWaiting({ runs, onMenu }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const [held, hold] = useState<Held | null>(null);
  const order = (held ? movedTo(runs, held.run, held.to) : runs).slice(0, shown);
  return (
    <ol className="queue-part" aria-label={words.waitingList}>
      {order.map((run) => (
        <Waiting key={run} id={run} held={held} hold={hold} onMenu={onMenu} />
      ))}
      {runs.length > shown && (
        <li className="queue-card">
          <button type="button" className="button small" onClick={() => setShown(shown + SHOWN)}>
            {words.others(runs.length - shown)}
          </button>
        </li>
      )}
    </ol>
  );
}

interface WaitingProps {
  readonly id: string;
  readonly held: Held | null;
  readonly hold: (held: Held | null) => void;
  readonly onMenu: OnMenu;
}

function Waiting({ id, held, hold, onMenu }: WaitingProps) {
  const title = useRuns(({ runs }) => runs[id]?.title) || text.files.untitled;
  const heard = useRuns(({ runs }) => runs[id]?.state === "queued");
  const next = useRuns(({ queue }) => queue[0] === id);
  const drag = useDrag(id, heard, held, hold, (to) => {
    void move(id, to);
    say(words.moves.moved(title, to + 1));
  });
  const rows = () => waitingRows(id, title);
  const state = !heard ? words.asked : next ? words.next : words.isQueued;
  return (
    <li
      className={held?.run === id ? "queue-card held" : "queue-card"}
      onContextMenu={(event) => onMenu(askFor(event, title, rows))}
      tabIndex={-1}
      onKeyDown={(event) => pressed(event, id, title, heard)}
      {...drag}
    >
      <button
        type="button"
        className="queue-grip"
        aria-label={words.menu(title)}
        title={words.moves.hint}
        onClick={(event) => onMenu(askFor(event, title, rows))}
      >
        <GripVertical size={14} aria-hidden />
      </button>
      <span className="queue-text">
        <span className="queue-name" title={title}>
          {title}
        </span>
        <span className="dim">{state}</span>
      </span>
      <CancelRun run={id} title={title} />
    </li>
  );
}

function pressed(event: KeyboardEvent, id: string, title: string, heard: boolean): void {
  const to = {
    ArrowLeft: (at: number) => at - 1,
    ArrowRight: (at: number) => at + 1,
    Home: () => 0,
    End: () => Number.POSITIVE_INFINITY,
  }[event.key];
  if (event.key === "Delete") void stop(id);
  else if (to && heard) moveBy(id, title, to);
  else return;
  event.preventDefault();
}

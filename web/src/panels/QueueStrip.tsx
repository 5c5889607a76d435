/** The queue: what runs, what waits, and what has ended, from left to right. */
import { ChevronDown, ChevronUp, ListX, Pause, Play } from "lucide-react";
import type { UIEvent } from "react";
import { useShallow } from "zustand/shallow";
import { runningOf, waitingOf } from "../store/order.ts";
import { more } from "../store/past.ts";
import { clearQueue, setPaused } from "../store/queue.ts";
import { useRuns } from "../store/runs.ts";
import { toggle, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { aside } from "../ui/aside.ts";
import { useMenu } from "../ui/useMenu.tsx";
import { QueueEnded } from "./QueueEnded.tsx";
import { QueueFolded } from "./QueueFolded.tsx";
import { QueueRunning } from "./QueueRunning.tsx";
import { QueueSearch } from "./QueueSearch.tsx";
import { QueueWaiting } from "./QueueWaiting.tsx";

const words = text.runs;
const NEAR = 400; // pixels to the end, where the next page is asked for

export function QueueStrip() {
  const open = useUi((ui) => ui.queue);
  return (
    <section className={open ? "queue" : "queue folded"} aria-label={words.region}>
      <Head open={open} />
      {open && <Strip />}
    </section>
  );
}

function Head({ open }: { readonly open: boolean }) {
  const paused = useRuns((runs) => runs.paused);
  const waiting = useRuns(({ runs, queue }) => waitingOf(runs, queue).length);
  const Fold = open ? ChevronDown : ChevronUp;
  return (
    <header className="queue-head">
      <button
        type="button"
        className="button bare queue-title"
        aria-expanded={open}
        aria-label={open ? words.fold : words.unfold}
        onClick={() => toggle("queue")}
      >
        <Fold size={15} aria-hidden /> {words.queue}
      </button>
      {waiting > 0 && <span className="dim">{words.waiting(waiting)}</span>}
      {paused && <strong className="queue-paused">{words.paused}</strong>}
      {!open && <QueueFolded />}
      <span className="queue-tools">
        <button type="button" className="button bare small" onClick={() => void setPaused(!paused)}>
          {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}{" "}
          {paused ? words.resume : words.pause}
        </button>
        <button
          type="button"
          className="button bare small"
          title={words.clearHint}
          disabled={waiting === 0}
          onClick={() => void clearQueue()}
        >
          <ListX size={14} aria-hidden /> {words.clear}
        </button>
        <QueueSearch />
      </span>
    </header>
  );
}

function Strip() {
  const running = useRuns(useShallow(({ runs }) => runningOf(runs)));
  const waiting = useRuns(useShallow(({ runs, queue }) => waitingOf(runs, queue)));
  const { menu, ask } = useMenu();
  const scrolled = ({ currentTarget }: UIEvent<HTMLElement>) => {
    const { scrollLeft, clientWidth, scrollWidth } = currentTarget;
    if (scrollLeft + clientWidth > scrollWidth - NEAR) void more();
  };
  return (
    <div className="queue-strip" onScroll={scrolled} onWheel={aside}>
      {running.length > 0 && <QueueRunning runs={running} onMenu={ask} />}
      {waiting.length > 0 && <QueueWaiting runs={waiting} onMenu={ask} />}
      <QueueEnded idle={running.length + waiting.length === 0} onMenu={ask} />
      {menu}
    </div>
  );
}

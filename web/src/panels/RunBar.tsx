/** Run and Stop, with what a run would take and what stands against it. */
import { ChevronDown, CircleAlert, Play, Square } from "lucide-react";
import { useChecks } from "../store/checks.ts";
import { keysFor } from "../store/commands/index.ts";
import { useTab } from "../store/documents.ts";
import { goToNode } from "../store/going.ts";
import { toldOf } from "../store/order.ts";
import { run, runToStop, stop } from "../store/running.ts";
import { useRuns } from "../store/runs.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { show, toast } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { withKeys } from "../ui/Chord.tsx";
import { Menu } from "../ui/Menu.tsx";
import { type Rows, rowOf } from "../ui/rows.ts";

const words = text.runs;
const TIMES = [2, 4, 8];

export function RunBar() {
  return (
    <div className="run-bar">
      <Estimate />
      <Problems />
      <div className="run-split">
        <button
          type="button"
          className="button primary run"
          title={withKeys(words.run, keysFor("run"))}
          onClick={() => run()}
        >
          <Play size={15} aria-hidden fill="currentColor" /> {words.run}
        </button>
        <Menu rows={runRows} label={words.more} className="button primary run-more">
          <ChevronDown size={15} aria-hidden />
        </Menu>
      </div>
      <Stop />
    </div>
  );
}

function Stop() {
  useTab(({ key }) => key); // which run Stop means hangs on the tab too
  const can = useRuns(() => runToStop() !== undefined);
  return (
    <button
      type="button"
      className="button stop"
      disabled={!can}
      title={withKeys(words.stop, keysFor("stop"))}
      onClick={() => void stop()}
    >
      <Square size={13} aria-hidden fill="currentColor" /> {words.stop}
    </button>
  );
}

function runRows(): Rows {
  const { runOnChange } = useSettings.getState();
  return [
    ...TIMES.map((times) => ({ label: words.times(times), run: () => run({ times }) })),
    { label: words.timesOwn, run: () => show({ kind: "times" }) },
    null,
    rowOf("run-next"),
    rowOf("run-here"),
    null,
    rowOf("run-on-change", {
      checked: runOnChange,
      run: () => prefer({ runOnChange: !runOnChange }),
    }),
  ];
}

function Estimate() {
  const estimate = useChecks((checks) => checks.estimate);
  const wrong = useChecks((checks) => checks.problems.length > 0);
  if (!estimate || wrong) return null;
  const { seconds, bytes, unknown } = estimate;
  if (seconds === null) {
    return (
      <span className="estimate" title={words.unknownHint(unknown.slice(0, 8).join(", "))}>
        {words.unknown}
      </span>
    );
  }
  return (
    <span className="estimate" title={words.estimateHint}>
      {words.about(seconds, bytes)}
    </span>
  );
}

function Problems() {
  const first = useChecks((checks) => checks.problems[0]);
  const count = useChecks((checks) => checks.problems.length);
  if (!first) return null;
  const { node } = first;
  const said = toldOf(first);
  return (
    <button
      type="button"
      className="button small bad problems"
      title={`${said} ${words.problemsHint}`}
      onClick={() => (node === null ? toast(said, "bad") : void goToNode(node))}
    >
      <CircleAlert size={15} aria-hidden /> {words.problems(count)}
    </button>
  );
}

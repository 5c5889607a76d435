/** Run and stop. */
import { activeTab } from "../documents.ts";
import { run, runToStop, stop } from "../running.ts";
import type { Command } from "./command.ts";

/** In a body the node that holds it is what can be run to. */
function runHere(): void {
  const { path, selected } = activeTab();
  run({ targets: path[0] === undefined ? [...selected] : [path[0]] });
}

export const RUN: readonly Command[] = [
  { id: "run", group: "run", keys: "Mod+Enter", run: () => run() },
  { id: "run-next", group: "run", keys: "Mod+Shift+Enter", run: () => run({ front: true }) },
  {
    id: "run-here",
    group: "run",
    keys: "Shift+Enter",
    can: () => activeTab().selected.size > 0,
    run: runHere,
  },
  {
    id: "stop",
    group: "run",
    keys: "Mod+Alt+Enter",
    can: () => runToStop() !== undefined,
    run: () => void stop(),
  },
];

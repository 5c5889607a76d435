/** Run on change: once nodes were changed, nothing is wrong and nothing of the workflow runs. */
import { useChecks } from "./checks.ts";
import { activeTab, useDocuments } from "./documents.ts";
import { ranLast, run } from "./running.ts";
import { isOpen, useRuns } from "./runs.ts";
import { useSettings } from "./settings.ts";

const AFTER = 400; // ms without another change
let timer = 0;
/** The nodes as they ran or were met last, and the tab they are of. */
let known = { key: "", nodes: activeTab().history.now.nodes };

function look(): void {
  clearTimeout(timer);
  const { key, history } = activeTab();
  const { runOnChange } = useSettings.getState();
  if (!runOnChange || key !== known.key || history.now.nodes === ranLast(key)) {
    known = { key, nodes: history.now.nodes };
    return;
  }
  if (history.now.nodes !== known.nodes) timer = window.setTimeout(runIfWhole, AFTER);
}

/** What was checked must be what is there: the answer to the last change comes here again. */
function runIfWhole(): void {
  const tab = activeTab();
  const { of, problems } = useChecks.getState();
  const { nodes } = tab.history.now;
  if (tab.key !== known.key || nodes === known.nodes) return;
  if (of?.nodes !== nodes || problems.length || Object.keys(nodes).length === 0) return;
  const own = useRuns.getState().runs[tab.run ?? ""];
  if (own && isOpen(own.state)) return; // its end comes here again
  run();
}

useDocuments.subscribe(({ tabs, active }, before) => {
  if (tabs !== before.tabs || active !== before.active) look();
});
useChecks.subscribe(({ of }, before) => of !== before.of && look());
useSettings.subscribe(({ runOnChange }, before) => runOnChange !== before.runOnChange && look());
useRuns.subscribe(({ runs }, before) => {
  const own = activeTab().run ?? "";
  if (runs[own]?.state !== before.runs[own]?.state) look();
});

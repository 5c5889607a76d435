/** Run and stop. A run is seen as asked for at once; a line that is cut only delays it. */
import type { Refused } from "../api/line.ts";
import type { Workflow } from "../graph/document.ts";
import { counting, rolled } from "../graph/seeds.ts";
import { text } from "../text/index.ts";
import { kinds } from "./catalogue.ts";
import { line, onEvent, onOpen } from "./connection.ts";
import { activeTab, changeTab, editWorkflow, endGesture } from "./documents.ts";
import { goToNode } from "./going.ts";
import { toldOf, toStop } from "./order.ts";
import { askRun, changeRun, isOpen, put, type RunSeen, useRuns } from "./runs.ts";
import { asDocument } from "./saving.ts";
import { titleOf } from "./shelf.ts";
import { say, toast } from "./ui.ts";
import {
  forgetStop,
  remember,
  rememberStop,
  type Submission,
  settle,
  stopsLeft,
  submissions,
  tabOfRun,
} from "./unheard.ts";
import { uuid } from "./uuid.ts";

export interface How {
  /** Nodes to work out, by their ids in the workflow; all that save or show something without. */
  readonly targets?: readonly string[];
  readonly front?: boolean;
  readonly times?: number;
}

const ran = new Map<string, Workflow["nodes"]>();

/** The nodes of a tab as they were run last. */
export const ranLast = (tab: string): Workflow["nodes"] | undefined => ran.get(tab);

export function run({ targets, front = false, times = 1 }: How = {}): void {
  endGesture();
  const before = activeTab().history.now;
  for (let count = 0; count < times; count++) {
    editWorkflow((workflow) => rolled(workflow), "run"); // of one press, one step back
    const { key, history } = activeTab();
    ran.set(key, history.now.nodes);
    const chosen = targets ? [...targets] : null;
    const submission = { id: uuid(), tab: key, workflow: history.now, targets: chosen, front };
    const shown = useRuns.getState().runs[activeTab().run ?? ""];
    remember(submission);
    seen(submission, titleOf(activeTab()));
    if (!shown || !isOpen(shown.state)) changeTab(key, (tab) => ({ ...tab, run: submission.id }));
    void submit(submission);
  }
  endGesture();
  say(text.runs.queued);
  if (times > 1 && activeTab().history.now === before) tellSame({ targets, front, times });
}

/** Several runs of one graph are one picture, unless a seed changes. */
function tellSame(how: How): void {
  const { history, key } = activeTab();
  const counted = counting(history.now, kinds());
  const again = () => {
    if (activeTab().key !== key) return;
    editWorkflow((now) => counting(now, kinds()), "run");
    run(how);
  };
  const more = counted === history.now ? undefined : { title: text.runs.countSeeds, run: again };
  toast(text.runs.sameSeeds, "plain", more);
}

/** Queue what a run ran once more, as it was. */
export function runAgain(workflow: Workflow, targets: string[] | null, title: string): void {
  const submission = { id: uuid(), tab: "", workflow, targets, front: false };
  remember(submission);
  seen(submission, title);
  void submit(submission);
}

function seen({ id, workflow }: Submission, title: string): void {
  const blank = { seconds: null, attempt: 0, outputs: [], error: null, nodes: {} };
  put({ ...blank, run: id, title, workflow, state: "asked", queuedAt: Date.now() / 1000 });
}

/** Those the server was asked for and has not answered. */
const asking = new Set<string>();

async function submit({ id, workflow, targets, front }: Submission): Promise<void> {
  asking.add(id);
  try {
    await line.call("runs.submit", { id, workflow: asDocument(workflow), targets, front });
    settle(id);
  } catch (error) {
    const refused = error as Refused;
    if (refused.code === "away") return;
    settle(id);
    refuse(id, refused);
  } finally {
    asking.delete(id);
    if (stopsLeft().includes(id)) void cancel(id);
  }
}

function refuse(run: string, { message, problems }: Refused): void {
  const [first] = problems;
  const error = first ?? { node: null, port: null, message, fix: null };
  changeRun(run, (seen) => ({ ...seen, state: "failed", error }));
  const { node } = error;
  const there = node !== null && tabOfRun(run) === activeTab().key;
  const jump = there ? { title: text.runs.showProblem, run: () => void goToNode(node) } : undefined;
  toast(text.runs.notBegun(toldOf(error)), "bad", jump);
}

// ── stopping ──────────────────────────────────────────────────────────────────────────────────────

const isOfSeen = (run: string): boolean =>
  run === activeTab().run || tabOfRun(run) === activeTab().key;

/** The run that Stop means now. */
export const runToStop = (): string | undefined => toStop(useRuns.getState().runs, isOfSeen);

export async function stop(id = runToStop()): Promise<void> {
  if (!id) return;
  if (submissions().some((one) => one.id === id)) changeRun(id, cancelled);
  settle(id);
  rememberStop(id);
  say(text.runs.stopping);
  await cancel(id);
}

const cancelled = (seen: RunSeen): RunSeen =>
  seen.state === "asked" ? { ...seen, state: "cancelled" } : seen;

async function cancel(run: string): Promise<void> {
  if (asking.has(run)) return; // the server may not know of it yet: once it has answered
  try {
    await line.call("runs.cancel", { run });
    forgetStop(run);
  } catch (error) {
    const { code, message } = error as Refused;
    if (code === "away") return; // it is stopped with the next line
    forgetStop(run);
    // never heard of there: it was not sent yet
    if (code === "not_found") return changeRun(run, cancelled);
    toast(message, "bad");
  }
}

for (const submission of submissions()) seen(submission, submission.workflow.title ?? "");

onOpen(() => {
  for (const run of stopsLeft()) void cancel(run);
  // an answer that was lost may be of a run that has come to its end since
  for (const one of submissions()) void submit(one).then(() => askRun(one.id));
});
/** Of several runs of a workflow the one at work is shown. */
onEvent((event) => {
  if (event.kind !== "run_started") return;
  const key = tabOfRun(event.run);
  if (key) changeTab(key, (tab) => (tab.run === event.run ? tab : { ...tab, run: event.run }));
});

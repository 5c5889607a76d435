/** What the server says of the workflow that is seen, before it runs: asked after every change. */
import { create } from "zustand";
import type { Refused } from "../api/line.ts";
import type { Checked, Estimate, Trouble } from "../api/messages.ts";
import type { Workflow } from "../graph/document.ts";
import { neededIn } from "../graph/needed.ts";
import { kinds, useCatalogue } from "./catalogue.ts";
import { line, onEvent, onOpen } from "./connection.ts";
import { activeTab, useDocuments } from "./documents.ts";

interface Checks {
  /** The workflow this is about, null before there was an answer. */
  readonly of: Workflow | null;
  readonly problems: readonly Trouble[];
  readonly notices: readonly Trouble[];
  /** By "NODE.OUTPUT", in a body by "loop/step.OUTPUT". */
  readonly facts: Checked["facts"];
  readonly reused: ReadonlySet<string>;
  readonly estimate: Estimate | null;
  /** Nodes of the workflow that something which saves or shows hangs on. */
  readonly needed: ReadonlySet<string>;
}

const NOTHING: Omit<Checks, "of"> = {
  problems: [],
  notices: [],
  facts: {},
  reused: new Set(),
  estimate: null,
  needed: new Set(),
};
const AFTER = 150; // ms without another change
const LATER = new Set(["away", "unavailable"]);

export const useChecks = create<Checks>(() => ({ of: null, ...NOTHING }));

let timer = 0;
let asked = 0;

export function checkSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void check(), AFTER);
}

async function check(): Promise<void> {
  const workflow = activeTab().history.now;
  const number = ++asked;
  if (Object.keys(workflow.nodes).length === 0) {
    useChecks.setState({ of: workflow, ...NOTHING });
    return;
  }
  try {
    const document = workflow as unknown as Record<string, unknown>;
    const { reused, ...said } = await line.call("workflows.check", { workflow: document });
    if (number !== asked) return;
    const needed = neededIn(workflow, kinds());
    useChecks.setState({ of: workflow, ...said, reused: new Set(reused), needed });
  } catch (error) {
    // away or busy: what is known stays, and the next change or line asks again
    const { code } = error as Refused;
    if (number === asked && !LATER.has(code)) useChecks.setState({ of: null, ...NOTHING });
  }
}

let seen = { key: "", nodes: {} as Workflow["nodes"] };
useDocuments.subscribe(() => {
  const { key, history } = activeTab();
  const { nodes } = history.now;
  if (nodes === seen.nodes) return; // places and frames change nothing of what runs
  // of another tab nothing is known yet, and what is there may have the same names
  if (key !== seen.key) useChecks.setState({ of: null, ...NOTHING });
  seen = { key, nodes };
  checkSoon();
});
useCatalogue.subscribe(checkSoon);
onOpen(checkSoon);
onEvent(({ kind }) => {
  if (kind === "run_finished" || kind === "run_failed" || kind === "run_cancelled") checkSoon();
});

/** The problems of a node and of what is inside it, by its path. */
export function troubleAt(problems: readonly Trouble[], path: string): Trouble | undefined {
  return (
    problems.find((one) => one.node === path) ??
    problems.find((one) => one.node?.startsWith(`${path}/`))
  );
}

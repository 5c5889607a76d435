/** The way back from a picture to what made it. */
import { workflowIn } from "../api/http.ts";
import { Refused } from "../api/line.ts";
import type { Workflow } from "../graph/document.ts";
import { text } from "../text/index.ts";
import { type Made, picturesOf, seedOf } from "./album.ts";
import { copyText } from "./clipboard.ts";
import { line } from "./connection.ts";
import { openTab } from "./documents.ts";
import { tried } from "./files.ts";
import { usePast } from "./past.ts";
import { asWorkflow } from "./reading.ts";
import { runAgain } from "./running.ts";
import { useRuns } from "./runs.ts";
import { toast } from "./ui.ts";

/** What is known here of a picture: from the history, else from runs that were seen. */
export function pictureBy(asset: string, title: string): Made {
  const known = picturesOf(usePast.getState().runs).find((one) => one.asset === asset);
  if (known) return known;
  const name = `${title || asset.slice(0, 8)}.png`;
  for (const { run, nodes } of Object.values(useRuns.getState().runs)) {
    const node = Object.keys(nodes).find((id) => nodes[id]?.assets?.includes(asset));
    if (node) return { asset, name, title, run, node };
  }
  return { asset, name, title };
}

interface Whole {
  readonly workflow: Workflow;
  readonly targets: string[] | null;
  readonly title: string;
}

async function whole(run: string): Promise<Whole> {
  const { workflow, targets, title } = await line.call("runs.get", { run });
  return { workflow: readable(workflow), targets, title };
}

function readable(document: Record<string, unknown>): Workflow {
  const read = asWorkflow(document);
  if ("workflow" in read) return read.workflow;
  throw new Refused(text.files.cannotRead, "malformed");
}

/** Of a picture whose run is not known here, what is written inside it. */
const workflowOf = async ({ asset, run }: Made): Promise<Workflow> =>
  run ? (await whole(run)).workflow : readable(await workflowIn(asset));

export const openWorkflowOf = (picture: Made): Promise<boolean> =>
  tried(async () => openTab(await workflowOf(picture)));

export const openRun = (run: string): Promise<boolean> =>
  tried(async () => openTab((await whole(run)).workflow, { run }));

export const repeatRun = (run: string): Promise<boolean> =>
  tried(async () => {
    const { workflow, targets, title } = await whole(run);
    runAgain(workflow, targets, title);
  });

export const copySeed = (picture: Made): Promise<boolean> =>
  tried(async () => {
    const seed = seedOf(await workflowOf(picture), picture.node ?? "");
    if (seed === undefined) return toast(text.runs.noSeed);
    await copyText(String(seed));
    toast(text.runs.seedCopied(seed), "good");
  });

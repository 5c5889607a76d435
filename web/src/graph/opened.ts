/** A workflow as it is opened: what is drawn in it may come from anywhere. */
import type { Body, Level, Workflow } from "./document.ts";
import { cleaned } from "./drawn.ts";

/** Without what is drawn for what is not there, in every body; the same where all is well. */
export const cleanedAll = (workflow: Workflow): Workflow => cleanedIn(workflow) as Workflow;

function cleanedIn(level: Level): Level {
  let nodes = level.nodes;
  for (const [id, entry] of Object.entries(level.nodes)) {
    if (!entry.body) continue;
    const body = cleanedIn(entry.body) as Body;
    if (body !== entry.body) nodes = { ...nodes, [id]: { ...entry, body } };
  }
  return cleaned(nodes === level.nodes ? level : { ...level, nodes });
}

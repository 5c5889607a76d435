/** What a run of a workflow works out: what saves or shows something, and all that it hangs on. */
import type { Workflow } from "./document.ts";
import { type Kinds, shapeOf } from "./kinds.ts";
import { reach } from "./wires.ts";

export function neededIn(workflow: Workflow, kinds: Kinds): Set<string> {
  const ends = Object.entries(workflow.nodes).filter(
    ([id, entry]) => entry.mode !== "mute" && shapeOf(workflow, id, kinds)?.effect,
  );
  return reach(
    workflow,
    ends.map(([id]) => id),
    "from",
  );
}

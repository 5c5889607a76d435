/** Outputs that a body lost: what hung on them outside lets go, so that no wire ends at nothing. */
import type { Body, Workflow } from "./document.ts";
import { cleaned } from "./drawn.ts";
import { changeAt, levelAt, type Path } from "./levels.ts";
import { rewiredAll } from "./rewire.ts";

const outputsAt = (workflow: Workflow, path: Path): readonly string[] =>
  Object.keys((levelAt(workflow, path) as Body | undefined)?.outputs ?? {});

/** The workflow after a change of the body at a path, let go of level by level to the top. */
export function lettingGo(before: Workflow, after: Workflow, path: Path): Workflow {
  let next = after;
  for (let at: Path = path; at.length > 0; at = at.slice(0, -1)) {
    const there = new Set(outputsAt(next, at));
    const gone = outputsAt(before, at).filter((name) => !there.has(name));
    if (!gone.length) break;
    const lost = new Set(gone.map((name) => `${at.at(-1)}.${name}`));
    next = changeAt(next, at.slice(0, -1), (outer) =>
      cleaned(rewiredAll(outer, (source) => (lost.has(source) ? [] : [source]))),
    );
  }
  return next;
}

/** What a card asks about its node: its run, its problem, what will become of it. */
import { pathTo } from "../graph/levels.ts";
import { troubleAt, useChecks } from "../store/checks.ts";
import { useTab } from "../store/documents.ts";
import { type NodeRun, useRuns } from "../store/runs.ts";

/** `loop/step` of a node at the level that is seen. */
export const useNodePath = (id: string): string => useTab((tab) => pathTo(tab.path, id));

export function useNodeRun(path: string): NodeRun | undefined {
  const run = useTab((tab) => tab.run);
  return useRuns(({ runs }) => (run ? runs[run]?.nodes[path] : undefined));
}

/** What is wrong with a node: what its last run said, as long as nothing was changed since, else
 * what the newest check says. */
export function useTrouble(path: string) {
  const run = useTab((tab) => tab.run);
  const error = useRuns(({ runs }) => (run ? runs[run]?.error : undefined));
  const ran = useRuns(({ runs }) => (run ? runs[run]?.workflow?.nodes : undefined));
  // whether, not what: a card is not drawn anew for each change of another
  const unchanged = useTab((tab) => tab.history.now.nodes === ran);
  const found = useChecks(({ problems }) => troubleAt(problems, path));
  return found ?? (error && unchanged ? troubleAt([error], path) : undefined);
}

/** Whether it would run now, or its earlier result would be used. */
export function useWill(path: string): "run" | "reuse" | "" {
  return useChecks(({ reused, needed }) => {
    if (reused.has(path)) return "reuse";
    return needed.has(path.split("/")[0] ?? "") ? "run" : "";
  });
}

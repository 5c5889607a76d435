/** Two versions of one workflow: what becomes of a tab. Nothing of either is lost. */
import type { SavedWithWorkflow } from "../api/messages.ts";
import type { Workflow } from "../graph/document.ts";
import { commit } from "../graph/history.ts";
import { cleanedAll } from "../graph/opened.ts";
import { type Tab, withHistory } from "./documents.ts";

export type Choice = "mine" | "theirs" | "both";

const QUIET = { saving: "saved", trouble: null } as const;

/**
 * `theirs` can be undone; `mine` is saved over theirs, which stays as an earlier revision; `both`
 * gives mine the other name. Where the tab is then not what is `stored`, it has to be saved.
 */
export function chosen(tab: Tab, newest: SavedWithWorkflow, choice: Choice, other: string): Tab {
  const theirs = cleanedAll(newest.workflow as unknown as Workflow);
  const { name, revision } = newest;
  switch (choice) {
    case "theirs": {
      const shown = withHistory(tab, commit(tab.history, theirs));
      return { ...shown, ...QUIET, name, revision, stored: theirs };
    }
    case "mine":
      return { ...tab, ...QUIET, name, revision, stored: theirs };
    case "both":
      return { ...tab, ...QUIET, name: other, revision: 0, stored: theirs };
  }
}

/** What happens when the page is opened: come in, bring back what was open, or begin with an example. */

import { logIn } from "../api/http.ts";
import { isIn, Refused } from "../api/line.ts";
import { line, onOpen, useConnection } from "./connection.ts";
import { activeTab, useDocuments } from "./documents.ts";
import { bringBack } from "./drafts.ts";
import { FIRST, openExample } from "./examples.ts";
import { openLink } from "./link.ts";
import "./folds.ts";
import "./rerun.ts";
import "./telling.ts";

export { openExample } from "./examples.ts";

/** The code and the graph that a link brings, taken out of the address: it is nobody else's to see. */
function brought(): { code: string | null; graph: string | null } {
  const said = new URLSearchParams(location.hash.slice(1));
  const [code, graph] = [said.get("code"), said.get("graph")];
  if (code ?? graph) history.replaceState(null, "", location.pathname + location.search);
  return { code, graph };
}

export async function start(): Promise<void> {
  const { code, graph } = brought();
  const [inside, back] = await Promise.all([
    comeIn(code),
    bringBack().catch(() => false), // the browser keeps nothing for this page
  ]);
  if (graph) await openLink(`#graph=${graph}`);
  if (!back && !graph) beginWith(FIRST);
  if (inside) line.connect();
  else useConnection.setState({ state: "outside" });
}

/** A code works once: who came in by it before has the cookie. */
async function comeIn(code: string | null): Promise<boolean> {
  if (code === null) return true; // the line will tell
  const done = await logIn(code).then(
    () => true,
    () => false,
  );
  return done || (await isIn());
}

/** Of a link or its code. What is wrong with it, in a sentence, or null where all is well. */
export async function enter(said: string): Promise<string | null> {
  const code = said.split("#code=").pop()?.trim() ?? "";
  try {
    await logIn(code);
    line.connect();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** With the first line, unless something was opened until then. */
function beginWith(example: string): void {
  let begun = false;
  onOpen(() => {
    const { tabs } = useDocuments.getState();
    const untouched = tabs.length === 1 && Object.keys(activeTab().history.now.nodes).length === 0;
    if (!begun && untouched) void openExample(example);
    begun = true;
  });
}

window.addEventListener("hashchange", () => {
  const { code, graph } = brought();
  if (graph) void openLink(`#graph=${graph}`);
  if (code && useConnection.getState().state === "outside") void enter(code);
});
const wake = () => document.hidden || line.wake();
window.addEventListener("online", wake);
document.addEventListener("visibilitychange", wake);

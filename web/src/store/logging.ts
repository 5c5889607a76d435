/** What is written into the log: runs, the line to the server, saving, and the editor's own failures. */
import type { ServerEvent } from "../api/messages.ts";
import { text } from "../text/index.ts";
import { useCatalogue } from "./catalogue.ts";
import { onEvent, useConnection } from "./connection.ts";
import { useDocuments } from "./documents.ts";
import { note, useLog } from "./log.ts";
import { useKeeping } from "./settings.ts";
import { useUi } from "./ui.ts";

const words = text.panels.log;

function hear(event: ServerEvent): void {
  if (event.kind === "run_failed") {
    note("bad", event.message, { run: event.run, ...(event.node && { node: event.node }) });
  } else if (event.kind === "node_notice") {
    note("warn", event.message, { run: event.run, node: event.node });
  } else if (event.kind === "run_finished") {
    note("good", words.runDone(event.seconds), { run: event.run });
  } else if (event.kind === "run_cancelled") note("plain", words.runCancelled, { run: event.run });
}

onEvent(hear);
useConnection.subscribe(({ state, met }, before) => {
  if (state === before.state) return;
  if (state === "cut" && before.state === "open") note("warn", words.cut);
  if (state === "open") note("plain", before.met && met ? words.back : words.open);
  if (state === "outside") note("bad", words.outside);
});
useUi.subscribe(({ toasts }, { toasts: before }) => {
  const known = useLog.getState().list.at(-1)?.text;
  for (const toast of toasts) {
    if (!before.includes(toast) && toast.text !== known) note(toast.tone, toast.text);
  }
});
useDocuments.subscribe(({ tabs }, { tabs: before }) => {
  for (const { key, name, trouble } of tabs) {
    const was = before.find((tab) => tab.key === key)?.trouble;
    if (trouble && trouble !== was) note("bad", words.notSaved(name, trouble));
  }
});
useKeeping.subscribe(({ trouble }, before) => {
  if (trouble && trouble !== before.trouble) note("bad", trouble);
});
useCatalogue.subscribe(({ problems }, before) => {
  if (problems === before.problems) return;
  for (const { node, message } of problems) note("bad", node ? `${node}: ${message}` : message);
});
window.addEventListener("error", ({ message }) => {
  // the browser says so when sizes settle a frame later: nothing is wrong
  if (!message.startsWith("ResizeObserver")) note("bad", words.broke(message));
});
window.addEventListener("unhandledrejection", ({ reason }) =>
  note("bad", words.broke(reason instanceof Error ? reason.message : String(reason))),
);

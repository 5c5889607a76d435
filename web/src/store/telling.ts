/** Whoever hears the page is told how a run of it goes: that it works, each quarter, and its end. */
import type { ServerEvent } from "../api/messages.ts";
import { text } from "../text/index.ts";
import { onEvent } from "./connection.ts";
import { toldOf } from "./order.ts";
import { say } from "./ui.ts";
import { tabOfRun } from "./unheard.ts";

const words = text.runs.told;
const QUARTER = 25; // per cent
let told = "";

function hear(event: ServerEvent): void {
  if (!("run" in event) || tabOfRun(event.run) === undefined) return;
  switch (event.kind) {
    case "run_started":
      return say(words.begun);
    case "node_progress":
      return progress(event);
    case "run_finished":
      return say(words.done(text.runs.duration(event.seconds)));
    case "run_cancelled":
      return say(words.stopped);
    case "run_failed":
      return say(words.failed(toldOf(event)));
  }
}

/** Not of each turn of a body: that would never end. */
function progress(event: Extract<ServerEvent, { kind: "node_progress" }>): void {
  const { run, node, step, of, iteration } = event;
  const part = Math.floor((100 * step) / of / QUARTER) * QUARTER;
  const place = `${run} ${node} ${part}`;
  if (iteration !== null || part <= 0 || part >= 100 || place === told) return;
  told = place;
  say(words.part(part));
}

onEvent(hear);

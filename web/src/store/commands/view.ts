/** Where one looks, and what is open beside it. */
import { text } from "../../text/index.ts";
import { isDark } from "../appearance.ts";
import { camera } from "../camera.ts";
import { activeTab, level } from "../documents.ts";
import { prefer, useSettings } from "../settings.ts";
import { say, show, toggle } from "../ui.ts";
import type { Command } from "./command.ts";
import { VIEWS } from "./views.ts";

function addAtPointer(): void {
  const at = camera().pointer();
  show({ kind: "add", adding: { at, screen: camera().toScreen(at) } });
}

/** Help for what is selected; the list of all nodes where that is nothing, or several. */
function help(): void {
  const [id, ...more] = activeTab().selected;
  const entry = id === undefined || more.length ? undefined : level().nodes[id];
  show(entry ? { kind: "help", type: entry.type } : { kind: "help" });
}

function flip(name: "minimap" | "snap" | "previews" | "runOnChange"): void {
  const on = !useSettings.getState()[name];
  prefer({ [name]: on });
  say(text.panels.settings.switched(text.panels.settings[name], on));
}

export const VIEW: readonly Command[] = [
  { id: "palette", group: "view", keys: "Mod+K", run: () => show({ kind: "palette" }) },
  { id: "add", group: "node", keys: "Space Shift+A", run: addAtPointer },
  {
    id: "fit",
    group: "view",
    keys: "F .",
    run: () => camera().fit([...activeTab().selected]),
  },
  { id: "zoom-in", group: "view", keys: "+", run: () => camera().zoom(1.25) },
  { id: "zoom-out", group: "view", keys: "-", run: () => camera().zoom(0.8) },
  { id: "find", group: "view", keys: "Mod+F", run: () => show({ kind: "find" }) },
  { id: "outline", group: "view", keys: "Mod+Shift+O", run: () => toggle("outline") },
  { id: "queue", group: "view", keys: "Q", run: () => toggle("queue") },
  { id: "log", group: "view", keys: "Mod+J", run: () => toggle("log") },
  { id: "minimap", group: "view", keys: "Shift+M", run: () => flip("minimap") },
  { id: "snap", group: "view", run: () => flip("snap") },
  { id: "previews", group: "run", run: () => flip("previews") },
  { id: "run-on-change", group: "run", run: () => flip("runOnChange") },
  { id: "theme", group: "view", run: () => prefer({ theme: isDark() ? "light" : "dark" }) },
  { id: "settings", group: "view", keys: "Mod+,", run: () => show({ kind: "settings" }) },
  { id: "keys", group: "view", keys: "?", run: () => show({ kind: "keys" }) },
  { id: "help", group: "view", keys: "F1", run: help },
  { id: "all-nodes", group: "view", keys: "Shift+F1", run: () => show({ kind: "help" }) },
  ...VIEWS,
];

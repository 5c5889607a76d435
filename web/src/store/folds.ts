/** Which panels were open, remembered in the browser. */
import { useUi } from "./ui.ts";

const KEY = "latentwire.panels";
const NAMES = ["queue", "outline", "log"] as const;

function left(): Partial<Record<(typeof NAMES)[number], boolean>> {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return Object.fromEntries(
      NAMES.flatMap((n) => (typeof found[n] === "boolean" ? [[n, found[n]]] : [])),
    );
  } catch {
    return {};
  }
}

useUi.setState(left());
useUi.subscribe((ui, before) => {
  if (NAMES.every((name) => ui[name] === before[name])) return;
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(NAMES.map((n) => [n, ui[n]]))));
  } catch {
    // the browser gives no more room: then they are as usual the next time
  }
});

/** A workflow as a file of its own. */
import { text } from "../text/index.ts";
import { line } from "./connection.ts";
import { activeTab } from "./documents.ts";
import { isDirty, save } from "./saving.ts";
import { titleOf } from "./shelf.ts";
import { toast } from "./ui.ts";

/** As the server has it where it can be asked; as it is here where not. */
export async function exportSeen(): Promise<void> {
  const tab = activeTab();
  const isSaved = tab.name !== null && (!isDirty(tab) || (await save(tab.key)));
  const { name } = activeTab();
  const found =
    isSaved && name ? await line.call("workflows.get", { name }).catch(() => null) : null;
  const document = found?.workflow ?? tab.history.now;
  download(`${JSON.stringify(document, null, 2)}\n`, `${titleOf(tab)}.json`);
  toast(text.files.exported(`${titleOf(tab)}.json`), "good");
}

export function download(content: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Have the browser keep what is at an address. */
export function follow(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[/\\:*?"<>|]/g, " ");
  link.click();
}

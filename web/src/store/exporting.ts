/** A workflow as a file of its own. */
import { savedFile } from "../api/http.ts";
import { text } from "../text/index.ts";
import { activeTab } from "./documents.ts";
import { isDirty, save } from "./saving.ts";
import { titleOf } from "./shelf.ts";
import { toast } from "./ui.ts";

/** The saved file, byte for byte; where the server cannot be asked, what is seen here. */
export async function exportSeen(): Promise<void> {
  const tab = activeTab();
  const isSaved = tab.name !== null && (!isDirty(tab) || (await save(tab.key)));
  const { name } = activeTab();
  const saved = isSaved && name ? await savedFile(name).catch(() => null) : null;
  const content = saved ?? `${JSON.stringify(tab.history.now, null, 2)}\n`;
  download(content, `${titleOf(tab)}.json`);
  toast(text.files.exported(`${titleOf(tab)}.json`), "good");
}

export function download(content: BlobPart, name: string): void {
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

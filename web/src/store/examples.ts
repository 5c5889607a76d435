/** The workflows that come with the program. */
import { create } from "zustand";
import { Refused } from "../api/line.ts";
import type { Example } from "../api/messages.ts";
import { isWorkflow } from "../graph/document.ts";
import { text } from "../text/index.ts";
import { line, onOpen } from "./connection.ts";
import { openTab } from "./documents.ts";
import { tried } from "./files.ts";

export const FIRST = "first-picture";

export const useExamples = create<{ readonly list: readonly Example[] }>(() => ({ list: [] }));

/** Open a copy of an example: it is saved as soon as something of it is changed. */
export const openExample = (name: string): Promise<boolean> =>
  tried(async () => {
    const { workflow } = await line.call("examples.get", { name });
    if (!isWorkflow(workflow)) throw new Refused(text.files.noWorkflow(name), "malformed");
    openTab(workflow);
  });

onOpen(async () => {
  const found = await line.call("examples.list").catch(() => null);
  if (found) useExamples.setState({ list: found.examples });
});

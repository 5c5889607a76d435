/** The saved workflows there are, and names that are still free among them. */
import { create } from "zustand";
import type { Saved, SavedWithWorkflow } from "../api/messages.ts";
import { text } from "../text/index.ts";
import { line } from "./connection.ts";
import { type Tab, useDocuments } from "./documents.ts";
import { cleaned, freeAmong, isAmong } from "./names.ts";

interface Shelf {
  /** By name. */
  readonly list: readonly Saved[];
  /** What stands against a tab's own version, by its key, while that is not decided. */
  readonly newer: Readonly<Record<string, SavedWithWorkflow>>;
}

export const useFiles = create<Shelf>(() => ({ list: [], newer: {} }));

export async function askFiles(): Promise<void> {
  const found = await line.call("workflows.list").catch(() => null);
  if (found) useFiles.setState({ list: found.workflows });
}

/** What is saved, and what is open. */
const names = (): string[] => [
  ...useFiles.getState().list.map(({ name }) => name),
  ...useDocuments.getState().tabs.flatMap(({ name }) => name ?? []),
];

export const isTaken = (name: string): boolean => isAmong(name, names());

/** A name like the one wanted that nothing is saved under or open as. */
export const freeName = (wanted: string | null | undefined): string =>
  freeAmong(cleaned(wanted ?? "", text.files.untitled), names());

/** What a tab is called. */
export const titleOf = (tab: Pick<Tab, "name" | "history">): string =>
  tab.name ?? (tab.history.now.title?.trim() || text.files.untitled);

/** Deciding between what is here and what another tab or machine saved meanwhile. */
import { create } from "zustand";
import type { Workflow } from "../graph/document.ts";
import { type Choice, chosen } from "./choice.ts";
import { activate, activeTab, changeTab, openTab, tabOf } from "./documents.ts";
import { save } from "./saving.ts";
import { freeName, useFiles } from "./shelf.ts";

/** Tabs for which it is decided later. */
export const usePutOff = create<{ readonly keys: ReadonlySet<string> }>(() => ({
  keys: new Set(),
}));

export const putOff = (key: string): void =>
  usePutOff.setState(({ keys }) => ({ keys: new Set([...keys, key]) }));

/** Ask again about the tab that is seen. */
export const reopen = (): void =>
  usePutOff.setState(({ keys }) => ({
    keys: new Set([...keys].filter((key) => key !== activeTab().key)),
  }));

export async function settle(key: string, choice: Choice): Promise<void> {
  const newest = useFiles.getState().newer[key];
  const tab = tabOf(key);
  useFiles.setState(({ newer: { [key]: _, ...newer } }) => ({ newer }));
  if (!newest || !tab) return;
  const other = freeName(newest.name);
  changeTab(key, (now) => chosen(now, newest, choice, other));
  if (choice !== "theirs") await save(key);
  if (choice !== "both") return;
  const theirs = newest.workflow as unknown as Workflow;
  openTab(theirs, { name: newest.name, revision: newest.revision, stored: theirs });
  activate(key);
}

/** What opens over the canvas. Its code comes when it is opened first: the canvas is there sooner. */
import { type ComponentType, lazy, Suspense } from "react";
import { useTab } from "../store/documents.ts";
import { type Dialog, useUi } from "../store/ui.ts";

const LOADERS: (() => Promise<unknown>)[] = [];

function later<N extends string>(load: () => Promise<Record<N, ComponentType>>, name: N) {
  LOADERS.push(load);
  return lazy(async () => ({ default: (await load())[name] }));
}

const Conflict = later(() => import("./Conflict.tsx"), "Conflict");
const FileDialogs = later(() => import("./FileDialogs.tsx"), "FileDialogs");
const Find = later(() => import("./Find.tsx"), "Find");
const Help = later(() => import("./Help.tsx"), "Help");
const Keys = later(() => import("./Keys.tsx"), "Keys");
const Log = later(() => import("./Log.tsx"), "Log");
const Outline = later(() => import("./Outline.tsx"), "Outline");
const Palette = later(() => import("./Palette.tsx"), "Palette");
const Settings = later(() => import("./Settings.tsx"), "Settings");
const AddNode = later(() => import("../canvas/AddNode.tsx"), "AddNode");

const OWN: Partial<Record<Dialog["kind"], ComponentType>> = {
  add: AddNode,
  find: Find,
  help: Help,
  keys: Keys,
  palette: Palette,
  settings: Settings,
};
/** All of it is fetched while nobody waits: it opens at once, and while the server is away too. */
export function fetchSoon(): void {
  const idle = window.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 500));
  idle(() => void Promise.allSettled(LOADERS.map((load) => load())));
}

export function OpenedDialog() {
  const kind = useUi(({ dialog }) => dialog?.kind);
  if (!kind) return null;
  const View = OWN[kind] ?? FileDialogs;
  return (
    <Suspense>
      <View />
    </Suspense>
  );
}

export function OpenedConflict() {
  const stands = useTab((tab) => tab.saving === "conflict");
  return stands ? (
    <Suspense>
      <Conflict />
    </Suspense>
  ) : null;
}

export function OpenedOutline() {
  const open = useUi(({ outline }) => outline);
  return open ? (
    <Suspense>
      <Outline />
    </Suspense>
  ) : null;
}

export function OpenedLog() {
  const open = useUi(({ log }) => log);
  return open ? (
    <Suspense>
      <Log />
    </Suspense>
  ) : null;
}

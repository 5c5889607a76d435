/** What opens over the canvas. */
import type { ComponentType } from "react";
import { useTab } from "../store/documents.ts";
import { type Dialog, useUi } from "../store/ui.ts";
import { later } from "../ui/later.tsx";

const Conflict = later(() => import("./Conflict.tsx"), "Conflict");
const FileDialogs = later(() => import("./FileDialogs.tsx"), "FileDialogs");
const Find = later(() => import("./Find.tsx"), "Find");
const Help = later(() => import("./Help.tsx"), "Help");
const Keys = later(() => import("./Keys.tsx"), "Keys");
const Log = later(() => import("./Log.tsx"), "Log");
const Outline = later(() => import("./Outline.tsx"), "Outline");
const Palette = later(() => import("./Palette.tsx"), "Palette", true);
const Settings = later(() => import("./Settings.tsx"), "Settings");
const AddNode = later(() => import("../canvas/AddNode.tsx"), "AddNode", true);

const OWN: Partial<Record<Dialog["kind"], ComponentType>> = {
  add: AddNode,
  find: Find,
  help: Help,
  keys: Keys,
  palette: Palette,
  settings: Settings,
};

export function OpenedDialog() {
  const kind = useUi(({ dialog }) => dialog?.kind);
  if (!kind) return null;
  const View = OWN[kind] ?? FileDialogs;
  return <View />;
}

export function OpenedConflict() {
  const stands = useTab((tab) => tab.saving === "conflict");
  return stands ? <Conflict /> : null;
}

export function OpenedOutline() {
  const open = useUi(({ outline }) => outline);
  return open ? <Outline /> : null;
}

export function OpenedLog() {
  const open = useUi(({ log }) => log);
  return open ? <Log /> : null;
}

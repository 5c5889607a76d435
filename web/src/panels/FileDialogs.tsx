/** The dialogs of files, runs and pictures: the one that is open. */
import { activeTab } from "../store/documents.ts";
import { freeName, renameTab, saveAs, titleOf } from "../store/files.ts";
import { useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { NameDialog } from "./NameDialog.tsx";
import { OpenDialog } from "./OpenDialog.tsx";
import { PictureDialog } from "./PictureDialog.tsx";
import { Share } from "./Share.tsx";
import { Times } from "./Times.tsx";

export function FileDialogs() {
  const dialog = useUi((ui) => ui.dialog);
  switch (dialog?.kind) {
    case "open":
      return <OpenDialog part={dialog.part ?? "saved"} />;
    case "save-as":
      return <SaveAs />;
    case "rename":
      return <Rename />;
    case "share":
      return <Share />;
    case "times":
      return <Times />;
    case "picture":
      return <PictureDialog asset={dialog.asset} title={dialog.title} />;
    default:
      return null;
  }
}

function SaveAs() {
  const { title, name, save } = text.files.saveAs;
  const tab = activeTab();
  const onName = (to: string) => saveAs(tab.key, to);
  const first = tab.name === null ? freeName(titleOf(tab)) : freeName(`${titleOf(tab)} 2`);
  return <NameDialog title={title} label={name} go={save} first={first} onName={onName} />;
}

function Rename() {
  const { title, name, rename } = text.files.rename;
  const tab = activeTab();
  const onName = (to: string) => renameTab(tab.key, to);
  return <NameDialog title={title} label={name} go={rename} first={titleOf(tab)} onName={onName} />;
}

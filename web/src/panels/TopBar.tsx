/** What is open, what can be done with it, and Run. */
import { Ellipsis, Menu as Lines } from "lucide-react";
import { examplePicture } from "../api/http.ts";
import { openExample, useExamples } from "../store/examples.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Menu } from "../ui/Menu.tsx";
import { type Rows, rowOf } from "../ui/rows.ts";
import { RunBar } from "./RunBar.tsx";
import { SavingState } from "./SavingState.tsx";
import { Tabs } from "./Tabs.tsx";

const words = text.files.menu;

export function TopBar() {
  return (
    <header className="bar">
      <h1 className="bar-mark">
        <img src="/icon.svg" alt="" width={22} height={22} />
        <span className="bar-name">{text.files.mark}</span>
      </h1>
      <Menu rows={fileRows} label={words.file} title={words.file} className="button bare square">
        <Lines size={17} aria-hidden />
      </Menu>
      <Tabs />
      <SavingState />
      <RunBar />
      <Menu rows={moreRows} label={words.more} title={words.more} className="button bare square">
        <Ellipsis size={18} aria-hidden />
      </Menu>
    </header>
  );
}

function fileRows(): Rows {
  const { list } = useExamples.getState();
  const examples = list.map(({ name, title, picture }) => ({
    label: title,
    icon: picture && <img src={examplePicture(name)} alt="" width={20} height={20} />,
    run: () => void openExample(name),
  }));
  return [
    rowOf("new"),
    rowOf("open"),
    { label: text.files.open.examples, submenu: examples, disabled: examples.length === 0 },
    null,
    rowOf("save"),
    rowOf("save-as"),
    rowOf("rename"),
    rowOf("duplicate"),
    null,
    rowOf("import"),
    rowOf("export"),
    rowOf("share"),
    null,
    rowOf("delete-workflow"),
    { label: words.bin, run: () => show({ kind: "open", part: "bin" }) },
    rowOf("close"),
  ];
}

function moreRows(): Rows {
  const { runOnChange } = useSettings.getState();
  return [
    rowOf("palette"),
    rowOf("undo"),
    rowOf("redo"),
    null,
    rowOf("find"),
    rowOf("outline"),
    rowOf("queue"),
    rowOf("log"),
    null,
    rowOf("run-on-change", {
      checked: runOnChange,
      run: () => prefer({ runOnChange: !runOnChange }),
    }),
    rowOf("theme"),
    rowOf("settings"),
    rowOf("keys"),
    rowOf("help"),
    rowOf("all-nodes"),
  ];
}

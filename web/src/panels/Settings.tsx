/** What the user may set, and what the server is. */
import { useId } from "react";
import { askSystem, useConnection } from "../store/connection.ts";
import {
  type Settings as Preferences,
  prefer,
  useKeeping,
  useSettings,
} from "../store/settings.ts";
import { show, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { ServerFacts } from "./ServerFacts.tsx";

const words = text.panels.settings;

export function Settings() {
  const open = useUi(({ dialog }) => dialog?.kind === "settings");
  return open ? <Page /> : null;
}

function Page() {
  return (
    <Modal title={words.title} look="wide" onClose={() => show(null)} foot={<Kept />}>
      <div className="settings" ref={(page) => void (page && askSystem())}>
        <section>
          <h3>{words.looks}</h3>
          <Choice name="theme" title={words.theme} titles={words.themes} />
          <Choice name="motion" title={words.motion} titles={words.motions} />
        </section>
        <section>
          <h3>{words.canvas}</h3>
          <Switch name="snap" title={words.snap} />
          <Switch name="minimap" title={words.minimap} />
        </section>
        <section>
          <h3>{words.running}</h3>
          <Switch name="previews" title={words.previews} hint={words.previewsHint} />
          <Switch name="runOnChange" title={words.runOnChange} hint={words.runOnChangeHint} />
        </section>
        <section>
          <h3>{words.keys}</h3>
          <OwnKeys />
        </section>
        <ServerFacts />
      </div>
    </Modal>
  );
}

interface ChoiceProps<N extends "theme" | "motion"> {
  readonly name: N;
  readonly title: string;
  readonly titles: Readonly<Record<Preferences[N], string>>;
}

function Choice<N extends "theme" | "motion">({ name, title, titles }: ChoiceProps<N>) {
  const chosen = useSettings((settings) => settings[name]);
  const options = Object.entries<string>(titles);
  return (
    <fieldset className="choices">
      <legend>{title}</legend>
      {options.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            checked={chosen === value}
            onChange={() => prefer({ [name]: value })}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  readonly name: "snap" | "minimap" | "previews" | "runOnChange";
  readonly title: string;
  readonly hint?: string;
}

function Switch({ name, title, hint }: SwitchProps) {
  const on = useSettings((settings) => settings[name]);
  const hinted = useId();
  return (
    <div className="switch">
      <label>
        <input
          type="checkbox"
          checked={on}
          aria-describedby={hint ? hinted : undefined}
          onChange={({ currentTarget }) => prefer({ [name]: currentTarget.checked })}
        />
        {title}
      </label>
      {hint && <small id={hinted}>{hint}</small>}
    </div>
  );
}

function OwnKeys() {
  const own = useSettings(({ keys }) => Object.keys(keys).length);
  return (
    <p className="beside">
      <button type="button" className="button" onClick={() => show({ kind: "keys" })}>
        {words.keysButton}
      </button>
      <small>{words.keysOwn(own)}</small>
    </p>
  );
}

function Kept() {
  const { known, trouble } = useKeeping();
  const away = useConnection(({ state }) => state !== "open");
  const told = away || !known ? words.unknown : trouble ? words.notKept(trouble) : words.kept;
  return <small className={trouble && !away ? "bad" : ""}>{told}</small>;
}

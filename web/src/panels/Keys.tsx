/** Every command with its keys, each of which can be others; and what a mouse does. */
import { useState } from "react";
import { COMMANDS, type Command, labelOf } from "../store/commands/index.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { show, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { score } from "../ui/ranking.ts";
import { KeyRow } from "./KeyRow.tsx";

const words = text.panels.keys;
const GROUPS = ["run", "file", "edit", "node", "view"] as const;

export function Keys() {
  const open = useUi(({ dialog }) => dialog?.kind === "keys");
  return open ? <Page /> : null;
}

function Page() {
  const [query, setQuery] = useState("");
  const [editing, setEditing] = useState<string | null>(null);
  const own = useSettings(({ keys }) => Object.keys(keys).length > 0);
  const fits = (name: string, more = "") => score(query, name, more) !== undefined;
  const foot = (
    <button type="button" className="button" disabled={!own} onClick={() => prefer({ keys: {} })}>
      {words.resetAll}
    </button>
  );
  return (
    <Modal title={words.title} look="wide" onClose={() => show(null)} foot={foot}>
      <p className="dim">{words.lead}</p>
      <input
        type="search"
        className="field whole"
        aria-label={words.search}
        placeholder={words.search}
        value={query}
        onChange={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      {GROUPS.map((group) => (
        <Group
          key={group}
          title={words.groups[group]}
          commands={COMMANDS.filter(
            (one) => one.group === group && fits(labelOf(one), words.groups[group]),
          )}
          editing={editing}
          edit={setEditing}
        />
      ))}
      <Gestures fits={fits} />
    </Modal>
  );
}

interface GroupProps {
  readonly title: string;
  readonly commands: readonly Command[];
  readonly editing: string | null;
  readonly edit: (which: string | null) => void;
}

function Group({ title, commands, editing, edit }: GroupProps) {
  if (commands.length === 0) return null;
  return (
    <section className="keys">
      <h3>{title}</h3>
      <ul className="bare">
        {commands.map((command) => (
          <KeyRow key={command.id} command={command} editing={editing} edit={edit} />
        ))}
      </ul>
    </section>
  );
}

function Gestures({ fits }: { readonly fits: (name: string, more: string) => boolean }) {
  const found = words.gesture.filter(([gesture, does]) => fits(gesture, does));
  if (found.length === 0) return null;
  return (
    <section className="keys">
      <h3>{words.gestures}</h3>
      <dl className="gestures">
        {found.map(([gesture, does]) => (
          <div key={gesture}>
            <dt>{gesture}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

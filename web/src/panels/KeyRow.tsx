/** A command and its keys: press one to give it others, and be told whose they are. */
import { Plus, RotateCcw } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import {
  bind,
  chosen,
  clash,
  keysIn,
  listed,
  reset,
  swap,
  unbind,
} from "../store/commands/chords.ts";
import { COMMANDS, type Command, labelOf } from "../store/commands/index.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { say } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Chords, spelt } from "../ui/Chord.tsx";

const words = text.panels.keys;

interface Props {
  readonly command: Command;
  /** Which keys are being changed: "COMMAND CHORD", or "COMMAND " for more. */
  readonly editing: string | null;
  readonly edit: (which: string | null) => void;
}

export function KeyRow({ command, editing, edit }: Props) {
  const own = useSettings(({ keys }) => keys);
  const chords = keysIn(own, command);
  const name = labelOf(command);
  const here = editing?.startsWith(`${command.id} `) ?? false;
  return (
    <li className="key-row">
      <span className="key-name">{name}</span>
      <span className="key-chords">
        <Chords chords={listed(command.fixed)} />
        {chords.map((chord) => (
          <button
            key={chord}
            type="button"
            className="chord"
            aria-label={words.change(name, spelt(chord))}
            aria-expanded={editing === `${command.id} ${chord}`}
            onClick={() => edit(`${command.id} ${chord}`)}
          >
            {spelt(chord)}
          </button>
        ))}
        <button
          type="button"
          className="button bare"
          aria-label={words.more(name)}
          onClick={() => edit(`${command.id} `)}
        >
          <Plus size={14} aria-hidden />
        </button>
        {own[command.id] !== undefined && (
          <button
            type="button"
            className="button bare"
            aria-label={words.reset(name)}
            onClick={() => prefer({ keys: reset(own, command.id) })}
          >
            <RotateCcw size={14} aria-hidden />
          </button>
        )}
      </span>
      {here && (
        <Capture
          key={editing}
          command={command}
          old={editing?.slice(command.id.length + 1) || undefined}
          done={() => edit(null)}
        />
      )}
    </li>
  );
}

interface CaptureProps {
  readonly command: Command;
  readonly old: string | undefined;
  readonly done: () => void;
}

/** Waits for keys. Tab and Escape are the page's own, so that one can leave. */
function Capture({ command, old, done }: CaptureProps) {
  const own = useSettings(({ keys }) => keys);
  const [chord, setChord] = useState<string>();
  const other = chord === undefined ? undefined : clash(COMMANDS, own, chord, command.id);
  const keep = (keys: Readonly<Record<string, string>>, told: string) => {
    prefer({ keys });
    say(words.now(spelt(told), labelOf(command)));
    done();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return done();
    const next = chosen(event.nativeEvent);
    if (next === undefined) return;
    if (clash(COMMANDS, own, next, command.id)) setChord(next);
    else keep(bind(own, command, next, old), next);
  };
  return (
    <fieldset className="capture" aria-label={labelOf(command)}>
      <input
        className="field"
        readOnly
        aria-label={words.press}
        value={chord === undefined ? words.press : spelt(chord)}
        ref={(field) => field?.focus()}
        onKeyDown={press}
      />
      {chord !== undefined && other && (
        <Clash
          told={words.clash(spelt(chord), labelOf(other))}
          title={old === undefined ? words.take : words.swap}
          give={
            listed(other.fixed).includes(chord)
              ? undefined
              : () => keep(swap(own, command, chord, other, old), chord)
          }
        />
      )}
      {old !== undefined && <Remove command={command} old={old} done={done} />}
      <button type="button" className="button" onClick={done}>
        {text.panels.cancel}
      </button>
    </fieldset>
  );
}

interface ClashProps {
  readonly told: string;
  readonly title: string;
  /** Undefined where the other command cannot give its keys away. */
  readonly give: (() => void) | undefined;
}

function Clash({ told, title, give }: ClashProps) {
  return (
    <>
      <span role="alert">{told}</span>
      {give && (
        <button type="button" className="button primary" onClick={give}>
          {title}
        </button>
      )}
    </>
  );
}

function Remove({ command, old, done }: CaptureProps & { readonly old: string }) {
  const remove = () => {
    prefer({ keys: unbind(useSettings.getState().keys, command, old) });
    done();
  };
  return (
    <button type="button" className="button" onClick={remove}>
      {words.remove}
    </button>
  );
}

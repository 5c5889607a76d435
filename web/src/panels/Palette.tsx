/** Everything that can be done, by its name: commands, nodes to add, workflows to open. */
import { useCallback, useEffect, useMemo } from "react";
import type { Refused } from "../api/line.ts";
import type { Example, Saved } from "../api/messages.ts";
import { addHere, here } from "../store/addHere.ts";
import { type Addable, addable } from "../store/adding.ts";
import { COMMANDS, type Command, canDo, keysOf, labelOf } from "../store/commands/index.ts";
import { openExample, useExamples } from "../store/examples.ts";
import { open } from "../store/files.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { askFiles, useFiles } from "../store/shelf.ts";
import { say, show, toast, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { rank } from "../ui/ranking.ts";
import { Search } from "../ui/Search.tsx";

/** One thing to do. */
interface Offer {
  readonly id: string;
  readonly name: string;
  readonly note?: string | undefined;
  /** Other words it is found by. */
  readonly more?: string | undefined;
  readonly keys: readonly string[];
  readonly can: boolean;
  readonly run: () => void;
}

const words = text.panels.palette;
const REMEMBERED = 8;

export function Palette() {
  const open = useUi(({ dialog }) => dialog?.kind === "palette");
  return open ? <Offers /> : null;
}

const nameOf = ({ name }: Offer): string => name;
const noteOf = ({ note }: Offer): string | undefined => note;
const moreOf = ({ more }: Offer): string | undefined => more;
const keysFor = ({ keys }: Offer): readonly string[] => keys;
const idOf = ({ id }: Offer): string => id;
const isDim = ({ can }: Offer): boolean => !can;
const reading = { title: nameOf, more: moreOf, last: isDim };

/** The commands, those used last first. */
function recentFirst(recent: readonly string[]): Offer[] {
  const place = ({ id }: Command) => {
    const at = recent.indexOf(id);
    return at < 0 ? recent.length : at;
  };
  return COMMANDS.filter(({ id }) => id !== "palette")
    .toSorted((a, b) => place(a) - place(b))
    .map(toDo);
}

function toDo(command: Command): Offer {
  const { id, group } = command;
  const can = canDo(command);
  const run = () => {
    const { recent } = useSettings.getState();
    prefer({ recent: [id, ...recent.filter((one) => one !== id)].slice(0, REMEMBERED) });
    command.run();
  };
  const [name, more] = [labelOf(command), text.panels.keys.groups[group]];
  return { id, name, note: can ? undefined : words.cannot, more, keys: keysOf(command), can, run };
}

const toAdd = ({ type, title, category }: Addable): Offer => ({
  ...ANY,
  id: `node ${type}`,
  name: words.add(title),
  note: category,
  more: category,
  run: () => void addHere(type),
});

const toOpen = ({ name }: Saved): Offer => ({
  ...ANY,
  id: `file ${name}`,
  name: words.open(name),
  run: () => void open(name).catch(({ message }: Refused) => toast(message, "bad")),
});

const toLearn = ({ name, title }: Example): Offer => ({
  ...ANY,
  id: `example ${name}`,
  name: words.open(title),
  note: words.example,
  more: words.example,
  run: () => void openExample(name),
});

const ANY = { keys: [], can: true };

function Offers() {
  const files = useFiles((known) => known.list);
  const examples = useExamples(({ list }) => list);
  useEffect(() => void askFiles(), []);
  // what can be done, and what was used, are those of the moment it was opened
  const commands = useMemo(() => recentFirst(useSettings.getState().recent), []);
  const all = useMemo<Offer[]>(
    () => [
      ...commands,
      ...addable(here()).map(toAdd),
      ...files.map(toOpen),
      ...examples.map(toLearn),
    ],
    [commands, files, examples],
  );
  const find = useCallback(
    (query: string) => rank(query.trim() ? all : commands, query, reading),
    [all, commands],
  );
  return (
    <Modal title={words.title} look="search" onClose={() => show(null)}>
      <Search
        label={words.title}
        placeholder={words.placeholder}
        items={commands}
        find={find}
        text={nameOf}
        note={noteOf}
        keys={keysFor}
        id={idOf}
        dim={isDim}
        empty={words.nothing}
        onChoose={choose}
      />
    </Modal>
  );
}

function choose({ can, name, run }: Offer): void {
  if (!can) return say(words.cannotNow(name));
  show(null);
  run();
}

/** Everything that can be done, by its name: commands, nodes to add, workflows to open. */
import { useCallback, useMemo } from "react";
import type { Refused } from "../api/line.ts";
import type { Saved } from "../api/messages.ts";
import { addHere, here } from "../store/addHere.ts";
import { type Addable, addable } from "../store/adding.ts";
import { COMMANDS, type Command, canDo, keysOf, labelOf } from "../store/commands/index.ts";
import { open, useFiles } from "../store/files.ts";
import { prefer, useSettings } from "../store/settings.ts";
import { say, show, toast, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { rank } from "../ui/ranking.ts";
import { Search } from "../ui/Search.tsx";

type Offer =
  | { readonly kind: "command"; readonly command: Command; readonly can: boolean }
  | { readonly kind: "node"; readonly node: Addable }
  | { readonly kind: "file"; readonly file: Saved };

const words = text.panels.palette;
const REMEMBERED = 8;

export function Palette() {
  const open = useUi(({ dialog }) => dialog?.kind === "palette");
  return open ? <Offers /> : null;
}

const nameOf = (offer: Offer): string => {
  if (offer.kind === "command") return labelOf(offer.command);
  return offer.kind === "node" ? words.add(offer.node.title) : words.open(offer.file.name);
};
const noteOf = (offer: Offer): string | undefined => {
  if (offer.kind === "command") return offer.can ? undefined : words.cannot;
  return offer.kind === "node" ? offer.node.category : undefined;
};
const moreOf = (offer: Offer): string | undefined =>
  offer.kind === "command" ? text.panels.keys.groups[offer.command.group] : noteOf(offer);
const keysFor = (offer: Offer) => (offer.kind === "command" ? keysOf(offer.command) : []);
const idOf = (offer: Offer) =>
  offer.kind === "command" ? offer.command.id : `${offer.kind} ${nameOf(offer)}`;
const isDim = (offer: Offer) => offer.kind === "command" && !offer.can;
const reading = { title: nameOf, more: moreOf, last: isDim };

/** The commands, those used last first. */
function recentFirst(recent: readonly string[]): Offer[] {
  const place = ({ id }: Command) => {
    const at = recent.indexOf(id);
    return at < 0 ? recent.length : at;
  };
  return COMMANDS.filter(({ id }) => id !== "palette")
    .toSorted((a, b) => place(a) - place(b))
    .map((command) => ({ kind: "command", command, can: canDo(command) }));
}

function Offers() {
  const files = useFiles((known) => known.list);
  // what can be done, and what was used, are those of the moment it was opened
  const commands = useMemo(() => recentFirst(useSettings.getState().recent), []);
  const all = useMemo<Offer[]>(
    () => [
      ...commands,
      ...addable(here()).map((node): Offer => ({ kind: "node", node })),
      ...files.map((file): Offer => ({ kind: "file", file })),
    ],
    [commands, files],
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

function choose(offer: Offer): void {
  if (offer.kind === "command" && !offer.can) return say(words.cannotNow(labelOf(offer.command)));
  show(null);
  if (offer.kind === "node") return void addHere(offer.node.type);
  if (offer.kind === "file") {
    return void open(offer.file.name).catch(({ message }: Refused) => toast(message, "bad"));
  }
  const { id } = offer.command;
  const { recent } = useSettings.getState();
  prefer({ recent: [id, ...recent.filter((one) => one !== id)].slice(0, REMEMBERED) });
  offer.command.run();
}

/** To wire a port by words: those that fit first; those that do not say why. */
import { useMemo, useState } from "react";
import { refusal } from "../graph/fits.ts";
import { type Goal, goals, type Twig } from "../graph/outline.ts";
import { written } from "../graph/wires.ts";
import { kinds } from "../store/catalogue.ts";
import { level } from "../store/documents.ts";
import { typeName } from "../text/en/canvas.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { Search } from "../ui/Search.tsx";
import { nameIn, wire } from "./outlineDeeds.ts";

const words = text.panels.outline;

interface Props {
  readonly from: Extract<Twig, { kind: "port" }>;
  readonly close: () => void;
}

const titleOf = ({ node, port }: Goal): string => `${nameIn(node)} ${label(port.name)}`;
const typeOf = ({ port }: Goal): string => typeName(port.type);
const isDim = ({ fits, there }: Goal): boolean => !fits || there;
const idOf = ({ node, port }: Goal): string => `${node}.${port.name}`;

function whyNot({ wire: made, there }: Goal): string | undefined {
  if (there) return words.already;
  const refused = refusal(level(), kinds(), made);
  return refused ? text.canvas.refusal(refused) : undefined;
}

function noteOf(goal: Goal): string {
  const why = whyNot(goal);
  if (why) return why;
  const { from, to } = goal.wire;
  const [before] = goal.port.many ? [] : written(level().nodes[to.node], to.port);
  const [node = "", port = ""] = before?.split(".", 2) ?? [];
  return before && node !== from.node ? words.replaces(nameIn(node), label(port)) : typeOf(goal);
}

export function WireDialog({ from, close }: Props) {
  const { node, side, port } = from;
  const [why, setWhy] = useState("");
  const found = useMemo(
    () => goals(level(), kinds(), side, { node, port: port.name }, port),
    [node, side, port],
  );
  const choose = (goal: Goal) => {
    const refused = whyNot(goal);
    if (refused) return setWhy(`${titleOf(goal)}: ${refused}`);
    close();
    wire(goal);
  };
  const title = side === "output" ? words.wireFrom : words.wireTo;
  return (
    <Modal title={title(nameIn(node), label(port.name))} look="search" onClose={close}>
      <p className="search-title" aria-hidden>
        {title(nameIn(node), label(port.name))}
      </p>
      <Search
        label={title(nameIn(node), label(port.name))}
        placeholder={words.wirePlaceholder}
        items={found}
        text={titleOf}
        note={noteOf}
        more={typeOf}
        id={idOf}
        dim={isDim}
        empty={words.noPorts}
        onChoose={choose}
      />
      <p className="search-why" role="alert">
        {why}
      </p>
    </Modal>
  );
}

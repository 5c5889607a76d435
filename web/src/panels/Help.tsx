/** What a node does, what goes in and what comes out; and all nodes there are, to look up and add. */
import { useMemo, useState } from "react";
import { addHere, here } from "../store/addHere.ts";
import { type Addable, addable } from "../store/adding.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { show, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { rank } from "../ui/ranking.ts";
import { NodeHelp } from "./NodeHelp.tsx";
import { branches } from "./portFacts.ts";

const words = text.panels.help;

export function Help() {
  const type = useUi(({ dialog }) => (dialog?.kind === "help" ? (dialog.type ?? "") : null));
  return type === null ? null : <Page key={type} first={type} />;
}

function Page({ first }: { readonly first: string }) {
  const [type, setType] = useState(first);
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const kind = kinds[type];
  const add = () => {
    show(null);
    addHere(type);
  };
  const known = useMemo(() => addable(here()), []);
  const named = known.find((one) => one.type === type);
  const foot = named && (
    <button type="button" className="button primary" onClick={add}>
      {words.add}
    </button>
  );
  const title = type ? words.of(named?.title ?? type) : words.all;
  return (
    <Modal title={title} look="wide" onClose={() => show(null)} foot={foot}>
      <div className="help">
        <AllNodes known={known} type={type} choose={setType} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <article className="help-page" aria-label={title} aria-live="polite" tabIndex={0}>
          {type ? <NodeHelp type={type} kind={kind} /> : <p className="dim">{words.pick}</p>}
        </article>
      </div>
    </Modal>
  );
}

interface AllProps {
  readonly known: readonly Addable[];
  readonly type: string;
  readonly choose: (type: string) => void;
}

const reading = {
  title: (node: Addable) => node.title,
  more: (node: Addable) => `${node.category} ${node.type} ${node.help}`,
};

/** Every type of node, by category; by how well it answers where something is typed. */
function AllNodes({ known, type, choose }: AllProps) {
  const [query, setQuery] = useState("");
  const [first] = useState(type); // the list stays as it was opened: what is pressed must not move
  const found = rank(known, query, reading);
  return (
    <nav className="help-list" aria-label={words.all}>
      <input
        type="search"
        className="field whole"
        aria-label={words.search}
        placeholder={words.search}
        value={query}
        onChange={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      {query.trim() ? (
        <NodeList nodes={found} type={type} choose={choose} />
      ) : (
        branches(known).map(({ category, nodes }) => (
          <details key={category} open={!first || nodes.some((one) => one.type === first)}>
            <summary>{category ? words.category(category) : words.others}</summary>
            <NodeList nodes={nodes} type={type} choose={choose} />
          </details>
        ))
      )}
      {found.length === 0 && <p className="dim">{text.panels.nothingFound}</p>}
    </nav>
  );
}

function NodeList({
  nodes,
  type,
  choose,
}: Omit<AllProps, "known"> & { readonly nodes: readonly Addable[] }) {
  return (
    <ul className="bare">
      {nodes.map((node) => (
        <li key={node.type}>
          <button
            type="button"
            className="help-name"
            aria-current={node.type === type || undefined}
            ref={node.type === type ? intoView : undefined}
            onClick={() => choose(node.type)}
          >
            {node.title}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Only where it is not: what was just pressed must not move. */
const intoView = (one: HTMLElement | null): void => one?.scrollIntoView({ block: "nearest" });

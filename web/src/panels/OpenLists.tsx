/** The lists of the dialog that opens workflows. */
import { Trash2, Workflow } from "lucide-react";
import { useEffect } from "react";
import { useShallow } from "zustand/shallow";
import { examplePicture } from "../api/http.ts";
import { askBin, takeOut, throwAway, useBin } from "../store/bin.ts";
import { useDocuments } from "../store/documents.ts";
import { openExample, useExamples } from "../store/examples.ts";
import { askFiles, open, tried, useFiles } from "../store/files.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { rank } from "../ui/ranking.ts";

const words = text.files.open;
const now = () => Date.now() / 1000;

interface Props {
  readonly query: string;
}

/** Those that a query finds; without one all, in their order. */
function found<T extends { readonly name: string; readonly title: string }>(
  list: readonly T[],
  query: string,
): readonly T[] {
  if (!query.trim()) return list;
  const reading = { title: (one: T) => one.name, more: (one: T) => one.title };
  return rank(list, query, reading);
}

const Nothing = ({ query, none }: Props & { readonly none: string }) => (
  <p className="dim open-none">{query.trim() ? words.noneFound : none}</p>
);

/** Go there, and close the dialog where that was done. */
const go = (work: () => Promise<boolean>) => async () => {
  if (await work()) show(null);
};

export function SavedList({ query }: Props) {
  const all = useFiles(({ list }) => list);
  const opened = useDocuments(useShallow(({ tabs }) => tabs.map(({ name }) => name)));
  useEffect(() => void askFiles(), []);
  const list = found(
    all.toSorted((a, b) => b.changed_at - a.changed_at),
    query,
  );
  if (list.length === 0) return <Nothing query={query} none={words.noneSaved} />;
  return (
    <ul className="open-list">
      {list.map(({ name, title, changed_at }) => (
        <li key={name}>
          <button
            type="button"
            className="open-row"
            title={name}
            onClick={go(() => tried(() => open(name)))}
          >
            <span className="open-name">{name}</span>
            {title !== name && <span className="dim">{title}</span>}
            {opened.includes(name) && <span className="open-flag">{words.isOpen}</span>}
            <span className="dim open-when">{words.changed(text.runs.ago(changed_at, now()))}</span>
          </button>
          <button
            type="button"
            className="button bare square"
            aria-label={words.remove(name)}
            title={words.remove(name)}
            onClick={() => void throwAway(name)}
          >
            <Trash2 size={15} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function ExampleList({ query }: Props) {
  const list = found(
    useExamples((examples) => examples.list),
    query,
  );
  if (list.length === 0) return <Nothing query={query} none={words.noneFound} />;
  return (
    <ul className="examples">
      {list.map(({ name, title, picture }) => (
        <li key={name}>
          <button type="button" className="example" onClick={go(() => openExample(name))}>
            {picture ? (
              <img
                src={examplePicture(name)}
                alt={words.picture}
                width={168}
                height={168}
                loading="lazy"
              />
            ) : (
              <span className="example-none" aria-hidden>
                <Workflow size={28} />
              </span>
            )}
            <span className="example-title">{title}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function BinList({ query }: Props) {
  const all = useBin(({ list }) => list);
  useEffect(() => void askBin(), []);
  if (all === null) return null;
  const list = found(all, query);
  if (list.length === 0) return <Nothing query={query} none={words.noneThrown} />;
  return (
    <ul className="open-list">
      {list.map((thrown) => (
        <li key={thrown.id}>
          <span className="open-row">
            <span className="open-name" title={thrown.name}>
              {thrown.name}
            </span>
            <span className="dim open-when">
              {words.thrown(text.runs.ago(thrown.deleted_at, now()))}
            </span>
          </span>
          <button
            type="button"
            className="button small"
            aria-label={words.restore(thrown.name)}
            onClick={go(() => takeOut(thrown))}
          >
            {words.restoreWord}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A text box over a ranked list: the palette, the search for nodes, find and more are all this. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import type { BaseUIEvent } from "@base-ui/react/types";
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { hearAhead } from "../store/ahead.ts";
import { text as words } from "../text/index.ts";
import { Chords } from "./Chord.tsx";
import { rank } from "./ranking.ts";

export interface SearchProps<T> {
  /** The accessible name of the box. */
  readonly label: string;
  readonly placeholder: string;
  /** In the order they are shown while nothing is typed. */
  readonly items: readonly T[];
  readonly text: (item: T) => string;
  readonly note?: ((item: T) => string | undefined) | undefined;
  /** Other words an item is found by; its note without. */
  readonly more?: ((item: T) => string | undefined) | undefined;
  readonly keys?: ((item: T) => readonly string[]) | undefined;
  readonly icon?: ((item: T) => ReactNode) | undefined;
  /** Of no use now: dimmed and last. Choosing it is told like any other, so that one can say why. */
  readonly dim?: ((item: T) => boolean) | undefined;
  /** What tells items apart; their text without. */
  readonly id?: ((item: T) => string) | undefined;
  readonly empty?: string | undefined;
  /** Ranks by itself, instead of by the words of items. */
  readonly find?: ((query: string) => readonly T[]) | undefined;
  readonly first?: string | undefined;
  readonly onType?: ((query: string) => void) | undefined;
  readonly onHighlight?: ((item: T | undefined) => void) | undefined;
  readonly onChoose: (item: T, query: string) => void;
}

/** More are not drawn: one types another letter sooner than one scrolls that far. */
const MOST = 150;

export function Search<T>(props: SearchProps<T>) {
  const { label, placeholder, text, dim, id, empty } = props;
  const { query, setQuery, found, enter, light } = useAnswers(props);
  return (
    <Autocomplete.Root
      items={found}
      mode="none"
      value={query}
      onValueChange={(next, { reason }) => {
        if (reason === "item-press") return;
        setQuery(next);
        props.onType?.(next);
      }}
      itemToStringValue={text}
      onItemHighlighted={light}
      open
      inline
      autoHighlight="always"
      keepHighlight
    >
      <div className="search">
        <Autocomplete.Input
          className="search-box"
          aria-label={label}
          placeholder={placeholder}
          onKeyDown={enter}
        />
        <Autocomplete.Empty className="search-empty">
          {found.length ? null : (empty ?? words.panels.nothingFound)}
        </Autocomplete.Empty>
        <Autocomplete.List className="search-list" aria-label={label}>
          {(item: T) => (
            <Autocomplete.Item
              key={(id ?? text)(item)}
              value={item}
              className="search-item"
              data-dim={dim?.(item) || undefined}
              onClick={() => props.onChoose(item, query)}
            >
              <SearchRow item={item} {...props} />
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </div>
    </Autocomplete.Root>
  );
}

/** What is found a moment after the letters; Enter means the letters, however fast it comes. */
function useAnswers<T>(props: SearchProps<T>) {
  const { items, text, note, more = note, dim, find, onHighlight, onChoose } = props;
  const [query, setQuery] = useState(props.first ?? "");
  const asked = useDeferredValue(query);
  useEffect(() => hearAhead((letters) => setQuery((now) => now + letters)), []);
  const answers = useCallback(
    (to: string) =>
      (find?.(to) ?? rank(items, to, { title: text, more, last: dim })).slice(0, MOST),
    [items, text, more, dim, find],
  );
  const found = useMemo(() => answers(asked), [answers, asked]);
  const lit = useRef<{ item: T | undefined; of: string }>(undefined);
  const light = (item: T | undefined) => {
    lit.current = { item, of: asked };
    onHighlight?.(item);
  };
  const enter = (event: BaseUIEvent<KeyboardEvent>) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.preventBaseUIHandler();
    const chosen = (lit.current?.of === query && lit.current.item) || answers(query)[0];
    if (chosen) onChoose(chosen, query);
  };
  return { query, setQuery, found, enter, light };
}

function SearchRow<T>({ item, text, note, keys, icon }: SearchProps<T> & { readonly item: T }) {
  const beside = note?.(item);
  return (
    <>
      {icon?.(item)}
      <span className="search-text">{text(item)}</span>
      {beside && <small className="search-note">{beside}</small>}
      {keys && <Chords chords={keys(item)} />}
    </>
  );
}

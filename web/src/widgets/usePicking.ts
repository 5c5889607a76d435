/** What was typed to find something, and the item where the keys are. */
import { type ChangeEvent, type KeyboardEvent, useState } from "react";
import { rank } from "../ui/ranking.ts";
import { aim, beginning, type Item, isLetter } from "./picking.ts";

const MOST = 300;
const READING = { title: ({ title }: Item) => title, more: ({ words }: Item) => words };

interface Given<T> {
  readonly items: readonly T[];
  readonly chosen: string | undefined;
  readonly searched?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly pick: (item: T) => void;
}

export function usePicking<T extends Item>(given: Given<T>) {
  const { items, chosen, searched = false, columns = 1, pick } = given;
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(() => items.findIndex(({ value }) => value === chosen));
  const found = rank(items, query, READING).slice(0, MOST);
  const active = Math.max(0, Math.min(at, found.length - 1));

  const onKeyDown = (event: KeyboardEvent) => {
    const to = aim(event, active, found.length, columns);
    const item = found[active];
    if (to !== undefined) setAt(to);
    else if (item && (event.key === "Enter" || (event.key === " " && !searched))) pick(item);
    else if (!searched && isLetter(event)) setAt(beginning(found, event.key, active));
    else return;
    event.preventDefault();
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    setQuery(event.currentTarget.value);
    setAt(0);
  };
  return { query, found, active, point: setAt, onKeyDown, onChange };
}

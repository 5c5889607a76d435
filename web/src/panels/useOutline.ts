/** The rows of the outline, the one that one is at, and what the keys do there. */
import { type KeyboardEvent, useMemo, useState } from "react";
import { type Leaf, leaves, type Twig } from "../graph/outline.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { activeTab, select, useLevel, useTab } from "../store/documents.ts";
import { lookAt } from "../store/going.ts";
import { act, cut } from "./outlineDeeds.ts";
import { type Move, moveOf } from "./outlineKeys.ts";

/** Where one is, and what was selected then: another selection leads elsewhere. */
interface Place {
  readonly key: string;
  readonly at: number;
  readonly selected: ReadonlySet<string> | null;
}

/** A port that is asked about in a dialog. */
export type Asking = Extract<Twig, { kind: "port" }> & { readonly for: "wire" | "value" };

const FIRST: Place = { key: "", at: 0, selected: null };

export function useOutline() {
  const level = useLevel();
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const selected = useTab((tab) => tab.selected);
  const { open, fold } = useFolds();
  const [place, setPlace] = useState(FIRST);
  const [asking, setAsking] = useState<Asking | null>(null);
  const list = useMemo(() => leaves(level, kinds, open), [level, kinds, open]);
  const at = placeIn(list, place, selected);

  const go = (to: number) => {
    const twig = list[to]?.twig;
    if (!twig) return;
    if ("node" in twig) seek(twig.node);
    setPlace({ key: twig.key, at: to, selected: activeTab().selected });
  };
  /** Focus is on a row; false where it came back, as from a dialog, and one is elsewhere by now. */
  const came = (row: number): boolean => {
    if (row === at) return true;
    if (list[row]?.twig.key === place.key) return false;
    go(row);
    return true;
  };
  const doIt = ({ twig, open: opened }: Leaf) => {
    const asked = act(twig);
    if (asked === "fold") fold(twig.key, !opened);
    else if (asked && twig.kind === "port") setAsking({ ...twig, for: asked });
  };
  const follow = (move: Move, leaf: Leaf) => {
    if (move.to === "row") go(move.at);
    else if (move.to === "open" || move.to === "shut") fold(move.key, move.to === "open");
    else if (move.to === "act") doIt(leaf);
    else if (move.to === "cut") cut(leaf.twig);
    else if (leaf.twig.kind === "port") setAsking({ ...leaf.twig, for: "wire" });
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [move, leaf] = [moveOf(list, at, event.key), list[at]];
    if (!move || !leaf) return;
    event.preventDefault();
    follow(move, leaf);
  };
  return { list, at, selected, go, came, fold, doIt, press, asking, shut: () => setAsking(null) };
}

/** The keys of the rows that are open. */
function useFolds() {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const fold = (key: string, opened: boolean) =>
    setOpen((was) => new Set(opened ? [...was, key] : [...was].filter((one) => one !== key)));
  return { open, fold };
}

/** The canvas goes along: the node is selected there and brought to the middle. */
function seek(node: string): void {
  const { selected } = activeTab();
  if (!(selected.size === 1 && selected.has(node))) lookAt(node);
  select([node]);
}

/** The row one is at: the last one walked to, unless something else was selected since. */
function placeIn(list: readonly Leaf[], place: Place, selected: ReadonlySet<string>): number {
  const there = list.findIndex(({ twig }) => twig.key === place.key);
  if (selected !== place.selected && selected.size === 1) {
    const [only] = selected;
    const twig = list[there]?.twig;
    if (!twig || !("node" in twig) || twig.node !== only) {
      const node = list.findIndex(({ twig }) => twig.kind === "node" && twig.node === only);
      if (node >= 0) return node;
    }
  }
  return there >= 0 ? there : Math.min(place.at, list.length - 1);
}

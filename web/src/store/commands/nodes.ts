/** What is done with selected nodes: place, fold, frame, gather into one, enter. */
import { align, distribute, type Side } from "../../graph/align.ts";
import { dissolved } from "../../graph/dissolve.ts";
import { toggled } from "../../graph/folding.ts";
import { framed } from "../../graph/frames.ts";
import { madeNode } from "../../graph/group.ts";
import { detach } from "../../graph/insert.ts";
import { tidy } from "../../graph/layout.ts";
import { text } from "../../text/index.ts";
import { kinds } from "../catalogue.ts";
import { activeTab, edit, goTo, level, select } from "../documents.ts";
import { comeTo } from "../going.ts";
import { setNaming, toast } from "../ui.ts";
import type { Command } from "./command.ts";

const selected = () => [...activeTab().selected].filter((id) => level().nodes[id]);
const some = () => selected().length > 0;
const several = () => selected().length > 1;
const one = () => (selected().length === 1 ? selected()[0] : undefined);
const body = () => {
  const id = one();
  return id !== undefined && level().nodes[id]?.body ? id : undefined;
};

/** All nodes where nothing is selected. */
function tidyUp(): void {
  const ids = selected();
  edit((now) => tidy(now, kinds(), ids.length > 1 ? ids : undefined));
}

const toSide = (side: Side) => edit((now) => align(now, kinds(), selected(), side));
const apart = (way: "across" | "down") => edit((now) => distribute(now, kinds(), selected(), way));

function frame(): void {
  const made = framed(level(), selected(), text.canvas.frame.named, "blue");
  if (made) edit(() => made.level);
}

function gather(type: "group" | "repeat" | "for_each"): void {
  const made = madeNode(level(), kinds(), selected(), type, "");
  if ("refused" in made) return toast(text.canvas.notGathered(made.refused), "bad");
  edit(() => made.level);
  select([made.id]);
}

function dissolve(): void {
  const id = body();
  if (id === undefined) return;
  const made = dissolved(level(), kinds(), id);
  if ("refused" in made) return toast(text.canvas.notDissolved(made.refused), "bad");
  edit(() => made.level);
  select(made.ids);
}

function fold(): void {
  const ids = selected();
  const folded = level().editor?.folded ?? [];
  const all = ids.every((id) => folded.includes(id));
  edit((now) =>
    ids.reduce(
      (next, id) => (folded.includes(id) === all ? toggled(next, "folded", id) : next),
      now,
    ),
  );
}

const enter = () => {
  const id = body();
  if (id !== undefined) goTo([...activeTab().path, id]);
};
/** The title of a node, or what a note says. */
function name(): void {
  const id = one();
  if (id === undefined) return;
  comeTo(id);
  setNaming(id);
}
const isInside = () => activeTab().path.length > 0;

export const NODES: readonly Command[] = [
  { id: "tidy", group: "node", keys: "Shift+L", run: tidyUp },
  { id: "align-left", group: "node", keys: "A", can: several, run: () => toSide("left") },
  { id: "align-right", group: "node", keys: "D", can: several, run: () => toSide("right") },
  { id: "align-top", group: "node", keys: "W", can: several, run: () => toSide("top") },
  { id: "align-bottom", group: "node", keys: "S", can: several, run: () => toSide("bottom") },
  { id: "align-centre", group: "node", can: several, run: () => toSide("centre") },
  { id: "align-middle", group: "node", can: several, run: () => toSide("middle") },
  { id: "spread-across", group: "node", can: several, run: () => apart("across") },
  { id: "spread-down", group: "node", can: several, run: () => apart("down") },
  { id: "frame", group: "node", keys: "Mod+G", can: some, run: frame },
  { id: "group", group: "node", keys: "Mod+Shift+E", can: some, run: () => gather("group") },
  { id: "repeat", group: "node", can: some, run: () => gather("repeat") },
  { id: "for-each", group: "node", can: some, run: () => gather("for_each") },
  {
    id: "dissolve",
    group: "node",
    keys: "Mod+Shift+D",
    can: () => body() !== undefined,
    run: dissolve,
  },
  {
    id: "detach",
    group: "node",
    keys: "Mod+Shift+X",
    can: some,
    run: () => edit((now) => detach(now, kinds(), selected())),
  },
  { id: "fold", group: "node", keys: "H", can: some, run: fold },
  { id: "name", group: "node", keys: "F2", can: () => one() !== undefined, run: name },
  { id: "enter", group: "view", keys: "Enter", can: () => body() !== undefined, run: enter },
  {
    id: "leave",
    group: "view",
    keys: "Alt+ArrowUp",
    can: isInside,
    run: () => goTo(activeTab().path.slice(0, -1)),
  },
];

/** What is done from the rows of the outline. Each deed is told. */
import { END, START } from "../graph/document.ts";
import { connect, disconnect } from "../graph/edit.ts";
import { shapeOf } from "../graph/kinds.ts";
import { type Goal, type Twig, titleOf } from "../graph/outline.ts";
import type { End, Wire } from "../graph/wires.ts";
import { here } from "../store/addHere.ts";
import { kinds } from "../store/catalogue.ts";
import { perform } from "../store/commands/index.ts";
import { activeTab, edit, goTo, level, select } from "../store/documents.ts";
import { lookAt } from "../store/going.ts";
import { say, show } from "../store/ui.ts";
import { portOf } from "../store/wiring.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";

const words = text.panels.outline;

export const nameIn = (id: string): string =>
  id === START || id === END
    ? text.canvas.ends[id === START ? "start" : "end"]
    : titleOf(level().nodes[id], shapeOf(level(), id, kinds()), id);

export const endName = ({ node, port }: End): string => `${nameIn(node)} ${label(port)}`;

/** What Enter does; what is left for the tree to do is given back. */
export function act(twig: Twig): "fold" | "wire" | "value" | undefined {
  switch (twig.kind) {
    case "deed":
      return deed(twig.key);
    case "node":
      return enter(twig.node) ? undefined : "fold";
    case "port":
      return twig.port.widget && twig.wires.length === 0 && twig.node !== END ? "value" : "wire";
    case "wire": {
      const other = twig.side === "input" ? twig.wire.from.node : twig.wire.to.node;
      lookAt(other);
      select([other]);
    }
  }
}

function deed(key: "leave" | "add" | "run"): undefined {
  if (key === "leave") {
    const { path } = activeTab();
    goTo(path.slice(0, -1));
    select(path.slice(-1));
    return say(words.left) as undefined;
  }
  if (key === "run") return perform("run") as undefined;
  show({ kind: "add", adding: here() });
}

function enter(id: string): boolean {
  if (!level().nodes[id]?.body) return false;
  const title = nameIn(id);
  goTo([...activeTab().path, id]);
  say(words.entered(title));
  return true;
}

export function wire({ wire: made, port }: Goal): void {
  const many = portOf(made.to, "input")?.many ?? port.many;
  edit((now) => connect(now, made, many));
  say(words.wired(endName(made.from), endName(made.to)));
}

/** Delete on a wire, or on a port that has one. */
export function cut(twig: Twig): void {
  const wires = twig.kind === "wire" ? [twig.wire] : twig.kind === "port" ? twig.wires : [];
  const [one, ...more] = wires;
  if (!one) return say(words.open);
  if (more.length) return say(words.several(wires.length));
  unwire(one);
}

function unwire(gone: Wire): void {
  const told = words.unwired(endName(gone.from), endName(gone.to));
  edit((now) => disconnect(now, gone));
  say(told);
}

/** Adding by keys: the new node stands right of what is selected, else in the middle of what is seen. */
import type { Point } from "../graph/document.ts";
import { cardOf, HEADER, placeOf, WIDTH } from "../graph/geometry.ts";
import { text } from "../text/index.ts";
import { add } from "./adding.ts";
import { camera } from "./camera.ts";
import { kinds } from "./catalogue.ts";
import { activeTab, level } from "./documents.ts";
import { lookAt } from "./going.ts";
import { type Adding, say } from "./ui.ts";

const APART = { x: 80, y: 30 };
/** Of a node that nobody has seen yet. */
const HEIGHT = 240;

export function here(): Adding {
  const { x, y } = freeFrom(wished());
  const at = { x: x + WIDTH / 2, y: y + HEADER / 2 };
  return { at, screen: camera().toScreen(camera().middle()) };
}

/** The corner where it would stand if nothing did. */
function wished(): Point {
  const id = [...activeTab().selected].at(-1);
  const card = id === undefined ? undefined : cardOf(level(), id, kinds());
  if (id !== undefined && card) {
    const { x, y } = placeOf(level(), id);
    return { x: x + card.width + APART.x, y };
  }
  const { x, y } = camera().middle();
  return { x: x - WIDTH / 2, y: y - HEADER };
}

/** The next place downwards where it covers nothing. */
function freeFrom({ x, y: from }: Point): Point {
  const now = level();
  const near = Object.keys(now.nodes).flatMap((id) => {
    const [card, at] = [cardOf(now, id, kinds()), placeOf(now, id)];
    const beside = !card || at.x >= x + WIDTH || at.x + card.width <= x;
    return beside ? [] : [{ top: at.y - APART.y, bottom: at.y + card.height + APART.y }];
  });
  let y = from;
  for (const { top, bottom } of near.sort((a, b) => a.top - b.top)) {
    if (top < y + HEIGHT && bottom > y) y = bottom;
  }
  return { x, y };
}

/** Its id. */
export function addHere(type: string): string {
  const id = add(type, here());
  lookAt(id);
  say(text.panels.help.added(kinds()[type]?.title ?? type));
  return id;
}

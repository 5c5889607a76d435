/** To go to a node, wherever it is: into its body, select it, look at it. */
import { cardOf, placeOf } from "../graph/geometry.ts";
import { aimAt, camera } from "./camera.ts";
import { kinds } from "./catalogue.ts";
import { activeTab, goTo, level, select } from "./documents.ts";

/** By its path, as `loop/step`; false where it is not there any more. */
export function goToNode(path: string): boolean {
  const way = path.split("/");
  const id = way.pop() ?? "";
  const inside = activeTab().path.join("/") === way.join("/");
  if (!inside) {
    aimAt([id]);
    goTo(way);
  }
  const there = activeTab().path.length === way.length && Object.hasOwn(level().nodes, id);
  if (!there) {
    aimAt(null);
    return false;
  }
  select([id]);
  if (inside) camera().fit([id]);
  return true;
}

const NEAR = 0.5;

/** Where a node cannot be read, it is brought to the middle. */
export function comeTo(id: string): void {
  const { x, y } = camera().toScreen(placeOf(level(), id));
  const seen = x > 0 && y > 0 && x < innerWidth - 200 && y < innerHeight - 200;
  if (!seen || camera().view().zoom < NEAR) lookAt(id);
}

/** Bring a node to the middle without coming nearer or going away; never so far that it is not read. */
export function lookAt(id: string): void {
  const card = cardOf(level(), id, kinds());
  const { x, y } = placeOf(level(), id);
  const zoom = Math.max(camera().view().zoom, NEAR);
  if (card) camera().look({ x: x + card.width / 2, y: y + card.height / 2, zoom });
}

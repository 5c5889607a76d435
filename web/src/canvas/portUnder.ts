/** The port that an element of the page is, or lies in. */
import type { End } from "../graph/wires.ts";
import type { Side } from "../store/wiring.ts";

export function portUnder(element: Element | null): { end: End; side: Side } | undefined {
  const handle = element?.closest<HTMLElement>(".react-flow__handle");
  const { nodeid: node, handleid: port } = handle?.dataset ?? {};
  if (!handle || !node || !port) return undefined;
  return { end: { node, port }, side: handle.classList.contains("source") ? "output" : "input" };
}

/** The node that an element of the page lies in. */
export const nodeUnder = (element: Element | null): string | undefined =>
  element?.closest<HTMLElement>(".react-flow__node")?.dataset.id;

/** What the keys do in the outline, as trees have them everywhere. */
import { type Leaf, parentOf } from "../graph/outline.ts";

export type Move =
  | { readonly to: "row"; readonly at: number }
  | { readonly to: "open" | "shut"; readonly key: string }
  | { readonly to: "act" | "wire" | "cut" };

const PAGE = 10;

/** What a key asks for at a row; undefined where it is nothing to the outline. */
export function moveOf(list: readonly Leaf[], at: number, key: string): Move | undefined {
  const leaf = list[at];
  if (!leaf) return undefined;
  const row = (to: number): Move => ({
    to: "row",
    at: Math.min(Math.max(to, 0), list.length - 1),
  });
  switch (key) {
    case "ArrowDown":
      return row(at + 1);
    case "ArrowUp":
      return row(at - 1);
    case "PageDown":
      return row(at + PAGE);
    case "PageUp":
      return row(at - PAGE);
    case "Home":
      return row(0);
    case "End":
      return row(list.length - 1);
    case "ArrowRight":
      return leaf.open === false
        ? { to: "open", key: leaf.twig.key }
        : row(leaf.open ? at + 1 : at);
    case "ArrowLeft":
      return leaf.open
        ? { to: "shut", key: leaf.twig.key }
        : row(leaf.depth > 1 ? parentOf(list, at) : at);
    case "Enter":
      return { to: "act" };
    case "w":
    case "W":
      return leaf.twig.kind === "port" ? { to: "wire" } : undefined;
    case "Delete":
    case "Backspace":
      // a node that is selected goes as it does on the canvas
      return leaf.twig.kind === "port" || leaf.twig.kind === "wire" ? { to: "cut" } : undefined;
    default:
      return undefined;
  }
}

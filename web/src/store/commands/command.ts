/** One action of the user: menus, the palette, the keys and their page all read the same rows. */
import type { en } from "../../text/en/index.ts";

export interface Command {
  readonly id: keyof typeof en.commands;
  readonly group: "edit" | "view" | "run" | "file" | "node";
  /** Usual keys, as `Mod+Shift+Z`; several are divided by a space. */
  readonly keys?: string;
  /** Keys that are the browser's own: shown, but they cannot be others. */
  readonly fixed?: string;
  /** Whether it would do anything now; always where it is left out. */
  readonly can?: () => boolean;
  readonly run: () => void;
}

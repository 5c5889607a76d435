/** What menus are made of. */
import type { ReactNode } from "react";
import { type Command, canDo, commandOf, keysOf, labelOf } from "../store/commands/index.ts";

export interface Row {
  readonly label: string;
  readonly keys?: readonly string[] | undefined;
  readonly icon?: ReactNode;
  readonly disabled?: boolean | undefined;
  /** Given: the row is a switch. */
  readonly checked?: boolean | undefined;
  readonly submenu?: Rows | undefined;
  readonly run?: (() => void) | undefined;
}

/** `null` is a line between rows, or is left out. */
export type Rows = readonly (Row | null)[];

/** A command as a row, with the keys it has now. */
export function rowOf(id: Command["id"], more: Partial<Row> = {}): Row {
  const command = commandOf(id);
  if (!command) return { label: id, disabled: true, ...more };
  const [keys] = keysOf(command);
  return {
    label: labelOf(command),
    keys: keys === undefined ? [] : [keys],
    disabled: !canDo(command),
    run: command.run,
    ...more,
  };
}

/** Rows without lines at the ends, and without two in a row. */
export const tidied = (rows: Rows): Rows =>
  rows.filter((row, at) => {
    if (row) return true;
    return at > 0 && rows[at - 1] !== null && rows.slice(at).some(Boolean);
  });

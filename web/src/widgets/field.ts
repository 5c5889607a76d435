/** What every control of a row is given. */
import type { Port } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";

export interface WidgetProps {
  readonly node: string;
  /** The accessible name, such as "Sample steps". */
  readonly label: string;
  readonly port: Port;
  /** As it stands in the workflow; undefined where the default counts. */
  readonly value: Json | undefined;
  /** What the server says is wrong with it. */
  readonly problem?: string | undefined;
  /** `gesture` folds a sweep into one step of undo; undefined takes the value away. */
  readonly set: (value: Json | undefined, gesture?: string) => void;
  /** The gesture is over. */
  readonly end: () => void;
  /** Several values of the node in one step, such as width and height. */
  readonly setMany?: ((values: Record<string, Json>) => void) | undefined;
  /** What becomes of a seed with each run; undefined lets it be. */
  readonly seedMode?: SeedMode | undefined;
  readonly setSeedMode?: ((mode: SeedMode | undefined) => void) | undefined;
  /** The seed that the last run was made with. */
  readonly lastSeed?: number | undefined;
}

export type SeedMode = "random" | "next";

export interface FieldProps extends WidgetProps {
  readonly id: string;
  /** What is wrong, said or seen, in a sentence; it stands in the element `described`. */
  readonly wrong: string | undefined;
  readonly described: string | undefined;
}

let gestures = 0;

/** A key of its own for a sweep, a drag or the time a field has the focus. */
export const gestureOf = ({ port }: { port: Port }): string => `${port.name} ${++gestures}`;

/** Where a value goes home to: what its type, or for `auto` its model, wants. */
export const isHome = (port: Port, value: Json | undefined): boolean =>
  value === undefined || value === home(port);

export const home = (port: Port): Json | undefined =>
  port.auto && port.default !== "auto" ? "auto" : undefined;

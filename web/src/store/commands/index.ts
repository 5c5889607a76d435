/** Every command there is. */
import { text } from "../../text/index.ts";
import { useSettings } from "../settings.ts";
import { chordsOf, keysIn, listed, type Pressed } from "./chords.ts";
import type { Command } from "./command.ts";
import { EDIT } from "./edit.ts";
import { FILES } from "./files.ts";
import { NODES } from "./nodes.ts";
import { RUN } from "./run.ts";
import { VIEW } from "./view.ts";

export type { Command } from "./command.ts";

export const COMMANDS: readonly Command[] = [...RUN, ...FILES, ...EDIT, ...NODES, ...VIEW];

export const labelOf = (command: Command): string => text.commands[command.id];

export const commandOf = (id: Command["id"]): Command | undefined =>
  COMMANDS.find((one) => one.id === id);

/** The keys a command has: the user's own, else the usual; and those that are the browser's. */
export const keysOf = (command: Command): readonly string[] => [
  ...keysIn(useSettings.getState().keys, command),
  ...listed(command.fixed),
];

/** The same by the id of a command. */
export const keysFor = (id: Command["id"]): readonly string[] => {
  const command = commandOf(id);
  return command ? keysOf(command) : [];
};

export const canDo = ({ can }: Command): boolean => can?.() ?? true;

export function perform(id: Command["id"]): void {
  const command = commandOf(id);
  if (command && canDo(command)) command.run();
}

/** The command that keys which are down stand for, whether or not it can be done now. */
export function commandAt(event: Pressed): { command: Command; chord: string } | undefined {
  const { keys } = useSettings.getState();
  for (const chord of chordsOf(event)) {
    const command = COMMANDS.find((one) => keysIn(keys, one).includes(chord));
    if (command) return { command, chord };
  }
  return undefined;
}

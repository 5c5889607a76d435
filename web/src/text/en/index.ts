/** Every sentence the user reads, in English. */
import { canvas } from "./canvas.ts";
import { commands } from "./commands.ts";
import { files } from "./files.ts";
import { nodes } from "./nodes.ts";
import { panels } from "./panels.ts";
import { runs } from "./runs.ts";
import { widgets } from "./widgets.ts";

export const en = { canvas, commands, files, nodes, panels, runs, widgets };

/** The inputs and outputs of the body that is seen: changed with the node that holds it. */

import {
  addInput,
  addOutput,
  removeInput,
  removeOutput,
  renameInput,
  renameOutput,
} from "../graph/body.ts";
import { type Level, START } from "../graph/document.ts";
import { connect } from "../graph/edit.ts";
import { changeAt, standing } from "../graph/levels.ts";
import { lettingGo } from "../graph/outputs.ts";
import type { End } from "../graph/wires.ts";
import { kinds } from "./catalogue.ts";
import { activeTab, editWorkflow } from "./documents.ts";
import { portOf } from "./wiring.ts";

/** Change the level around the body, and in it the node that holds it. */
function editOuter(change: (outer: Level, id: string) => Level): void {
  editWorkflow((workflow) => {
    const path = standing(workflow, activeTab().path);
    const id = path.at(-1);
    if (id === undefined) return workflow;
    const next = changeAt(workflow, path.slice(0, -1), (outer) => change(outer, id));
    return lettingGo(workflow, next, path);
  });
}

/** What an output inside gives goes out of the body, under the name it has there. */
export const giveOut = (source: End): void =>
  editOuter((outer, id) => addOutput(outer, kinds(), id, source).level);

/** What an input inside needs comes into the body, under the name it has there. */
export function takeIn(target: End): void {
  const port = portOf(target, "input");
  if (!port) return;
  const type = port.many ? `list[${port.type}]` : port.type;
  const more = port.required ? {} : { optional: true };
  editOuter((outer, id) => {
    const { level, name } = addInput(outer, id, port.name, type, more);
    const wire = { from: { node: START, port: name }, to: target };
    return changeAt(level, [id], (body) => connect(body, wire, port.many));
  });
}

export const renamePort = (side: "input" | "output", name: string, to: string): void =>
  editOuter((outer, id) =>
    side === "input" ? renameInput(outer, id, name, to) : renameOutput(outer, id, name, to),
  );

export const removePort = (side: "input" | "output", name: string): void =>
  editOuter((outer, id) =>
    side === "input" ? removeInput(outer, id, name) : removeOutput(outer, id, name),
  );

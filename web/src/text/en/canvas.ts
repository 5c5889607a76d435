/** What is said on the canvas: wires, refusals, frames, bodies, how to begin. */
import type { DissolveRefusal } from "../../graph/dissolve.ts";
import type { Refusal } from "../../graph/fits.ts";
import type { GroupRefusal } from "../../graph/group.ts";

const NAMES: Readonly<Record<string, string>> = {
  int: "whole number",
  float: "number",
  str: "text",
  bool: "yes or no",
  TextEncoder: "text encoder",
  ControlNet: "ControlNet",
  SamplerState: "sampler state",
  Sigmas: "noise schedule",
  Vae: "VAE",
  "?": "unknown",
};
/** A type of wire in a sentence. */
export const typeName = (type: string): string => NAMES[type] ?? type.toLowerCase();

const withArticle = (type: string): string => {
  const name = typeName(type);
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
};
const capital = (said: string) => said[0]?.toUpperCase() + said.slice(1);

export const canvas = {
  region: "Canvas",
  map: "Map",
  aria: {
    "node.a11yDescription.default": "Enter selects the node, Delete takes it away.",
    "node.a11yDescription.keyboardDisabled":
      "Enter selects the node, then the arrow keys move it; Delete takes it away.",
    "node.a11yDescription.ariaLiveMessage": ({
      x,
      y,
    }: {
      direction: string;
      x: number;
      y: number;
    }) => `Moved to ${x}, ${y}.`,
    "edge.a11yDescription.default": "Enter selects the wire, then Delete takes it away.",
    "controls.ariaLabel": "View",
    "controls.zoomIn.ariaLabel": "Zoom in",
    "controls.zoomOut.ariaLabel": "Zoom out",
    "controls.fitView.ariaLabel": "Show all",
    "controls.interactive.ariaLabel": "Lock",
    "minimap.ariaLabel": "Map",
    "handle.ariaLabel": "Port",
  },
  port: (title: string, name: string, side: "input" | "output") => `${title} ${name} ${side}`,
  portHint: (type: string, many: boolean) => (many ? `several: ${typeName(type)}` : typeName(type)),
  wire: (from: string, to: string) => `Wire from ${from} to ${to}`,
  refusal: (refused: Refusal): string => {
    switch (refused.why) {
      case "type":
        return `${capital(withArticle(refused.from))} cannot go into ${withArticle(refused.to)} input.`;
      case "list":
        return `This is a list, and the input takes one ${typeName(refused.type)}: put the node into the For each, or into one of its own.`;
      case "loop":
        return "That would make a loop. What goes round belongs into a Repeat.";
      case "side":
        return refused.side === "input"
          ? "An input goes to an output."
          : "An output goes to an input.";
      case "gone":
        return "There is no such port any more.";
    }
  },
  between: (title: string) => `Put “${title}” between`,
  wiringFrom: (port: string) => `Wire from ${port}: choose a port, Escape leaves it.`,
  wired: (from: string, to: string) => `Wired ${from} to ${to}.`,
  bend: (number: number) => (number ? `Bend ${number} of the wire` : "Bend of the wire"),
  pin: "Keep this shown",
  unpin: "Show this no longer",
  unknownYet: "Not known before it runs",
  addNode: "Add node",
  addPlaceholder: "Which node?",
  addFor: (type: string) => `Nodes for ${typeName(type)}`,
  nothingFits: "No node fits here.",
  emptyTitle: "An empty workflow",
  emptyHint:
    "Double-click or press Space to add a node. Drop a picture or a workflow here to begin with it.",
  emptyExample: "Open an example",
  emptyFirst: "Begin with the first picture",
  bodyEmpty: "Nothing is in here yet. Wire what comes In to what goes Out.",
  way: "Way into the nodes",
  top: "Workflow",
  unconnected: "The catalogue of nodes is on its way …",
  menu: "What can be done here",
  wireMenu: "What can be done with this wire",
  insertHere: "Put a node in …",
  bendHere: "Bend it here",
  cut: "Cut",
  cannotPaste: "The browser does not give its clipboard: press Ctrl+V.",
  nothingToPaste: "There is nothing in the clipboard that is a workflow.",
  frame: {
    named: "Frame",
    title: "Title of the frame",
    fold: "Fold the frame",
    unfold: "Unfold the frame",
    run: "Run the frame",
    mute: "Mute the frame",
    colour: "Another colour",
    remove: "Take the frame away, keep its nodes",
    count: (nodes: number) => (nodes === 1 ? "1 node" : `${nodes} nodes`),
  },
  notGathered: (refused: GroupRefusal): string => {
    switch (refused.why) {
      case "empty":
        return "Select the nodes that are to be one.";
      case "loop":
        return `A way leaves these nodes and comes back by ${refused.node}: select that one too.`;
      case "unknown":
        return `What ${refused.node} gives at ${refused.port} is not known, so it cannot come in.`;
    }
  },
  notDissolved: ({ why }: DissolveRefusal): string =>
    why === "turns"
      ? "Only a group can be put back: what runs several times has no other place."
      : "There is nothing inside this node.",
  newPort: { start: "wire from here: a new input", end: "wire to here: a new output" },
  portName: (name: string) => `Name of ${name}`,
  removePort: (name: string) => `Take ${name} away`,
  zone: (type: string) => ({ repeat: "Repeat", for_each: "For each" })[type] ?? "Group",
  ends: { start: "In", end: "Out" },
} as const;

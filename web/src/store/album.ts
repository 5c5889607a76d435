/** Pictures that runs made, in a row, and the seed that one hangs on. */
import type { Output } from "../api/messages.ts";
import type { Level, Workflow } from "../graph/document.ts";
import { reach } from "../graph/wires.ts";
import type { Ended } from "./past.ts";

/** `run` and `node` are left out where they are not known here. */
export interface Made {
  readonly asset: string;
  readonly name: string;
  readonly title: string;
  readonly run?: string;
  readonly node?: string;
}

const PICTURE = /\.(png|jpe?g|webp|avif|gif)$/i;

export const isPicture = ({ path }: Output): boolean => PICTURE.test(path);

/** The pictures of runs, in their order; one that several runs gave stands once. */
export function picturesOf(runs: readonly Pick<Ended, "run" | "title" | "outputs">[]): Made[] {
  const made = new Map<string, Made>();
  for (const { run, title, outputs } of runs) {
    for (const output of outputs.filter(isPicture)) {
      const { asset, node, path } = output;
      const name = path.split("/").at(-1) ?? path;
      if (!made.has(asset)) made.set(asset, { asset, name, title, run, node });
    }
  }
  return [...made.values()];
}

/** The picture so many places on: `1` is the next, `-1` the one before. */
export function beside(pictures: readonly Made[], asset: string, by: number): Made | undefined {
  const at = pictures.findIndex((one) => one.asset === asset);
  return at < 0 ? undefined : pictures[at + by];
}

/** The seed that a picture hangs on: that of the nearest node before it that has one. */
export function seedOf(workflow: Workflow, node: string): number | undefined {
  const [id = node] = node.split("/");
  const before = workflow.nodes[id] ? reach(workflow, [id], "from") : Object.keys(workflow.nodes);
  for (const one of before) {
    const seed = seedAt(workflow, one);
    if (seed !== undefined) return seed;
  }
  return undefined;
}

function seedAt(level: Level, id: string): number | undefined {
  const entry = level.nodes[id];
  const seed = entry?.values?.seed;
  if (typeof seed === "number") return seed;
  if (!entry?.body) return undefined;
  const { body } = entry;
  const seeds = Object.keys(body.nodes).map((inner) => seedAt(body, inner));
  return seeds.find((found) => found !== undefined);
}

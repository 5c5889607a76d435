/** The model files an input may name. */
import type { ModelFile } from "../api/messages.ts";
import { nearest } from "../graph/nearest.ts";
import { text } from "../text/index.ts";
import type { Item } from "./picking.ts";

export interface ModelItem extends Item {
  readonly model: ModelFile;
}

const ENDINGS = [".safetensors", ".ckpt", ".pt", ".pth", ".bin"];

/** The model of a name, which may be written with its ending. */
export function modelNamed(models: readonly ModelFile[], name: string): ModelFile | undefined {
  const bare = ENDINGS.reduce(
    (now, end) => (now.endsWith(end) ? now.slice(0, -end.length) : now),
    name,
  );
  return models.find((model) => model.name === name || model.name === bare);
}

/** Whether a name is known to lead nowhere. A path of the machine is only known there. */
export const isMissing = (models: readonly ModelFile[], looking: boolean, name: string): boolean =>
  name !== "" && !looking && !/^([\\/~]|[A-Za-z]:)/.test(name) && !modelNamed(models, name);

/** What whole models hold as well. */
const HELD: readonly string[] = ["vae", "text_encoder"];

/** What there is to choose from: the nearest to a name that is gone, then all of the kind; for a
 * part of models also whole ones, which hold it. */
export function itemsFor(models: readonly ModelFile[], kind: string, gone?: string): ModelItem[] {
  const words = text.widgets.file;
  const own = sorted(models.filter((model) => model.kind === kind));
  const whole = HELD.includes(kind) ? sorted(models.filter((model) => model.kind === "model")) : [];
  const names = nearest(gone ?? "", gone ? [...own, ...whole].map(({ name }) => name) : []);
  const near = names.flatMap((name) => modelNamed(models, name) ?? []);
  const rest = (list: readonly ModelFile[]) => list.filter((model) => !near.includes(model));
  const headed = near.length > 0 || whole.length > 0;
  return [
    ...near.map((model) => itemOf(model, words.nearest)),
    ...rest(own).map((model) => itemOf(model, headed ? words.all(kind) : undefined)),
    ...rest(whole).map((model) => itemOf(model, words.whole)),
  ];
}

/** Those that can be used first. */
const sorted = (models: readonly ModelFile[]): ModelFile[] =>
  [...models].sort(
    (a, b) =>
      Number(a.problem !== null) - Number(b.problem !== null) || a.name.localeCompare(b.name),
  );

const itemOf = (model: ModelFile, group: string | undefined): ModelItem => ({
  value: model.name,
  title: model.name,
  group,
  words: `${model.family ?? ""} ${model.folder}`,
  model,
});

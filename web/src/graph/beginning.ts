/** What a new node begins with. */
import type { ModelFile, Port } from "../api/messages.ts";
import type { Json } from "./document.ts";

/** The models that it cannot do without, each where there is only one to choose. */
export function beginning(
  inputs: readonly Port[],
  models: readonly ModelFile[],
): Record<string, Json> {
  const found = inputs
    .filter(({ required, widget }) => required && widget?.type === "File")
    .flatMap(({ name, widget }) => {
      const sound = models.filter((one) => one.kind === widget?.kind && one.problem === null);
      return sound.length === 1 ? sound.map((model) => [name, model.name] as const) : [];
    });
  return Object.fromEntries(found);
}

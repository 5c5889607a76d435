/** Whether the file that a value names is known to be gone, in a sentence. */
import type { Port } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { usePictures } from "../store/pictures.ts";
import { text } from "../text/index.ts";
import { isMissing } from "./models.ts";

export function useGone(port: Port, value: Json | undefined): string | undefined {
  const name = String((value === undefined ? port.default : value) ?? "");
  const isPicture = port.widget?.kind === "image";
  const lost = usePictures(({ gone }) => isPicture && gone.has(name));
  const missing = useCatalogue(
    ({ models, looking }) => !isPicture && isMissing(models, looking, name),
  );
  if (lost) return text.widgets.picture.gone;
  return missing ? text.widgets.file.missing(name) : undefined;
}

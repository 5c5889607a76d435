/** Buttons that put the nearest thing there is in the place of one that is not here. */
import { changeNode, setValue } from "../graph/edit.ts";
import { shapeOf } from "../graph/kinds.ts";
import { nearest } from "../graph/nearest.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { edit, level } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { isMissing, itemsFor } from "../widgets/models.ts";

/** The type of node whose name is most like the one that is missing: it takes its place. */
export function NearestType({ id, type }: { id: string; type: string }) {
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const [name] = nearest(type, Object.keys(kinds), 1);
  if (name === undefined) return null;
  const use = () => edit((now) => changeNode(now, id, (entry) => ({ ...entry, type: name })));
  return <UseButton title={kinds[name]?.title ?? name} use={use} />;
}

/** The model file that is most like the one an input names, where that is gone. */
export function NearestFile({ id, port }: { id: string; port: string }) {
  const { models, looking, kinds } = useCatalogue();
  const given = level().nodes[id]?.values?.[port];
  const input = shapeOf(level(), id, kinds)?.inputs.find(({ name }) => name === port);
  const kind = input?.widget?.type === "File" ? String(input.widget.kind) : "image";
  if (kind === "image" || typeof given !== "string" || !isMissing(models, looking, given)) {
    return null;
  }
  const name = itemsFor(models, kind, given)[0]?.model.name;
  if (name === undefined) return null;
  return <UseButton title={name} use={() => edit((now) => setValue(now, id, port, name))} />;
}

function UseButton({ title, use }: { title: string; use: () => void }) {
  return (
    <button type="button" className="button small" onClick={use}>
      {text.nodes.nearest(title)}
    </button>
  );
}

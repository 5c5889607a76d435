import { ChevronsUpDown, TriangleAlert } from "lucide-react";
import type { ModelFile } from "../api/messages.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { text } from "../text/index.ts";
import { usePopup } from "../ui/usePopup.ts";
import { Chooser } from "./Chooser.tsx";
import type { FieldProps } from "./field.ts";
import { isMissing, itemsFor, modelNamed } from "./models.ts";
import { Picker } from "./Picker.tsx";

/** A model file by its name, with its family and size. One that is gone is said to be. */
export function ModelField(field: FieldProps) {
  const { port, value } = field;
  const popup = usePopup<HTMLButtonElement>();
  const models = useCatalogue((catalogue) => catalogue.models);
  const looking = useCatalogue((catalogue) => catalogue.looking);
  const kind = String(port.widget?.kind ?? "model");
  const name = String((value === undefined ? port.default : value) ?? "");
  const missing = isMissing(models, looking, name);
  const model = modelNamed(models, name);
  return (
    <>
      <Chooser field={field} popup={popup} title={model && `${model.name}\n${about(model)}`}>
        <span
          className="value-chooser-text"
          data-empty={!name || undefined}
          data-missing={missing || undefined}
        >
          {name ? lastOf(name) : port.required ? text.widgets.choose : text.widgets.none}
        </span>
        <ChevronsUpDown size={11} aria-hidden />
      </Chooser>
      {popup.open && (
        <ModelPicker
          {...{ field, popup, kind, name, looking, models }}
          gone={missing ? name : undefined}
        />
      )}
    </>
  );
}

interface PickerProps {
  readonly field: FieldProps;
  readonly popup: ReturnType<typeof usePopup<HTMLButtonElement>>;
  readonly kind: string;
  readonly name: string;
  readonly gone: string | undefined;
  readonly looking: boolean;
  readonly models: readonly ModelFile[];
}

function ModelPicker({ field, popup, kind, name, gone, looking, models }: PickerProps) {
  const words = text.widgets.file;
  return (
    <Picker
      id={field.id}
      anchor={popup.anchor}
      label={field.label}
      className="models"
      items={itemsFor(models, kind, gone)}
      chosen={modelNamed(models, name)?.name}
      searched
      draw={({ model }) => <Model model={model} />}
      empty={words.none(kind)}
      foot={looking && <p className="picker-empty">{words.looking}</p>}
      pick={({ value }) => {
        if (value !== field.value) field.set(value);
        popup.back();
      }}
      close={popup.close}
    />
  );
}

function Model({ model }: { readonly model: ModelFile }) {
  return (
    <>
      <span className="model-name">{model.name}</span>
      <small>{about(model)}</small>
      {model.problem && (
        <small className="model-problem">
          <TriangleAlert size={12} aria-hidden /> {model.problem}
        </small>
      )}
    </>
  );
}

/** Without its folders, which its title tells. */
const lastOf = (name: string): string => name.replace(/^.*[\\/](?=.)/, "");

const about = ({ family, bytes }: ModelFile): string =>
  [family, text.widgets.bytes(bytes)].filter(Boolean).join(" · ");

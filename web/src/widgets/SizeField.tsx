import { ChevronDown } from "lucide-react";
import { shapeOf } from "../graph/kinds.ts";
import { kinds } from "../store/catalogue.ts";
import { level } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { usePopup } from "../ui/usePopup.ts";
import type { FieldProps } from "./field.ts";
import { NumberField } from "./NumberField.tsx";
import { rangeOf } from "./numbers.ts";
import { Picker } from "./Picker.tsx";
import { type Preset, presetsFor } from "./sizes.ts";

/** A side in pixels, with the sizes that models were made for. */
export function SizeField(field: FieldProps) {
  const popup = usePopup<HTMLButtonElement>();
  return (
    <span className="value-beside">
      <NumberField {...field} />
      <button
        type="button"
        className="value-side nodrag"
        aria-haspopup="listbox"
        aria-label={text.widgets.size(field.label)}
        title={text.widgets.sizeHint}
        {...popup.button}
      >
        <ChevronDown size={13} aria-hidden />
      </button>
      {popup.open && <Presets field={field} popup={popup} />}
    </span>
  );
}

interface Props {
  readonly field: FieldProps;
  readonly popup: ReturnType<typeof usePopup<HTMLButtonElement>>;
}

/** Both sides at once, where the node has both. */
function Presets({ field, popup }: Props) {
  const both = hasBoth(field);
  const pick = ({ sides: [width, height] }: Preset) => {
    if (height === undefined) field.set(width);
    else field.setMany?.({ width, height });
    popup.back();
  };
  return (
    <Picker
      id={field.id}
      anchor={popup.anchor}
      label={text.widgets.size(field.label)}
      className="sizes"
      items={presetsFor(rangeOf(field.port), both)}
      chosen={both ? formatOf(field) : String(field.value ?? field.port.default)}
      draw={({ title, ratio }) => (
        <>
          {title} <small>{ratio}</small>
        </>
      )}
      pick={pick}
      close={popup.close}
    />
  );
}

const SIDES = ["width", "height"];

function hasBoth({ node, port, setMany }: FieldProps): boolean {
  if (!setMany || !SIDES.includes(port.name)) return false;
  const inputs = shapeOf(level(), node, kinds())?.inputs ?? [];
  return SIDES.every((side) =>
    inputs.some(({ name, widget }) => name === side && widget?.type === "Size"),
  );
}

/** What the node has now. */
function formatOf({ node }: FieldProps): string {
  const { values = {} } = level().nodes[node] ?? {};
  return `${values.width} × ${values.height}`;
}

import { ChevronsUpDown } from "lucide-react";
import { text } from "../text/index.ts";
import { usePopup } from "../ui/usePopup.ts";
import { Chooser } from "./Chooser.tsx";
import type { FieldProps } from "./field.ts";
import { Picker } from "./Picker.tsx";
import type { Item } from "./picking.ts";

const FEW = 8;

/** One of some words. */
export function ChoiceField(field: FieldProps) {
  const { label, port, value, set } = field;
  const popup = usePopup<HTMLButtonElement>();
  const options = Array.isArray(port.widget?.options) ? port.widget.options.map(String) : [];
  const counts = value === undefined ? port.default : value;
  const chosen = counts === null || counts === undefined ? undefined : String(counts);
  return (
    <>
      <Chooser field={field} popup={popup}>
        <span className="value-chooser-text" data-empty={chosen === undefined || undefined}>
          {chosen ?? text.widgets.choose}
        </span>
        <ChevronsUpDown size={11} aria-hidden />
      </Chooser>
      {popup.open && (
        <Picker
          id={field.id}
          anchor={popup.anchor}
          label={label}
          items={options.map(asItem)}
          chosen={chosen}
          searched={options.length > FEW}
          pick={(item) => {
            if (item.value !== chosen) set(item.value);
            popup.back();
          }}
          close={popup.close}
        />
      )}
    </>
  );
}

const asItem = (option: string): Item => ({ value: option, title: option });

import { memo } from "react";
import { ChoiceField } from "./ChoiceField.tsx";
import { ColourField } from "./ColourField.tsx";
import { CurveField } from "./CurveField.tsx";
import type { FieldProps, WidgetProps } from "./field.ts";
import { ModelField } from "./ModelField.tsx";
import { NumberField } from "./NumberField.tsx";
import { PictureField } from "./PictureField.tsx";
import { PromptField } from "./PromptField.tsx";
import { Row } from "./Row.tsx";
import { SeedField } from "./SeedField.tsx";
import { SizeField } from "./SizeField.tsx";
import { ToggleField } from "./ToggleField.tsx";
import { useGone } from "./useGone.ts";
import { wrongIn } from "./wrong.ts";

export type { WidgetProps } from "./field.ts";

/** The control of a value, in the row of its node. It keeps what is being typed to itself. */
export const Widget = memo(function Widget(props: WidgetProps) {
  const { widget, many } = props.port;
  return widget?.type === "File" && !many ? <OfFile {...props} /> : <Valued {...props} />;
});

/** Files come and go while their names stay. */
function OfFile(props: WidgetProps) {
  const gone = useGone(props.port, props.value);
  return <Valued {...props} problem={props.problem ?? gone} />;
}

function Valued(props: WidgetProps) {
  const { node, port, value } = props;
  const wrong = props.problem ?? wrongIn(port, value);
  const id = `${node}-${port.name}`;
  const field = { ...props, id, wrong, described: wrong && `${id}-wrong` };
  return (
    <Row {...field}>
      <Field {...field} />
    </Row>
  );
}

/** One case for each kind of widget. What a newer server brings is edited as text. */
function Field(props: FieldProps) {
  const { widget, many } = props.port;
  if (many) return <PromptField {...props} />;
  switch (widget?.type) {
    case "Slider":
    case "Number":
      return <NumberField {...props} />;
    case "Size":
      return <SizeField {...props} />;
    case "Seed":
      return <SeedField {...props} />;
    case "Choice":
      return <ChoiceField {...props} />;
    case "Toggle":
      return <ToggleField {...props} />;
    case "File":
      return widget.kind === "image" ? <PictureField {...props} /> : <ModelField {...props} />;
    case "Color":
      return <ColourField {...props} />;
    case "Curve":
      return <CurveField {...props} />;
    default:
      return <PromptField {...props} />;
  }
}

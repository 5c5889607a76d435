import { Spline, Type } from "lucide-react";
import { useState } from "react";
import { text } from "../text/index.ts";
import { CurvePlot } from "./CurvePlot.tsx";
import { endsOf, type Points, readCurve, writeCurve } from "./curve.ts";
import type { FieldProps } from "./field.ts";
import { PromptField } from "./PromptField.tsx";

/** A value over a run: drawn, or written as points. */
export function CurveField(field: FieldProps) {
  const { label, port, value, set } = field;
  const [asText, setAsText] = useState(false);
  const ends = endsOf(port);
  const points = readCurve(String((value === undefined ? port.default : value) ?? ""), ends);
  const written = asText || !points;
  const words = text.widgets.curve;
  const put = (next: Points, gesture?: string) => set(writeCurve(next), gesture);
  return (
    <span className="value-curve">
      <button
        type="button"
        className="value-curve-how nodrag"
        aria-label={written ? words.asDrawing(label) : words.asText(label)}
        title={written ? words.asDrawingHint : words.asTextHint}
        disabled={!points}
        onClick={() => setAsText(!written)}
      >
        {written ? <Spline size={12} aria-hidden /> : <Type size={12} aria-hidden />}
      </button>
      {written ? (
        <PromptField {...field} />
      ) : (
        <CurvePlot field={field} points={points} ends={ends} put={put} />
      )}
    </span>
  );
}

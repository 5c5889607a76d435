/** What is wrong with a value, as far as it is seen without the server, in a sentence. */
import type { Port } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";
import { text } from "../text/index.ts";
import { isColour } from "./colour.ts";
import { endsOf, readCurve } from "./curve.ts";
import { rangeOf, shown } from "./numbers.ts";

/** Of the server: longer texts and names are refused there. */
const [LONGEST, LONGEST_NAME] = [2 ** 20, 1000];
const SHOWN = 40;

export function wrongIn(port: Port, value: Json | undefined): string | undefined {
  if (value === undefined || (port.auto && value === "auto")) return undefined;
  if (value === null) return port.required ? said("nothing") : undefined;
  if (port.many) return Array.isArray(value) ? undefined : said("list");
  switch (port.widget?.type) {
    case "Choice":
      return choice(port, value);
    case "Toggle":
      return typeof value === "boolean" ? undefined : said("toggle");
    case "Color":
      return isColour(value) ? undefined : text.widgets.wrong.colour(brief(value));
    case "Curve":
      return curve(port, value);
    case "File":
      return words(value, LONGEST_NAME);
    case "Prompt":
      return words(value, LONGEST);
    default:
      return number(port, value);
  }
}

const said = (what: "nothing" | "list" | "toggle"): string => text.widgets.wrong[what];

function number(port: Port, value: Json): string | undefined {
  const range = rangeOf(port);
  if (typeof value !== "number") return text.widgets.wrong.number(brief(value));
  if (range.whole && !Number.isInteger(value)) return text.widgets.wrong.whole(brief(value));
  const { min, max } = range;
  const [low, high] = [min !== null && value < min, max !== null && value > max];
  if (!low && !high) return undefined;
  const bound = (end: number | null) =>
    end === null ? null : shown(end, { ...range, step: null });
  return text.widgets.wrong.outside(shown(value, range), bound(min), bound(max));
}

function choice(port: Port, value: Json): string | undefined {
  const { options } = port.widget ?? {};
  if (Array.isArray(options) && options.includes(value)) return undefined;
  return text.widgets.wrong.choice(brief(value));
}

function curve(port: Port, value: Json): string | undefined {
  const ends = endsOf(port);
  if (typeof value === "string" && readCurve(value, ends)) return undefined;
  return text.widgets.wrong.curve(ends.min, ends.max);
}

function words(value: Json, most: number): string | undefined {
  if (typeof value !== "string") return text.widgets.wrong.text(brief(value));
  return value.length > most ? text.widgets.wrong.long(value.length, most) : undefined;
}

function brief(value: Json): string {
  const told = typeof value === "string" ? `“${value}”` : JSON.stringify(value);
  return told.length > SHOWN ? `${told.slice(0, SHOWN)}…` : told;
}

/** Values as text to edit, and back: one text, or a list with one entry on each line. */
import type { Port } from "../api/messages.ts";
import type { Json } from "../graph/document.ts";

export interface Writing {
  write(value: Json | undefined): string;
  /** undefined takes the value away; null where the text cannot be read. */
  read(text: string): Json | undefined;
}

export const linesOf = (port: Port): number => {
  const lines = port.widget?.lines;
  return typeof lines === "number" && lines > 1 ? lines : 1;
};

const asText = (value: unknown): string =>
  value === undefined || value === null
    ? ""
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

export function writingOf(port: Port): Writing {
  return port.many ? listWriting(port) : textWriting(port);
}

function textWriting(port: Port): Writing {
  const clear = asText(port.default) === "" && !port.required;
  return {
    write: (value) => asText(value === undefined ? port.default : value),
    read: (text) => (text === "" && clear ? undefined : text),
  };
}

/** Numbers may also stand beside one another, divided by commas. */
function listWriting(port: Port): Writing {
  const isNumber = port.type === "int" || port.type === "float";
  const by = linesOf(port) > 1 ? "\n" : isNumber ? ", " : " | ";
  return {
    write: (value) => {
      const list = value === undefined ? port.default : value;
      return Array.isArray(list) ? list.map(asText).join(by) : asText(list);
    },
    read: (text) => {
      if (!text.trim()) return undefined;
      if (isNumber) return text.split(/[\n,;]+/).flatMap(entry);
      const lines = text.split(linesOf(port) > 1 ? /\n/ : /\s*\|\s*|\n/);
      while (lines.at(-1) === "") lines.pop();
      return lines;
    },
  };
}

const entry = (text: string): Json[] => {
  const word = text.trim();
  return word === "" ? [] : [Number.isFinite(Number(word)) ? Number(word) : word];
};

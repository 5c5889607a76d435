/** A workflow from text that came from anywhere. */
import { FORMAT, isObject, isWorkflow, type Workflow } from "../graph/document.ts";

/** `line`: where it stops to be JSON, if the browser says so. */
export type NotRead =
  | { readonly why: "json"; readonly line?: number }
  | { readonly why: "other" }
  | { readonly why: "newer"; readonly format: string };

export type Read = { readonly workflow: Workflow } | NotRead;

export function readWorkflow(text: string): Read {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    if (place === undefined) return { why: "json" };
    return { why: "json", line: text.slice(0, Number(place)).split("\n").length };
  }
  return asWorkflow(document);
}

export function asWorkflow(document: unknown): Read {
  if (!isObject(document)) return { why: "other" };
  const { format } = document;
  if (typeof format !== "string" || !/^latentwire\/[1-9]\d*$/.test(format)) return { why: "other" };
  if (format !== FORMAT) return { why: "newer", format };
  return isWorkflow(document) ? { workflow: document } : { why: "other" };
}

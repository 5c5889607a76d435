/** What was let go over the page, by its name and type, before any of it is read. */

export type Dropped = "workflow" | "picture" | "model" | "text" | "other";

const PICTURES = /\.(png|jpe?g|webp|avif|gif|bmp|tiff?)$/i;
const MODELS = /\.(safetensors|sft|ckpt|pth?|bin|gguf|onnx)$/i;
const TEXTS = /\.(txt|md|text|prompt)$/i;

export function kindOf({ name, type }: { readonly name: string; readonly type: string }): Dropped {
  if (MODELS.test(name)) return "model";
  if (/\.json$/i.test(name) || type === "application/json") return "workflow";
  if (type.startsWith("image/") || PICTURES.test(name)) return "picture";
  if (type.startsWith("text/") || TEXTS.test(name)) return "text";
  return "other";
}

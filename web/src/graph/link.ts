/** A workflow in a link: all of it is in the part after #, which no server gets to see. */
import { isWorkflow, type Workflow } from "./document.ts";

const MARK = "graph=";
/** What unpacks to more than this was made to fill the memory. */
const MOST = 32 * 1024 * 1024;

/** `#graph=…` for the end of an address. */
export async function asLink(workflow: Workflow): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(workflow));
  const packed = await gathered(through(bytes, new CompressionStream("deflate-raw")));
  let text = "";
  for (let at = 0; at < packed.length; at += 8192) {
    text += String.fromCharCode(...packed.subarray(at, at + 8192));
  }
  const code = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `#${MARK}${code}`;
}

/** The workflow in the part of an address after #; null where there is none, or a broken one. */
export async function fromLink(hash: string): Promise<Workflow | null> {
  const code = hash.replace(/^#/, "");
  if (!code.startsWith(MARK)) return null;
  try {
    const text = atob(code.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const bytes = await gathered(through(packed, new DecompressionStream("deflate-raw")));
    const read: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isWorkflow(read) ? read : null;
  } catch {
    return null;
  }
}

type Bytes = Uint8Array<ArrayBuffer>;
type Packer = CompressionStream | DecompressionStream;

const through = (bytes: Bytes, packer: Packer): ReadableStream<Bytes> =>
  new Blob([bytes]).stream().pipeThrough(packer as TransformStream<Bytes, Bytes>);

async function gathered(stream: ReadableStream<Bytes>): Promise<Bytes> {
  const reader = stream.getReader();
  const parts: Bytes[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > MOST) {
      await reader.cancel();
      throw new RangeError("too much");
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

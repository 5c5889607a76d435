/** What goes by HTTP: logging in, pictures up and down, deleted workflows, what a picture holds. */
import { Refused } from "./line.ts";
import type { Asset, Saved } from "./messages.ts";

/** Exchange the code of a link for the cookie. Raises `Refused`. */
export async function logIn(code: string): Promise<void> {
  await ask("/v1/login", { method: "POST", ...json({ code }) });
}

/** Keep a picture on the server. */
export async function upload(file: Blob, name: string): Promise<Asset> {
  const type = "application/octet-stream"; // what it is, the server sees for itself
  const url = `/v1/assets?name=${encodeURIComponent(name)}`;
  return read(await ask(url, { method: "POST", body: file, headers: { "Content-Type": type } }));
}

/** Where a picture is; at most `width` pixels wide. */
export function pictureUrl(asset: string, width?: number): string {
  return `/v1/assets/${asset}${width ? `?width=${width}` : ""}`;
}

/** A workflow that was deleted, and what brings it back. */
export interface Thrown extends Saved {
  id: string;
  deleted_at: number;
}

export async function bin(): Promise<Thrown[]> {
  return (await read<{ workflows: Thrown[] }>(await ask("/v1/bin"))).workflows;
}

/** Bring one back, under this name. */
export async function restore(id: string, to: string): Promise<Saved> {
  return read(await ask(`/v1/bin/${id}/restore`, { method: "POST", ...json({ to }) }));
}

/** A saved workflow's file, byte for byte. */
export async function savedFile(name: string): Promise<ArrayBuffer> {
  return (await ask(`/v1/workflows/${encodeURIComponent(name)}/file`)).arrayBuffer();
}

/** The workflow inside a picture that was made here or by another Latentwire. */
export async function workflowIn(asset: string): Promise<Record<string, unknown>> {
  const answer = await ask(`/v1/assets/${asset}/workflow`);
  return (await read<{ workflow: Record<string, unknown> }>(answer)).workflow;
}

export const examplePicture = (name: string): string =>
  `/v1/examples/${encodeURIComponent(name)}/picture`;

const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json" },
});

const read = async <T>(answer: Response): Promise<T> => (await answer.json()) as T;

export async function ask(url: string, how: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, how).catch(() => undefined);
  if (!answer) throw new Refused("The server is away.", "away");
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  const { code = "failed", message = answer.statusText, problems = [] } = said.error ?? {};
  throw new Refused(message, code, problems);
}

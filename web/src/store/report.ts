/** A report of what is here and what went wrong, fit to be shown to strangers: no prompts, no paths. */
import type { Device, SystemInfo, Trouble } from "../api/messages.ts";
import type { Json, Level, Workflow } from "../graph/document.ts";
import type { Kinds } from "../graph/kinds.ts";
import { levelAt } from "../graph/levels.ts";

export interface Evidence {
  readonly system: SystemInfo | null;
  readonly browser: string;
  readonly screen: string;
  readonly workflow: Workflow;
  readonly kinds: Kinds;
  readonly problems: readonly Trouble[];
  /** What went wrong last, and where. */
  readonly error: { readonly at: number; readonly text: string; readonly node?: string } | null;
}

const GB = 2 ** 30;
const gigabytes = (bytes: number): string => `${(bytes / GB).toFixed(1)} GB`;

export function report(evidence: Evidence): string {
  const { system, browser, screen, workflow, kinds, problems, error } = evidence;
  const own = written(workflow, kinds);
  const place = (node: string | null | undefined) => typeAt(workflow, node);
  const lines = [
    ...(system ? ofServer(system) : ["Server: away"]),
    `Browser: ${browser}`,
    `Screen: ${screen}`,
    `Workflow: ${workflow.format}, ${count(workflow)} nodes`,
    "",
    error
      ? `Last error (${new Date(error.at).toISOString()}): ${place(error.node)}${scrub(error.text, own)}`
      : "Last error: none",
    "",
    `Problems: ${problems.length || "none"}`,
    ...problems.slice(0, 50).map(({ node, port, message }) => {
      return `- ${place(node)}${port ? `${port}: ` : ""}${scrub(message, own)}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function ofServer(system: SystemInfo): string[] {
  return [
    `Latentwire ${system.version}, Python ${system.python}, ${system.system}`,
    `Memory: ${gigabytes(system.memory_bytes)}; free on disk: ${gigabytes(system.disk_free)}`,
    `Data folder: ${lastOf(system.data_folder)}`,
    ...system.devices.map(ofDevice),
  ];
}

const ofDevice = (device: Device): string =>
  `Device: ${device.device} (${device.name}), ${device.state}, ` +
  `${gigabytes(device.memory_free)} of ${gigabytes(device.memory_bytes)} free`;

const lastOf = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? "";

function count(level: Level): number {
  const within = Object.values(level.nodes).map(({ body }) => (body ? count(body) : 0));
  return within.reduce((sum, one) => sum + one, within.length);
}

/** A node by its type: its name and its title are the user's own. */
function typeAt(workflow: Workflow, node: string | null | undefined): string {
  if (!node) return "";
  const path = node.split("/");
  const type = levelAt(workflow, path.slice(0, -1))?.nodes[path.at(-1) ?? ""]?.type;
  return `${type ?? "a node"}: `;
}

// ── what the user wrote ───────────────────────────────────────────────────────────────────────────

/** Every text that the user wrote into a workflow, the longest first. */
function written(level: Level, kinds: Kinds): string[] {
  const texts = Object.values(level.nodes).flatMap((entry) => {
    const inputs = kinds[entry.type]?.inputs ?? [];
    const values = Object.entries(entry.values ?? {}).flatMap(([name, value]) => {
      const widget = inputs.find((port) => port.name === name)?.widget?.type;
      // what can be chosen from a list is no secret
      return widget === "Choice" || widget === "File" ? [] : textsIn(value);
    });
    const inner = entry.body ? written(entry.body, kinds) : [];
    return [...values, ...textsIn(entry.title), ...textsIn(entry.note), ...inner];
  });
  return texts.sort((a, b) => b.length - a.length);
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === "string") return value.trim() ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value && typeof value === "object") return Object.values(value).flatMap(textsIn);
  return [];
}

const PATH = /(?:[A-Za-z]:)?(?:[/\\][^\s/\\'"“”‘’:;,()]+){2,}[/\\]?/g;
const QUOTED = /(['"`])([^'"`]+)\1|[“‘]([^”’]+)[”’]/g;
const SHORT = 3;

/** A sentence without what the user wrote and without folders. */
export function scrub(message: string, own: readonly string[]): string {
  let left = message;
  for (const text of own) if (text.length > SHORT) left = left.replaceAll(text, "…");
  left = left.replace(QUOTED, (whole, _, a, b) =>
    own.some((text) => text.includes(a ?? b)) ? "“…”" : whole,
  );
  return left.replace(PATH, (path) => `…/${lastOf(path)}`);
}

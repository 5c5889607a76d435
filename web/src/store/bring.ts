/** Files and text brought in from outside become tabs and nodes. */
import { upload, workflowIn } from "../api/http.ts";
import type { Refused } from "../api/line.ts";
import type { Level, Workflow } from "../graph/document.ts";
import { text } from "../text/index.ts";
import { camera } from "./camera.ts";
import { kinds, useCatalogue } from "./catalogue.ts";
import { useConnection } from "./connection.ts";
import { edit, here, openTab, type Place, select } from "./documents.ts";
import { kindOf } from "./dropped.ts";
import { tried } from "./files.ts";
import { type Landing, landed } from "./landing.ts";
import { asWorkflow, type NotRead, readWorkflow } from "./reading.ts";
import { say, toast } from "./ui.ts";

const words = text.files.bring;
const APART = 40; // between what several files become
const LONGEST = 100_000; // characters of a text that becomes a prompt

/** Files from the input, or let go somewhere: each becomes what it is. */
export async function bring(files: readonly File[], landing?: Landing): Promise<void> {
  const { at, onto } = landing ?? { at: camera().middle() };
  const place = here();
  for (const [index, file] of files.entries()) {
    const beside = { x: at.x + index * APART, y: at.y + index * APART };
    await bringOne(file, { at: beside, onto: index === 0 ? onto : undefined }, place);
  }
}

async function bringOne(file: File, landing: Landing, place: Place): Promise<void> {
  switch (kindOf(file)) {
    case "workflow":
      return openRead(readWorkflow(await file.text()), file.name);
    case "picture":
      return bringPicture(file, landing, place);
    case "text":
      return bringText(await file.text(), landing, place);
    case "model":
      return toast(words.model(file.name, modelsFolder()));
    case "other":
      return toast(words.other(file.name), "bad");
  }
}

function openRead(read: { workflow: Workflow } | NotRead, name: string): void {
  if ("workflow" in read) {
    const title = read.workflow.title?.trim() || name.replace(/\.[^.]+$/, "");
    openTab(read.workflow.title === title ? read.workflow : { ...read.workflow, title });
    return say(words.opened(title));
  }
  const told = { json: words.noJson, other: words.noWorkflow, newer: words.newer };
  if (read.why === "json") return toast(told.json(name, read.line), "bad");
  if (read.why === "newer") return toast(told.newer(name, read.format), "bad");
  toast(told.other(name), "bad");
}

/** One of ours brings its graph back; any other becomes a node that loads it. */
async function bringPicture(file: File, landing: Landing, place: Place): Promise<void> {
  say(words.uploading(file.name));
  await tried(async () => {
    const { asset } = await upload(file, file.name);
    const inside = !landing.onto && (await isMarked(file)) ? await graphIn(asset) : null;
    if (inside) openRead(inside, file.name);
    else add("load_image", { image: asset }, landing, place);
  });
}

/** Whether our name stands in it: of other pictures the server need not be asked. */
async function isMarked(file: File): Promise<boolean> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return new TextDecoder("latin1").decode(bytes).includes("latentwire");
}

async function graphIn(asset: string): Promise<ReturnType<typeof asWorkflow> | null> {
  try {
    return asWorkflow(await workflowIn(asset));
  } catch (error) {
    if ((error as Refused).code === "not_found") return null;
    throw error;
  }
}

export function bringText(said: string, landing: Landing, place = here()): void {
  const words_ = said.trim();
  if (!words_) return;
  const read = words_.startsWith("{") ? readWorkflow(words_) : null;
  if (read && "workflow" in read) return openRead(read, text.files.untitled);
  if (words_.length > LONGEST) return toast(words.long(LONGEST), "bad");
  add("encode_text", { text: words_ }, landing, place);
}

/** Where it was let go, though another tab or body may be seen by now. */
function add(type: string, values: Record<string, string>, landing: Landing, place: Place): void {
  const known = kinds();
  let added = "";
  const put = (level: Level) => {
    const { level: next, id } = landed(level, known, type, values, landing);
    added = id;
    return next;
  };
  edit(put, undefined, place);
  const seen = here();
  if (seen.tab === place.tab && seen.path === place.path) select([added]);
  say(words.added(known[type]?.title ?? type));
}

/** Where models are looked for: where there are some already, else as the server has it at first. */
function modelsFolder(): string {
  const { models } = useCatalogue.getState();
  const folder = models.find(({ name }) => name !== "starter")?.folder ?? models[0]?.folder;
  return (
    folder ?? useConnection.getState().system?.data_folder.replace(/data$/, "models") ?? "models"
  );
}

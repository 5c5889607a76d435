// What crosses the border between server and editor, printed from server/messages:
// `python -m server.typescript > web/src/api/messages.ts`. A test sees that it is current.

/**
 * Queue a workflow. `set` puts values over it by "NODE.INPUT", in a body "loop/step.INPUT";
 * `targets` are the nodes to work out, all that save or show something if none are named; `front`
 * goes before all that wait; the same `id`, a UUID, twice is one run, so that a client that heard
 * no answer may ask again.
 */
export interface Submit {
  workflow: Record<string, unknown>;
  set?: Record<string, unknown>;
  targets?: string[] | null;
  front?: boolean;
  id?: string | null;
}

/** The run is on disk. `position` counts from 0. */
export interface Accepted {
  run: string;
  position: number;
}

/** Which run, by the id that `runs.submit` gave. */
export interface OfRun {
  run: string;
}

/**
 * A file a run made or named anew: `asset` fetches it, `path` is where it lies in the data folder,
 * `name` what the node was told to call it.
 */
export interface Output {
  node: string;
  asset: string;
  name: string;
  path: string;
}

/** A change that mends a problem: a title for its button, and values by "NODE.INPUT". */
export interface Fix {
  title: string;
  set: Record<string, unknown>;
}

/** What is wrong, where, and perhaps a way out. `node` is a path such as `loop/step`. */
export interface Trouble {
  node: string | null;
  port: string | null;
  message: string;
  fix: Fix | null;
}

/** How long a node took, or that its earlier result was used. */
export interface NodeReport {
  seconds: number;
  reused: boolean;
}

/**
 * A run. `position` counts from 0 (next) while it is queued. `attempt` counts how often it was
 * begun: again after its worker or the server was lost. `seconds` is what the last one took;
 * `nodes` are those of it, by id.
 */
export interface Run {
  run: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  title: string;
  attempt: number;
  queued_at: number;
  started_at: number | null;
  finished_at: number | null;
  seconds: number | null;
  position: number | null;
  outputs: Output[];
  error: Trouble | null;
  nodes: Record<string, NodeReport>;
}

/** Move a queued run to this place, 0 for the next to run. */
export interface Move {
  run: string;
  position: number;
}

/** A run and what it runs. */
export interface RunWithWorkflow extends Run {
  workflow: Record<string, unknown>;
  targets: string[] | null;
}

/**
 * Runs, newest first, of one state or all. `text` is looked for in titles and prompts; `cursor` is
 * that of the last page; a page has at most 500.
 */
export interface ListRuns {
  state?: "queued" | "running" | "done" | "failed" | "cancelled" | null;
  text?: string;
  cursor?: string | null;
  limit?: number;
}

/** A page of runs; `cursor` asks for the next, null at the end. */
export interface Runs {
  runs: Run[];
  cursor: string | null;
  paused: boolean;
}

/** No params, or no result. */
export type Nothing = Record<string, never>;

/** How many runs were taken out of the queue. */
export interface Cleared {
  cancelled: number;
}

/** A saved workflow. Every save raises its revision by one. */
export interface Saved {
  name: string;
  revision: number;
  title: string;
  changed_at: number;
}

/** All saved workflows, by name. */
export interface Workflows {
  workflows: Saved[];
}

/** Which saved workflow, by its name. */
export interface OfWorkflow {
  name: string;
}

/** A saved workflow and its document. `notice` says what was mended in its file. */
export interface SavedWithWorkflow extends Saved {
  workflow: Record<string, unknown>;
  notice: string | null;
}

/**
 * Save a workflow under a name. `revision` is the one last seen, 0 for a new one; where it is not
 * the newest, the answer is `conflict`, with both.
 */
export interface Save {
  name: string;
  workflow: Record<string, unknown>;
  revision?: number;
}

/** Put a saved workflow into the bin. */
export interface Delete {
  name: string;
  revision: number;
}

/** Give a saved workflow another name, which must be free. */
export interface Rename {
  name: string;
  to: string;
  revision: number;
}

/** A workflow to look at without running it. */
export interface Check {
  workflow: Record<string, unknown>;
  set?: Record<string, unknown>;
  targets?: string[] | null;
}

/**
 * What a run would cost here, with null where nothing like it ran before; `unknown` names the nodes
 * for which that is so. `bytes` is the most memory at a time.
 */
export interface Estimate {
  seconds: number | null;
  bytes: number | null;
  unknown: string[];
}

/**
 * Every problem; what is known of every wire by "NODE.OUTPUT", such as sizes; the nodes whose
 * earlier results would be used. `notices` are no problems, but good to know.
 */
export interface Checked {
  problems: Trouble[];
  facts: Record<string, Record<string, unknown>>;
  reused: string[];
  estimate: Estimate;
  notices: Trouble[];
}

/**
 * A workflow that comes with the program; `picture` says whether there is one of what it makes, at
 * /v1/examples/NAME/picture.
 */
export interface Example {
  name: string;
  title: string;
  picture: boolean;
}

/** All examples, the one to begin with first, the others by title. */
export interface Examples {
  examples: Example[];
}

/** Which example, by its name. */
export interface OfExample {
  name: string;
}

/** An example and its document. */
export interface ExampleWithWorkflow extends Example {
  workflow: Record<string, unknown>;
}

/**
 * The settings of the editor as they were saved last, on whatever machine. `notice` says what was
 * wrong with their file.
 */
export interface EditorSettings {
  settings: Record<string, unknown>;
  notice: string | null;
}

/** All settings of the editor: what it makes of them is its own affair. */
export interface SaveSettings {
  settings: Record<string, unknown>;
}

/**
 * An input or output of a node type. `type` is that of a wire; `many` takes or gives several. Of an
 * input: `required` needs a wire or a value, `default` is its value without one, `auto` takes the
 * word `"auto"` too, `lazy` is worked out only if it turns out to be needed. `widget` says how a
 * value looks and which are taken: `{"type": "Slider", "min": 0, "max": 1, "step": 0.01}`; without
 * one it takes a wire only.
 */
export interface Port {
  name: string;
  type: string;
  many: boolean;
  required: boolean;
  default: unknown;
  auto: boolean;
  lazy: boolean;
  widget: Record<string, unknown> | null;
  help: string;
}

/**
 * A node type as the editor draws it. `effect` saves or shows something, so it is run by itself;
 * one that is not `exact` is never reused; a `live` one works in steps and shows pictures on the
 * way.
 */
export interface NodeKind {
  type: string;
  title: string;
  category: string;
  help: string;
  version: number;
  effect: boolean;
  exact: boolean;
  live: boolean;
  inputs: Port[];
  outputs: Port[];
}

/** Every node type. `problems` are packs that could not be loaded; `digest` changes with all. */
export interface Nodes {
  nodes: NodeKind[];
  problems: Trouble[];
  digest: string;
}

/**
 * A model that was found. `problem` says why it cannot be used; `sha256` comes later, when it was
 * read.
 */
export interface ModelFile {
  name: string;
  kind: string;
  family: string | null;
  bytes: number;
  sha256: string | null;
  folder: string;
  problem: string | null;
}

/** Every model; `looking` while folders and files are still being read, with how far that is. */
export interface Models {
  models: ModelFile[];
  looking: boolean;
  bytes_read: number;
  bytes_to_read: number;
}

/** Pictures and files, newest first. */
export interface ListAssets {
  cursor?: string | null;
  limit?: number;
}

/** A stored picture or file; `run` and `node` made it, both null for one that was uploaded. */
export interface Asset {
  asset: string;
  name: string;
  path: string;
  mime: string;
  bytes: number;
  width: number | null;
  height: number | null;
  sha256: string;
  created_at: number;
  run: string | null;
  node: string | null;
}

/** A page of assets. */
export interface Assets {
  assets: Asset[];
  cursor: string | null;
}

/**
 * A device with the worker that runs on it; `run` is the one it is at. `memory_free` is of the
 * device. One that failed again and again is `quarantined` for some minutes.
 */
export interface Device {
  device: string;
  name: string;
  state: "starting" | "ready" | "busy" | "lost" | "quarantined";
  run: string | null;
  memory_bytes: number;
  memory_free: number;
}

/**
 * The machine and the program. `checker` is what reads workflows; while it is `lost`, nothing is
 * accepted. `queued` and `running` count runs.
 */
export interface SystemInfo {
  version: string;
  python: string;
  system: string;
  devices: Device[];
  data_folder: string;
  disk_free: number;
  memory_bytes: number;
  checker: "starting" | "ready" | "lost";
  paused: boolean;
  queued: number;
  running: number;
}

/**
 * Be told of one run, or of everything (`run` null), with previews or not. With `after`, those
 * events that came after that seq are sent first, then all that come.
 */
export interface Watch {
  run?: string | null;
  after?: number | null;
  previews?: boolean;
}

/**
 * `seq` is the last event there was. `resync`: some of those after `after` are gone, so ask anew
 * (`runs.get`, `runs.list`) for what they were about; what comes from now on is sent.
 */
export interface Watching {
  seq: number;
  resync: boolean;
}

/** Stop watching a run, or all (null). */
export interface Unwatch {
  run?: string | null;
}

/** A run waits, for the first time or again after a worker was lost. */
export interface RunQueued {
  seq: number;
  kind: "run_queued";
  run: string;
  title: string;
  position: number;
}

/** A worker has begun. */
export interface RunStarted {
  seq: number;
  kind: "run_started";
  run: string;
  attempt: number;
  device: string;
}

/**
 * A node begins. `node` is its id, in a body with a path (`loop/step`), and then `iteration` is the
 * turn of that body, from 0.
 */
export interface NodeStarted {
  seq: number;
  kind: "node_started";
  run: string;
  node: string;
  iteration: number | null;
}

/** A node is on its way. It has no seq: only the latest counts. */
export interface NodeProgress {
  kind: "node_progress";
  run: string;
  node: string;
  step: number;
  of: number;
  seconds_left: number | null;
  iteration: number | null;
}

/**
 * A node is done or was `reused` from an earlier run. `facts` are measured on what came out, by
 * output; `assets` are files it shows, which may be fetched at once.
 */
export interface NodeFinished {
  seq: number;
  kind: "node_finished";
  run: string;
  node: string;
  seconds: number;
  reused: boolean;
  facts: Record<string, Record<string, unknown>>;
  iteration: number | null;
  assets: string[];
}

/** Something to know that is no error. */
export interface NodeNotice {
  seq: number;
  kind: "node_notice";
  run: string;
  node: string;
  message: string;
}

/** The run is done and its files are there. */
export interface RunFinished {
  seq: number;
  kind: "run_finished";
  run: string;
  outputs: Output[];
  seconds: number;
}

/** The run has failed, for this reason. */
export interface RunFailed {
  seq: number;
  kind: "run_failed";
  run: string;
  node: string | null;
  port: string | null;
  message: string;
  fix: Fix | null;
  outputs: Output[];
}

/** The run was cancelled. What was saved before is kept. */
export interface RunCancelled {
  seq: number;
  kind: "run_cancelled";
  run: string;
  outputs: Output[];
}

/** The order, the pause or the length of the queue is another. */
export interface QueueChanged {
  seq: number;
  kind: "queue_changed";
  paused: boolean;
  queued: number;
}

/** Models came or went, or more is known of them. */
export interface ModelsChanged {
  seq: number;
  kind: "models_changed";
}

/** Node types came or went. */
export interface NodesChanged {
  seq: number;
  kind: "nodes_changed";
}

/** Every method with what it takes and gives. */
export interface Methods {
  "runs.submit": { params: Submit; result: Accepted };
  "runs.cancel": { params: OfRun; result: Run };
  "runs.move": { params: Move; result: Accepted };
  "runs.get": { params: OfRun; result: RunWithWorkflow };
  "runs.list": { params: ListRuns; result: Runs };
  "runs.delete": { params: OfRun; result: Nothing };
  "queue.pause": { params: Nothing; result: Nothing };
  "queue.resume": { params: Nothing; result: Nothing };
  "queue.clear": { params: Nothing; result: Cleared };
  "workflows.list": { params: Nothing; result: Workflows };
  "workflows.get": { params: OfWorkflow; result: SavedWithWorkflow };
  "workflows.save": { params: Save; result: Saved };
  "workflows.delete": { params: Delete; result: Nothing };
  "workflows.rename": { params: Rename; result: Saved };
  "workflows.check": { params: Check; result: Checked };
  "examples.list": { params: Nothing; result: Examples };
  "examples.get": { params: OfExample; result: ExampleWithWorkflow };
  "settings.get": { params: Nothing; result: EditorSettings };
  "settings.save": { params: SaveSettings; result: EditorSettings };
  "nodes.list": { params: Nothing; result: Nodes };
  "models.list": { params: Nothing; result: Models };
  "assets.list": { params: ListAssets; result: Assets };
  "system.info": { params: Nothing; result: SystemInfo };
  "watch": { params: Watch; result: Watching };
  "unwatch": { params: Unwatch; result: Nothing };
}

/** Whatever is told while it happens. */
export type ServerEvent =
  | RunQueued
  | RunStarted
  | NodeStarted
  | NodeProgress
  | NodeFinished
  | NodeNotice
  | RunFinished
  | RunFailed
  | RunCancelled
  | QueueChanged
  | ModelsChanged
  | NodesChanged;

// The page: come in, then show the queue, the devices and the pictures as they change.

import * as draw from "./draw.js";
import { at } from "./draw.js";
import { isIn, logIn, Refused, Server } from "./server.js";

const SHOWN = { queued: 20, past: 12, pictures: 24 };
const EVERY = 5000; // milliseconds: memory and free disk have no event
const PAST = ["done", "failed", "cancelled"];

const live = new Map(); // by run: what was heard of it since it was read
const state = { running: [], paused: false };
let due = null;

const server = new Server(heard, saw, (on) => {
  at("line").textContent = on ? "connected" : "the server is away …";
  at("line").className = on ? "on" : "";
  if (on) look();
});

function heard(event) {
  const known = live.get(event.run) ?? {};
  if (event.kind === "node_started") remember(event.run, { ...known, node: event.node, of: 0 });
  if (event.kind === "node_progress") remember(event.run, { ...known, ...event });
  if (["run_finished", "run_failed", "run_cancelled"].includes(event.kind)) forget(event.run);
  if (event.seq !== undefined && !event.kind.startsWith("node_")) soon();
}

function saw(header, blob) {
  const known = live.get(header.run) ?? {};
  if (known.picture) URL.revokeObjectURL(known.picture);
  const picture = URL.createObjectURL(blob);
  remember(header.run, { ...known, node: known.node ?? header.node, picture });
}

function remember(run, what) {
  live.set(run, what);
  drawRunning();
}

function forget(run) {
  const picture = live.get(run)?.picture;
  if (picture) URL.revokeObjectURL(picture);
  live.delete(run);
}

/** Read all anew, a moment after the first of many events. */
function soon() {
  due ??= setTimeout(look, 150);
}

async function look() {
  clearTimeout(due);
  due = null;
  try {
    const [running, queued, assets, system, ...past] = await Promise.all([
      server.call("runs.list", { state: "running", limit: 20 }),
      server.call("runs.list", { state: "queued", limit: 500 }),
      server.call("assets.list", { limit: SHOWN.pictures }),
      server.call("system.info"),
      ...PAST.map((state) => server.call("runs.list", { state, limit: SHOWN.past })),
    ]);
    state.running = running.runs;
    state.paused = queued.paused;
    drawRunning();
    drawQueued(queued.runs, system);
    drawPast(past.flatMap((page) => page.runs));
    drawLibrary(assets.assets, system);
    explain(system.data_folder.replaceAll("\\", "/"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

function drawRunning() {
  const entries = state.running.map((run) => draw.running(run, live.get(run.run), cancel));
  draw.list("running", entries);
}

function drawQueued(runs, system) {
  const first = runs.toSorted((a, b) => a.position - b.position).slice(0, SHOWN.queued);
  const entries = first.map((run) => draw.queued(run, cancel));
  const before = first[0]?.position ?? 0; // of very many only the newest are read
  const after = system.queued - entries.length - before;
  if (before) entries.unshift(draw.part("li", "faint", `${before} before these …`));
  if (after > 0) entries.push(draw.part("li", "faint", `… and ${after} more`));
  draw.list("queued", entries);
  at("idle").hidden = system.queued + state.running.length > 0;
  const waits = system.queued === 1 ? "1 waits" : `${system.queued} wait`;
  const said = [system.queued ? waits : "", state.paused ? "paused" : ""];
  at("waiting").textContent = said.filter(Boolean).join(", ");
  at("pause").textContent = state.paused ? "Resume" : "Pause";
  at("clear").disabled = system.queued === 0;
}

function drawPast(runs) {
  const latest = runs.toSorted((a, b) => b.finished_at - a.finished_at).slice(0, SHOWN.past);
  draw.list("past", latest.map(draw.past), "no-past");
}

function drawLibrary(assets, system) {
  const pictures = assets.filter((one) => one.mime.startsWith("image/"));
  const shown = [...at("pictures").querySelectorAll("a")].map((one) => one.getAttribute("href"));
  const now = pictures.map((one) => `/v1/assets/${one.asset}`);
  if (now.join() !== shown.join()) draw.list("pictures", pictures.map(draw.picture), "no-pictures");
  at("folder").textContent = `${system.data_folder}/outputs`;
  draw.list("devices", system.devices.map(draw.device));
  const disk = ["Free on the disk", draw.bytes(system.disk_free)];
  const rest = [
    ["Checker", system.checker],
    ["Version", `${system.version}, Python ${system.python}, ${system.system}`],
  ];
  at("machine").replaceChildren(...draw.facts([disk, ...rest]));
}

/** Do something and say what was refused. */
async function act(work) {
  at("said").textContent = "";
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    at("said").textContent = error.message;
  }
}

const cancel = (run) => act(() => server.call("runs.cancel", { run }));

async function submit(files) {
  for (const file of files) {
    await act(async () => {
      let workflow;
      try {
        workflow = JSON.parse(await file.text());
      } catch {
        throw new Refused(`${file.name} is no workflow: it is not JSON.`);
      }
      await server.call("runs.submit", { workflow });
    });
  }
}

function listen() {
  at("pause").onclick = () => act(() => server.call(state.paused ? "queue.resume" : "queue.pause"));
  at("clear").onclick = () => act(() => server.call("queue.clear"));
  at("file").onchange = async ({ target }) => {
    await submit([...target.files]);
    target.value = "";
  };
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      document.body.classList.toggle("over", kind === "dragover");
      if (kind === "drop") submit([...event.dataTransfer.files]);
    });
  }
}

function explain(folder) {
  if (state.folder === folder) return;
  state.folder = folder;
  const here = location.origin;
  const command = "python3 main.py queue workflows/first-picture.json --wait";
  at("how-command").textContent = `${command} --data "${folder}"`;
  at("how-python").textContent = `from server.client import Client

token = open("${folder}/token").read().strip()
async with Client("${here}", token) as client:
    run = await client.submit(workflow)
    async for event in client.watch(run):
        print(event)`;
  at("how-http").textContent = `curl ${here}/v1/runs \\
  -H "Authorization: Bearer $(cat "${folder}/token")" \\
  -H "Content-Type: application/json" \\
  -d '{"workflow": …}'`;
}

async function enter(code) {
  try {
    await logIn(code.split("#code=").pop().trim());
    start();
  } catch (error) {
    at("login-said").textContent = error instanceof Refused ? error.message : "No answer came.";
    ask();
  }
}

function ask() {
  at("line").textContent = "not in yet";
  at("enter").hidden = false;
  at("code").focus();
}

function start() {
  at("enter").hidden = true;
  at("work").hidden = false;
  listen();
  server.connect();
  setInterval(() => server.socket.readyState === 1 && !document.hidden && look(), EVERY);
}

at("address").textContent = location.origin;
at("no-editor").hidden = location.pathname !== "/"; // where it would be, were it built
at("login").onsubmit = (event) => {
  event.preventDefault();
  enter(at("code").value);
};
const code = new URLSearchParams(location.hash.slice(1)).get("code");
if (code) history.replaceState(null, "", location.pathname); // it works once, and is nobody else's to see
if (code && !(await isIn())) await enter(code);
else if (await isIn()) start();
else ask();

import { expect, test } from "vitest";
import type { SystemInfo } from "../src/api/messages.ts";
import type { Workflow } from "../src/graph/document.ts";
import { port } from "../src/graph/kinds.ts";
import { type Evidence, report, scrub } from "../src/store/report.ts";

const SYSTEM: SystemInfo = {
  version: "1.2.3",
  python: "3.12.1",
  system: "Linux",
  devices: [
    {
      device: "cuda:0",
      name: "H100",
      state: "ready",
      run: null,
      memory_bytes: 80 * 2 ** 30,
      memory_free: 70 * 2 ** 30,
    },
  ],
  data_folder: "/drive/secret-project/data",
  disk_free: 2 ** 30,
  memory_bytes: 16 * 2 ** 30,
  checker: "ready",
  paused: false,
  queued: 0,
  running: 0,
};
const WORKFLOW: Workflow = {
  format: "latentwire/1",
  title: "For the client",
  nodes: {
    secret_name: {
      type: "prompt",
      title: "Violet portrait",
      values: { text: "a portrait of Violet in the rain", how: "plain" },
    },
    loop: { type: "repeat", body: { nodes: { step: { type: "step" } } } },
  },
};
const CHOICE = port("how", "str", { widget: { type: "Choice", options: ["plain", "rich"] } });
const KINDS: Evidence["kinds"] = {
  prompt: {
    type: "prompt",
    title: "Prompt",
    category: "text",
    help: "",
    version: 1,
    effect: false,
    exact: true,
    live: false,
    inputs: [port("text", "str", { widget: { type: "Prompt" } }), CHOICE],
    outputs: [],
  },
};
const EVIDENCE: Evidence = {
  system: SYSTEM,
  browser: "Firefox 140",
  screen: "1280 × 720 at 1",
  workflow: WORKFLOW,
  kinds: KINDS,
  problems: [
    {
      node: "secret_name",
      port: "text",
      message: "has ‘in the rain’ twice, how is plain",
      fix: null,
    },
    { node: "loop/step", port: null, message: "needs a model", fix: null },
  ],
  error: {
    at: 0,
    text: "cannot read /drive/secret-project/models/sd15.safetensors of Violet portrait",
    node: "secret_name",
  },
};

test("a report tells versions, devices, the browser, the last error and the problems", () => {
  const told = report(EVIDENCE);
  for (const said of ["Latentwire 1.2.3", "Python 3.12.1", "cuda:0 (H100)", "Firefox 140"]) {
    expect(told).toContain(said);
  }
  expect(told).toContain("3 nodes");
  expect(told).toContain("prompt: cannot read …/sd15.safetensors");
  expect(told).toContain("- step: needs a model");
  expect(told).toContain("Data folder: data\n");
});

test("a report holds no prompts, titles, names or folders", () => {
  const told = report(EVIDENCE);
  for (const own of ["rain", "Violet", "secret", "drive", "client"])
    expect(told).not.toContain(own);
});

test("what was chosen from a list stays: it tells nothing of the user", () => {
  expect(report(EVIDENCE)).toContain("how is plain");
});

test("a report is there while the server is away and nothing was ever wrong", () => {
  const told = report({ ...EVIDENCE, system: null, problems: [], error: null });
  expect(told).toContain("Server: away");
  expect(told).toContain("Last error: none");
});

test("folders of all systems go, ratios and units stay", () => {
  expect(scrub("C:\\Users\\ada\\x.png is 3/4 of 8 it/s", [])).toBe("…/x.png is 3/4 of 8 it/s");
});

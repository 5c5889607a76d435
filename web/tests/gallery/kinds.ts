/** Nodes with every kind of widget, at rest, set and wrong. */
import type { Port } from "../../src/api/messages.ts";

const one = (
  name: string,
  type: string,
  widget: Record<string, unknown>,
  more: Partial<Port> = {},
) => ({
  name,
  type,
  widget,
  ...more,
});
const slider = (min: number, max: number, step: number) => ({ type: "Slider", min, max, step });
const number = (min: number | null, max: number | null, step: number | null) => ({
  type: "Number",
  min,
  max,
  step,
});
const SEED = { type: "Seed", min: 0, max: 2 ** 53 - 1, step: 1 };
const SIZE = { type: "Size", min: 8, max: 16384, step: 8 };
const SAMPLERS =
  "auto model euler_ancestral ddpm lcm dpmpp_2m lms ipndm euler ddim heun dpmpp_2m_sde dpm_2 uni_pc";

const NUMBERS = [
  one("steps", "int", slider(1, 150, 1), { auto: true, default: "auto" }),
  one("guidance", "float", slider(0, 30, 0.1), { auto: true, default: "auto", help: "How close" }),
  one("denoise", "float", slider(0, 1, 0.01), { default: 1 }),
  one("amount", "float", slider(0, 1, 0.01), { default: 0.5 }),
  one("hue", "float", slider(-180, 180, 1), { default: 0 }),
  one("steps_before_the_end", "int", number(0, 1000, 1), { default: 0 }),
  one("sigma", "float", number(null, null, null), { default: null, required: true }),
  one("index", "int", number(0, 1000, 1), { default: null }),
  one("seed", "int", SEED, { default: 0 }),
  one("other_seed", "int", SEED, { default: null }),
  one("width", "int", SIZE, { auto: true, default: "auto" }),
  one("height", "int", SIZE, { auto: true, default: "auto" }),
  one("side", "int", { ...SIZE, min: 320, max: 2048 }, { default: 640 }),
];
const OTHERS = [
  one("sampler", "str", { type: "Choice", options: SAMPLERS.split(" ") }, { default: "auto" }),
  one("format", "str", { type: "Choice", options: ["png", "webp", "jpeg"] }, { default: "png" }),
  one("add_noise", "bool", { type: "Toggle" }, { default: true }),
  one("gradual", "bool", { type: "Toggle" }, { default: false }),
  one("colour", "str", { type: "Color" }, { default: "#808080" }),
  one("model", "str", { type: "File", kind: "model" }, { required: true }),
  one("vae", "str", { type: "File", kind: "vae" }, { required: true }),
  one("image", "str", { type: "File", kind: "image" }, { required: true }),
  one("name", "str", { type: "Prompt", lines: 1 }, { default: "picture" }),
];
const TEXTS = [
  one("text", "str", { type: "Prompt", lines: 4 }, { default: "" }),
  one("labels", "str", { type: "Prompt", lines: 4 }, { default: [], many: true }),
  one("curve", "str", { type: "Curve", min: 0, max: 30 }, { default: "0:7, 1:3" }),
  one("other_curve", "str", { type: "Curve", min: 0, max: 1 }, { default: "0:1, 1:0" }),
];

export const KINDS = [
  { type: "numbers", title: "Numbers", inputs: NUMBERS, outputs: [] },
  { type: "others", title: "Others", inputs: OTHERS, outputs: [] },
  { type: "texts", title: "Texts", inputs: TEXTS, outputs: [] },
];

export const VALUES = {
  usual: { type: "numbers" },
  given: {
    type: "numbers",
    values: {
      steps: 28,
      guidance: 7.5,
      denoise: 0.35,
      hue: -40.5,
      sigma: 14.6146,
      steps_before_the_end: 12,
      index: 3,
      seed: 4_294_967_295,
      other_seed: 2 ** 53 - 1,
      width: 832,
      height: 1216,
      side: 1024,
    },
  },
  wrong: {
    type: "numbers",
    values: { steps: 200, guidance: -1, denoise: "much", sigma: null, seed: -4, width: 7.5 },
  },
  plain: { type: "others" },
  chosen: {
    type: "others",
    values: {
      sampler: "dpmpp_2m_sde",
      format: "webp",
      add_noise: false,
      gradual: true,
      colour: "#d05a2a",
      model: "checkpoints/juggernaut_xl_v9",
      vae: "vae/sdxl_vae_fp16_fix",
      image: "00000000000000000000000000000002",
      name: "{date}/boat at {time}",
    },
  },
  mistaken: {
    type: "others",
    values: {
      sampler: "euler_b",
      gradual: "yes",
      colour: "red",
      model: "checkpoints/juggernautXL_v8",
      vae: 3,
      image: "ffffffffffffffffffffffffffffffff",
    },
  },
  words: {
    type: "texts",
    values: {
      text: "a red sailboat at sunset, oil on canvas, thick strokes, a calm sea, warm light over the harbour, gulls in the distance and a small lighthouse on the rocks",
      labels: ["first", "second"],
      curve: "0:7, 0.5:12.5, 1:3",
    },
  },
  spoilt: {
    type: "texts",
    values: { text: 7, labels: "one", curve: "0:7, 2:3", other_curve: "0.5:0.5" },
  },
};

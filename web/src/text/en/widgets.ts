/** What is said in the controls of values. */
const count = (number: number) => number.toLocaleString("en");

/** 2_132_696_762 is 2.1 GB. */
function bytes(size: number): string {
  const [unit, of] = size >= 1e9 ? ["GB", 1e9] : size >= 1e6 ? ["MB", 1e6] : ["kB", 1e3];
  const number = size / (of as number);
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

const KINDS: Readonly<Record<string, string>> = {
  model: "model",
  vae: "autoencoder",
  lora: "LoRA",
  text_encoder: "text encoder",
  image: "picture",
};
const kindName = (kind: string) => KINDS[kind] ?? kind.replaceAll("_", " ");
const many = (kind: string) => (kind === "image" ? "pictures" : `${kindName(kind)}s`);

export const widgets = {
  bytes,
  auto: "auto",
  none: "none",
  notSet: "not set",
  reset: (label: string) => `Back to the default of ${label}`,
  resetHint: "Back to the default",
  toAuto: (label: string) => `Let the model decide ${label}`,
  toAutoHint: "Back to auto: what the model wants",
  on: "on",
  off: "off",

  wrong: {
    nothing: "It needs a value.",
    list: "It takes a list, one entry on each line.",
    toggle: "It is either on or off.",
    number: (value: string) => `${value} is no number.`,
    whole: (value: string) => `${value} is no whole number.`,
    outside: (value: string, min: string | null, max: string | null) =>
      min !== null && max !== null
        ? `${value} is outside ${min} to ${max}.`
        : min !== null
          ? `${value} is less than ${min}.`
          : `${value} is more than ${max}.`,
    choice: (value: string) => `${value} is none of the choices.`,
    colour: (value: string) => `${value} is no colour: one is written #rrggbb.`,
    curve: (min: number, max: number) =>
      `A curve is points from 0 to 1 with values ${min} to ${max}, such as “0:${max}, 1:${min}”.`,
    text: (value: string) => `${value} is no text.`,
    long: (length: number, most: number) =>
      `It has ${count(length)} characters, the limit is ${count(most)}.`,
    typed: "This is no number.",
  },

  choose: "Choose …",
  search: (label: string) => `Search: ${label}`,
  searchHint: "Search …",
  options: (label: string) => `Choices of ${label}`,
  noneFound: "Nothing by that name.",

  size: (label: string) => `Sizes for ${label}`,
  sizeHint: "Usual sizes",

  seed: {
    draw: (label: string) => `New random ${label}`,
    drawHint: "A new random seed now",
    next: (label: string) => `${label} plus one`,
    nextHint: "The next seed: one more",
    last: (label: string, seed: number) => `${label} of the last run, ${seed}`,
    lastHint: (seed: number) => `The seed of the last run: ${seed}`,
    mode: {
      fixed: "stays as it is",
      random: "new with every run",
      next: "one more with every run",
    },
    modeName: (label: string, mode: string) => `${label} ${mode}`,
    modeHint: (mode: string) => `The seed ${mode}. Press to change that.`,
  },

  larger: (label: string) => `Edit ${label} in a larger field`,
  largerHint: "Edit in a larger field (Ctrl+E)",
  done: "Done",
  oneEach: "One entry on each line",

  colour: (label: string) => `Pick ${label}`,
  colourHint: "Pick a colour",

  curve: {
    point: (label: string, number: number, of: number) => `${label}, point ${number} of ${of}`,
    at: (value: number, at: number) => `${value} at ${Math.round(at * 1000) / 10} %`,
    hint: "Drag points, double-click to add one, Delete removes. Keys: arrows move, Insert adds.",
    asText: (label: string) => `Write ${label} as text`,
    asTextHint: "Write the points as text",
    asDrawing: (label: string) => `Draw ${label}`,
    asDrawingHint: "Draw the points",
  },

  file: {
    missing: (name: string) => `“${name}” is not here any more.`,
    nearest: "Not here. Nearest to it",
    all: (kind: string) => `All ${many(kind)}`,
    whole: "Inside a whole model",
    none: (kind: string) =>
      `No ${kindName(kind)} was found. Put its file into a model folder: it appears here by itself.`,
    looking: "Still looking through the model folders …",
  },

  picture: {
    some: "Picture",
    upload: "Bring a picture",
    uploading: "On its way …",
    gone: "This picture is not here any more.",
    none: "There is no picture yet. Bring one, drop one here, or run a workflow that makes one.",
    more: "Older pictures",
    noPicture: (name: string) => `“${name}” is no picture.`,
  },
};

/** Some of the real node types, as the server tells them: enough for every example workflow. */
import type { NodeKind, Port } from "../src/api/messages.ts";
import { byType, port } from "../src/graph/kinds.ts";

/** TYPE | TITLE | CATEGORY | FLAGS, then inputs -> outputs: `name: type! = default ~ Widget …`. */
const TOLD = `
load_model | Load model | loaders |
  model: str! ~ File model; prediction: str = "auto" ~ Choice auto epsilon v_prediction
  flow_prediction -> model: Model; text_encoder: TextEncoder; vae: Vae
load_vae | Load VAE | loaders |
  vae: str! ~ File vae -> vae: Vae
encode_text | Encode text | text |
  text_encoder: TextEncoder!; text: str = "" ~ Prompt 4 -> conditioning: Conditioning
empty_latent | Empty latent | latent |
  width: int = "auto" ~ Size 8 16384; height: int = "auto" ~ Size 8 16384; batch: int = 1 ~ Number
  1 64 -> latent: Latent
sample | Sample | sampling | live
  model: Model!; positive: Conditioning!; negative: Conditioning; latent: Latent!; seed: int = 0 ~
  Seed 0 9007199254740991; steps: int = "auto" ~ Slider 1 150; guidance: float = "auto" ~ Slider 0
  30; sampler: str = "auto" ~ Choice auto model euler_ancestral ddpm; schedule: str = "auto" ~
  Choice auto normal simple sgm_uniform; denoise: float = 1.0 ~ Slider 0 1; sigmas: Sigmas; noise:
  Noise; guider: Guider; add_noise: bool = true ~ Toggle; eta: float = "auto" ~ Slider 0 2;
  noise_scale: float = "auto" ~ Slider 0 2; steps_before: int = 0 ~ Number 0 1000 -> latent:
  Latent
vae_decode | VAE decode | latent |
  vae: Vae!; latent: Latent!; tile: int = 0 ~ Number 0 4096 -> image: Image
vae_encode | VAE encode | latent |
  vae: Vae!; image: Image!; tile: int = 0 ~ Number 0 4096; seed: int ~ Seed 0 9007199254740991 ->
  latent: Latent
save_image | Save image | image | effect
  image: Image!; mask: Mask; name: str = "picture" ~ Prompt 1; format: str = "png" ~ Choice png
  webp jpeg; quality: int = 90 ~ Slider 1 100 ->
preview_image | Preview image | image | effect
  image: Image! ->
load_image | Load image | image |
  image: str! ~ File image -> image: Image; mask: Mask; parameters: str
image_grid | Image grid | image |
  images: list[Image]!; columns: int = "auto" ~ Number 1 1024; gap: int = 8 ~ Number 0 256; title:
  str = "" ~ Prompt 1; labels: list[str] = [] ~ Prompt 4; column_labels: list[str] = [] ~ Prompt
  4; row_labels: list[str] = [] ~ Prompt 4; text_size: int = "auto" ~ Number 6 200; colour: str =
  "#ffffff" ~ Color -> image: Image
mask_to_image | Mask to image | mask |
  mask: Mask! -> image: Image
mask_from_image | Mask from image | mask |
  image: Image!; channel: str = "brightness" ~ Choice brightness red green blue -> mask: Mask
calculate | Calculate | values |
  a: float! ~ Number null null; b: float = 0.0 ~ Number null null; how: str = "add" ~ Choice add
  subtract multiply divide -> float: float
format_number | Format number | values |
  value: float! ~ Number null null; decimals: int = 2 ~ Number 0 10; before: str = "" ~ Prompt 1;
  after: str = "" ~ Prompt 1 -> str: str
join_text | Join text | values |
  texts: list[str]!; between: str = ", " ~ Prompt 1 -> str: str
number | Number | values |
  value: float = 0.0 ~ Number null null -> float: float
seed | Seed | values |
  value: int = 0 ~ Seed 0 9007199254740991 -> int: int
text | Text | values |
  value: str = "" ~ Prompt 3 -> str: str
note | Note | notes |
  text: str = "" ~ Prompt 6 ->
noise_schedule | Noise schedule | sampling |
  model: Model!; steps: int = "auto" ~ Slider 1 150; schedule: str = "auto" ~ Choice auto normal
  simple sgm_uniform; denoise: float = 1.0 ~ Slider 0 1 -> sigmas: Sigmas
cut_schedule | Cut schedule | sampling |
  sigmas: Sigmas!; start: int = 0 ~ Number 0 1000; end: int = "auto" ~ Number 0 1000 -> sigmas:
  Sigmas
add_noise | Add noise | sampling |
  latent: Latent!; sigmas: Sigmas!; seed: int = 0 ~ Seed 0 9007199254740991; noise: Noise; model:
  Model! -> latent: Latent
noise_schedule_step | Noise schedule step | sampling |
  sigmas: Sigmas!; index: int = 0 ~ Number 0 1000 -> sigma: float; next_sigma: float
unet_denoise | U-Net denoise | sampling |
  model: Model!; latent: Latent!; sigma: float! ~ Number null null; conditioning: Conditioning!;
  negative: Conditioning -> denoised: Latent; negative_denoised: Latent
guide | Guide | sampling |
  positive: Latent!; negative: Latent!; guidance: float = 7.5 ~ Slider 0 30; rescale: float = 0.0
  ~ Slider 0 1; model: Model; latent: Latent; sigma: float ~ Number null null -> denoised: Latent
sampler_step | Sampler step | sampling |
  latent: Latent!; denoised: Latent!; sigma: float! ~ Number null null; next_sigma: float! ~
  Number null null; sampler: str = "euler" ~ Choice euler_ancestral ddpm lcm dpmpp_2m; state:
  SamplerState; seed: int ~ Seed 0 9007199254740991; index: int ~ Number 0 1000;
  negative_denoised: Latent; eta: float = "auto" ~ Slider 0 2; noise_scale: float = "auto" ~
  Slider 0 2 -> latent: Latent; state: SamplerState
blend_latents | Blend latents | latent |
  a: Latent!; b: Latent!; amount: float = 0.5 ~ Slider 0 1; how: str = "linear" ~ Choice linear
  spherical -> latent: Latent
measure_latent | Measure latent | latent |
  latent: Latent! -> mean: float; std: float; min: float; max: float; values: int; picture_values:
  int
set_latent_mask | Set latent mask | latent |
  latent: Latent!; mask: Mask!; how: str = "area" ~ Choice area nearest cover; gradual: bool =
  false ~ Toggle -> latent: Latent
compare_images | Compare images | image |
  a: Image!; b: Image!; amplify: float = 1.0 ~ Slider 1 100 -> mean: float; max: float; psnr:
  float; ssim: float; difference: Image
draw_mask | Draw mask | mask |
  image: Image; width: int = 512 ~ Size 1 16384; height: int = 512 ~ Size 1 16384; shape: str =
  "rectangle" ~ Choice rectangle ellipse gradient_right gradient_left; left: float = 0.25 ~ Slider
  0 1; top: float = 0.25 ~ Slider 0 1; right: float = 0.75 ~ Slider 0 1; bottom: float = 0.75 ~
  Slider 0 1 -> mask: Mask
pad_for_outpaint | Pad for outpaint | mask |
  image: Image!; left: int = 0 ~ Number 0 16384; top: int = 0 ~ Number 0 16384; right: int = 128 ~
  Number 0 16384; bottom: int = 0 ~ Number 0 16384; feather: int = 24 ~ Slider 0 256; fill: str =
  "edge" ~ Choice edge reflect grey; multiple: int = 8 ~ Number 1 128 -> image: Image; mask: Mask
scale_image | Scale image | image |
  image: Image!; factor: float = 2.0 ~ Number 0.01 64; megapixels: float = 0.0 ~ Number 0 128;
  multiple: int = 1 ~ Number 1 256; method: str = "lanczos" ~ Choice lanczos bicubic bilinear area
  -> image: Image
stitch_image | Stitch image | mask |
  image: Image!; patch: Image!; place: Mask; mask: Mask; feather: int = 8 ~ Slider 0 256 -> image:
  Image
noise | Noise | sampling |
  seed: int = 0 ~ Seed 0 9007199254740991 -> noise: Noise
vary_noise | Vary noise | sampling |
  noise: Noise!; seed: int = 0 ~ Seed 0 9007199254740991; amount: float = 0.1 ~ Slider 0 1 ->
  noise: Noise
`;

const MARK = /^(\w+): (?:list\[(\w+)\]|(\w+))(!?)(?: = ("[^"]*"|[^ ]+))?(?: ~ (.+))?$/;

function portOf(told: string): Port {
  const [, name = "", item, type = item ?? "", must, given, widget] = told.match(MARK) ?? [];
  return port(name, type, {
    many: item !== undefined,
    required: must === "!",
    default: given === undefined ? null : JSON.parse(given),
    auto: given === '"auto"' && type !== "str",
    widget: widget === undefined ? null : widgetOf(widget),
  });
}

function widgetOf(told: string): Record<string, unknown> {
  const [type = "", ...rest] = told.split(" ");
  if (type === "Choice") return { type, options: rest };
  if (type === "Prompt") return { type, lines: Number(rest[0]) };
  if (type === "File") return { type, kind: rest[0] };
  if (!rest.length) return { type };
  const [min, max] = rest.map((bound) => JSON.parse(bound));
  return { type, min, max, step: null };
}

function kindOf(told: string): NodeKind {
  const [head = "", ...rest] = told.split("\n").map((line) => line.trim());
  const [type = "", title = "", category = "", flags = ""] = head.split(" | ");
  const ports = (side = "") => side.trim().split("; ").filter(Boolean).map(portOf);
  const [inputs, outputs] = rest.join(" ").split("->").map(ports);
  const [effect, live] = [flags.includes("effect"), flags.includes("live")];
  const plain = { help: "", version: 1, exact: true, inputs: inputs ?? [], outputs: outputs ?? [] };
  return { type, title, category, ...plain, effect, live };
}

export const LIST: readonly NodeKind[] = TOLD.trim()
  .split(/\n(?! )/)
  .map(kindOf);
export const KINDS = byType(LIST);

/** A node type by its name. */
export function kind(type: string): NodeKind {
  const found = KINDS[type];
  if (!found) throw new Error(`no ${type} among the node types of the tests`);
  return found;
}

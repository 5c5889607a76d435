/** How a type of wire looks: a colour and a shape, so that colour is never the only sign. */

export type PortShape =
  | "round"
  | "square"
  | "diamond"
  | "up"
  | "right"
  | "hexagon"
  | "bar"
  | "ring";

const SHAPES: Readonly<Record<string, PortShape>> = {
  Model: "hexagon",
  TextEncoder: "up",
  Vae: "right",
  ControlNet: "ring",
  Conditioning: "diamond",
  Latent: "square",
  Noise: "bar",
  Sigmas: "up",
  Guider: "right",
  SamplerState: "bar",
  Image: "round",
  Mask: "ring",
  int: "diamond",
  float: "round",
  str: "square",
  bool: "hexagon",
};

const OTHERS: readonly PortShape[] = ["round", "square", "diamond", "up", "right", "hexagon"];

/** Types that packs bring get one of the shapes, always the same for the same name. */
export const portShape = (type: string): PortShape =>
  SHAPES[type] ?? (OTHERS[sum(type) % OTHERS.length] as PortShape);

const isOurs = (type: string) => Object.hasOwn(SHAPES, type);
const sum = (name: string) => [...name].reduce((total, c) => total + c.charCodeAt(0), 0);

const PACK_COLOURS = ["Model", "Sigmas", "Guider", "Vae", "Mask", "Noise"];

export function wireColour(type: string): string {
  if (isOurs(type)) return `var(--wire-${type})`;
  if (type === "?") return "var(--wire)";
  return `var(--wire-${PACK_COLOURS[sum(type) % PACK_COLOURS.length]})`;
}

/** What a wire carries and what a run would cost, in short lines. */
import { duration } from "./nodes.ts";

type Known = Readonly<Record<string, unknown>>;

const size = ({ width, height }: Known): string[] =>
  width && height ? [`${width} × ${height} pixels`] : width === 0 ? ["size left to the model"] : [];
const many = ({ batch }: Known): string[] =>
  typeof batch === "number" && batch > 1 ? [`${batch} at once`] : [];
const named = (label: string, value: unknown): string[] =>
  value === null || value === undefined || value === "" ? [] : [`${label}${String(value)}`];

/** By the type of a wire: what is known of it, one short line each. */
const BY_TYPE: Readonly<Record<string, (known: Known) => string[]>> = {
  Model: (known) => [
    ...named("", known.family),
    ...named("space ", known.space),
    ...size(known),
    ...named("text width ", known.text_width),
  ],
  TextEncoder: (known) => [...named("", known.family), ...named("text width ", known.text_width)],
  Vae: (known) => [
    ...named("space ", known.space),
    ...named("channels ", known.channels),
    ...named("pixels per value ", known.factor),
  ],
  ControlNet: (known) => [
    ...named("for ", known.family),
    ...named("text width ", known.text_width),
    ...(known.encodes ? ["sees latents"] : []),
  ],
  Conditioning: (known) => [
    ...(Array.isArray(known.families) ? named("for ", known.families.join(", ")) : []),
    ...named("text width ", known.text_width),
    ...many(known),
  ],
  Latent: (known) => [
    ...size(known),
    ...named("space ", known.space),
    ...(known.channels ? named("channels ", known.channels) : []),
    ...many(known),
    ...(known.masked ? ["masked"] : []),
  ],
  Image: (known) => [...size(known), ...many(known)],
  Mask: (known) => [...size(known), ...many(known)],
  Noise: (known) => [...named("seed ", known.seed), ...named("varied by ", known.variation)],
  Sigmas: (known) => named("steps ", known.steps),
  Guider: (known) => (known.curved ? ["along a curve"] : named("guidance ", known.scale)),
  SamplerState: (known) => named("of ", known.sampler),
};

/** What is known of a wire, in short lines; none where nothing is. */
export function facts(type: string, known: Known | undefined): string[] {
  if (!known) return [];
  if ("value" in known) return [short(known.value)];
  if (typeof known.count === "number")
    return [`a list of ${known.count}`, ...facts(type, known.each as Known)];
  if ("each" in known) return ["a list", ...facts(type, (known.each ?? undefined) as Known)];
  return BY_TYPE[type]?.(known) ?? others(known);
}

/** Facts of a type that a pack brought. */
const others = (known: Known): string[] =>
  Object.entries(known).flatMap(([name, value]) =>
    typeof value === "object" ? [] : named(`${name.replaceAll("_", " ")} `, value),
  );

function short(value: unknown): string {
  const told = typeof value === "string" ? `“${value}”` : String(value);
  return told.length > 80 ? `${told.slice(0, 79)}…` : told;
}

const GIB = 2 ** 30;

export const bytes = (count: number): string =>
  count >= GIB
    ? `${(count / GIB).toFixed(1)} GB`
    : `${Math.max(1, Math.round(count / 2 ** 20))} MB`;

/** What a run would cost. */
export const estimate = (seconds: number | null, most: number | null): string =>
  [seconds === null ? "" : `about ${duration(seconds)}`, most === null ? "" : bytes(most)]
    .filter(Boolean)
    .join(" · ");

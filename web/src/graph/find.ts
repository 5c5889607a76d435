/** Nodes by what is written on and in them, on this level and in every body. */
import type { Entry, Json, Level } from "./document.ts";
import { type Kinds, shapeOf } from "./kinds.ts";
import type { Path } from "./levels.ts";

export interface Found {
  /** The bodies it is in, from outside to inside. */
  readonly path: Path;
  readonly id: string;
  readonly title: string;
  /** Where the best of the words was found, and the text there. */
  readonly where: "title" | "type" | "id" | "note" | "value";
  readonly text: string;
}

interface Place {
  readonly where: Found["where"];
  readonly text: string;
}

const WORTH: Readonly<Record<Found["where"], number>> = {
  title: 50,
  id: 40,
  type: 30,
  note: 20,
  value: 10,
};

/** Nodes in which every one of the words is found, the best first. No words find nothing. */
export function found(level: Level, kinds: Kinds, words: string): Found[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const hits: { hit: Found; worth: number }[] = [];
  const waiting: { path: Path; level: Level }[] = [{ path: [], level }];
  for (let here = waiting.shift(); here; here = waiting.shift()) {
    for (const [id, entry] of Object.entries(here.level.nodes)) {
      const title = entry.title || (shapeOf(here.level, id, kinds)?.title ?? entry.type);
      const best = bestOf(placesIn(id, title, entry), wanted);
      const { path } = here;
      if (best) hits.push({ hit: { path, id, title, ...best.place }, worth: best.worth });
      if (entry.body) waiting.push({ path: [...path, id], level: entry.body });
    }
  }
  return hits.sort((a, b) => b.worth - a.worth).map(({ hit }) => hit);
}

function placesIn(id: string, title: string, entry: Entry): Place[] {
  const values = Object.values(entry.values ?? {}).flatMap(textsIn);
  return [
    { where: "title", text: title },
    { where: "id", text: id },
    { where: "type", text: entry.type },
    { where: "note", text: entry.note ?? "" },
    ...values.map((text) => ({ where: "value" as const, text })),
  ];
}

const textsIn = (value: Json): string[] =>
  Array.isArray(value) ? value.filter((one) => one !== null).map(String) : [String(value)];

/** The place where a word stands best; what all the words are worth together. */
function bestOf(places: readonly Place[], words: readonly string[]) {
  let [best, most, total] = [undefined as Place | undefined, 0, 0];
  for (const word of words) {
    let here = 0;
    for (const place of places) {
      const worth = worthOf(place, word);
      here = Math.max(here, worth);
      if (worth > most) [best, most] = [place, worth];
    }
    if (!here) return undefined;
    total += here;
  }
  return best && { place: best, worth: total };
}

/** The whole text is worth more than its beginning, that more than a word in it, and so on. */
function worthOf({ where, text }: Place, word: string): number {
  const low = text.toLowerCase();
  const at = low.indexOf(word);
  if (at < 0) return 0;
  if (low === word) return WORTH[where] + 6;
  if (at === 0) return WORTH[where] + 4;
  return WORTH[where] + (/[\s_/-]/.test(low[at - 1] ?? "") ? 2 : 1);
}

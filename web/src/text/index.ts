/** What the user reads. Another language is a folder beside `en` that satisfies `Text`. */
import { en } from "./en/index.ts";

type Words<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Told
    ? (...given: Given) => Told extends string ? string : Told
    : { readonly [K in keyof T]: Words<T[K]> };

export type Text = Words<typeof en>;
export const text: Text = en;

/** Deleted workflows, asked for when one looks at them. */
import { create } from "zustand";
import { bin, type Thrown } from "../api/http.ts";
import { remove, restore, tried } from "./files.ts";

/** Null before they were asked for. */
export const useBin = create<{ readonly list: readonly Thrown[] | null }>(() => ({ list: null }));

export const askBin = (): Promise<boolean> =>
  tried(async () => useBin.setState({ list: await bin() }));

export const takeOut = (thrown: Thrown): Promise<boolean> => tried(() => restore(thrown));

export async function throwAway(name: string): Promise<void> {
  await tried(() => remove(name));
}

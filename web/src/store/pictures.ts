/** The pictures that are stored, newest first: those that runs made, and those that were brought. */
import { create } from "zustand";
import { upload } from "../api/http.ts";
import type { Asset } from "../api/messages.ts";
import { line } from "./connection.ts";

interface Pictures {
  readonly list: readonly Asset[];
  /** Where older ones begin, null where there are none. */
  readonly cursor: string | null;
  readonly asked: boolean;
  /** Ids that there was no picture for. */
  readonly gone: ReadonlySet<string>;
}

export const usePictures = create<Pictures>(() => ({
  list: [],
  cursor: null,
  asked: false,
  gone: new Set(),
}));

const PAGE = 60;

/** The newest, asked for anew. */
export async function askPictures(): Promise<void> {
  const page = await line.call("assets.list", { limit: PAGE }).catch(() => null);
  if (!page) return;
  const list = distinct(page.assets);
  usePictures.setState({ list, cursor: page.cursor, asked: true });
}

/** Once is enough to know what those are called that are seen. */
export function knowPictures(): void {
  if (usePictures.getState().asked) return;
  usePictures.setState({ asked: true });
  void askPictures();
}

export async function askOlder(): Promise<void> {
  const { cursor } = usePictures.getState();
  if (cursor === null) return;
  const page = await line.call("assets.list", { limit: PAGE, cursor }).catch(() => null);
  if (!page || usePictures.getState().cursor !== cursor) return;
  usePictures.setState(({ list }) => ({
    list: distinct([...list, ...page.assets]),
    cursor: page.cursor,
  }));
}

/** There is no picture of that id: what wanted to show it found out. */
export const missed = (asset: string): void =>
  usePictures.setState(({ gone }) => ({ gone: new Set([...gone, asset]) }));

/** Keep a picture on the server. Raises `Refused`. */
export async function bring(file: File): Promise<Asset> {
  const asset = await upload(file, file.name);
  usePictures.setState(({ list, gone }) => ({
    list: distinct([asset, ...list]),
    gone: new Set([...gone].filter((id) => id !== asset.asset)),
  }));
  return asset;
}

/** The same picture under several names is one. */
const distinct = (assets: readonly Asset[]): Asset[] =>
  [...new Map([...assets].reverse().map((asset) => [asset.asset, asset])).values()]
    .reverse()
    .filter(({ mime }) => mime.startsWith("image/"));

/** A file on its way to the server: one at a time, and what is refused is told. */
import { type DragEvent, useState } from "react";
import type { Refused } from "../api/line.ts";
import type { Asset } from "../api/messages.ts";
import { bring } from "../store/pictures.ts";
import { toast } from "../store/ui.ts";
import { text } from "../text/index.ts";

export function useBringing(brought: (asset: Asset) => void) {
  const [busy, setBusy] = useState(false);
  return {
    busy,
    bring: (file: File) => {
      if (file.type && !file.type.startsWith("image/")) {
        return toast(text.widgets.picture.noPicture(file.name), "bad");
      }
      setBusy(true);
      bring(file)
        .then(brought, (error: Refused) => toast(error.message, "bad"))
        .finally(() => setBusy(false));
    },
  };
}

/** Handlers of a place to drop a file on. The page hears of it, and leaves to it what it took. */
export function useDrop(take: (file: File) => void) {
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(event.type === "dragover");
    const file = event.type === "drop" ? event.dataTransfer.files[0] : undefined;
    if (file) take(file);
  };
  const handlers = { onDragOver: drag, onDragLeave: drag, onDrop: drag };
  return { ...handlers, "data-over": over || undefined };
}

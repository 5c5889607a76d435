import { ChevronsUpDown, ImageOff, ImagePlus } from "lucide-react";
import { useEffect } from "react";
import { pictureUrl } from "../api/http.ts";
import { knowPictures, missed, usePictures } from "../store/pictures.ts";
import { text } from "../text/index.ts";
import { usePopup } from "../ui/usePopup.ts";
import { Chooser } from "./Chooser.tsx";
import type { FieldProps } from "./field.ts";
import { PicturePicker } from "./PicturePicker.tsx";
import { useBringing, useDrop } from "./useBringing.ts";

const SMALL = 64;

/** A stored picture, with a small one of it. A file dropped on it is brought and chosen. */
export function PictureField(field: FieldProps) {
  const { port, value, set } = field;
  const id = String((value === undefined ? port.default : value) ?? "");
  const popup = usePopup<HTMLButtonElement>();
  const bringing = useBringing(({ asset }) => set(asset));
  const drop = useDrop(bringing.bring);
  const name = usePictures(({ list }) => list.find((one) => one.asset === id)?.name);
  const words = text.widgets.picture;
  const chosen = id ? (name ?? words.some) : text.widgets.choose;
  useEffect(knowPictures, []);
  return (
    <span className="picture-field" {...drop}>
      <Chooser field={field} popup={popup} title={name}>
        <Small id={id} />
        <span className="value-chooser-text" data-empty={!id || undefined}>
          {bringing.busy ? words.uploading : chosen}
        </span>
        <ChevronsUpDown size={11} aria-hidden />
      </Chooser>
      {popup.open && <PicturePicker {...{ field, popup, bringing }} chosen={id} />}
    </span>
  );
}

function Small({ id }: { readonly id: string }) {
  const isGone = usePictures(({ gone }) => gone.has(id));
  if (!id) return <ImagePlus size={14} aria-hidden />;
  if (isGone) return <ImageOff size={16} aria-hidden />;
  const url = pictureUrl(id, SMALL);
  return <img className="picture-small" src={url} alt="" onError={() => missed(id)} />;
}

import { ImagePlus } from "lucide-react";
import { useEffect, useRef } from "react";
import { pictureUrl } from "../api/http.ts";
import type { Asset } from "../api/messages.ts";
import { askOlder, askPictures, usePictures } from "../store/pictures.ts";
import { text } from "../text/index.ts";
import type { usePopup } from "../ui/usePopup.ts";
import type { FieldProps } from "./field.ts";
import { Picker } from "./Picker.tsx";
import type { Item } from "./picking.ts";
import type { useBringing } from "./useBringing.ts";

interface Props {
  readonly field: FieldProps;
  readonly popup: ReturnType<typeof usePopup<HTMLButtonElement>>;
  readonly chosen: string;
  readonly bringing: ReturnType<typeof useBringing>;
}

interface PictureItem extends Item {
  readonly asset: Asset;
}

const COLUMNS = 4;
const TILE = 192;

/** Stored pictures side by side, and a way to bring another. */
export function PicturePicker({ field, popup, chosen, bringing }: Props) {
  const list = usePictures((pictures) => pictures.list);
  const cursor = usePictures((pictures) => pictures.cursor);
  useEffect(() => void askPictures(), []);
  const words = text.widgets.picture;
  return (
    <Picker
      id={field.id}
      anchor={popup.anchor}
      label={field.label}
      className="pictures"
      columns={COLUMNS}
      items={list.map(asItem)}
      chosen={chosen}
      searched
      draw={({ asset }) => <Tile asset={asset} />}
      empty={words.none}
      head={<Bring bringing={bringing} done={popup.back} />}
      foot={
        cursor !== null && (
          <button type="button" className="button" onClick={() => void askOlder()}>
            {words.more}
          </button>
        )
      }
      pick={({ value }) => {
        if (value !== field.value) field.set(value);
        popup.back();
      }}
      close={popup.close}
    />
  );
}

const asItem = (asset: Asset): PictureItem => ({
  value: asset.asset,
  title: asset.name,
  words: asset.path,
  asset,
});

function Tile({ asset }: { readonly asset: Asset }) {
  const { width, height, name } = asset;
  const size = width && height ? `${width} × ${height}` : "";
  return (
    <span className="tile" title={`${name}\n${size}`}>
      <img src={pictureUrl(asset.asset, TILE)} alt="" loading="lazy" draggable={false} />
      <span>{name}</span>
    </span>
  );
}

interface BringProps extends Pick<Props, "bringing"> {
  readonly done: () => void;
}

function Bring({ bringing, done }: BringProps) {
  const file = useRef<HTMLInputElement>(null);
  const words = text.widgets.picture;
  return (
    <div className="bring">
      <button
        type="button"
        className="button"
        disabled={bringing.busy}
        onClick={() => file.current?.click()}
      >
        <ImagePlus size={14} aria-hidden /> {bringing.busy ? words.uploading : words.upload}
      </button>
      <input
        ref={file}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (!chosen) return;
          bringing.bring(chosen);
          done();
        }}
      />
    </div>
  );
}

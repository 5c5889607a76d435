/** The workflow as a link that carries it. */
import { Copy } from "lucide-react";
import { useEffect, useId } from "react";
import { copyText } from "../store/clipboard.ts";
import { exportSeen } from "../store/exporting.ts";
import { makeLink, useLink } from "../store/link.ts";
import { show, toast } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";

const words = text.files.share;
/** More than this is cut by some programs that links are sent with. */
const LONG = 8000;

export function Share() {
  const link = useLink((made) => made.link);
  useEffect(() => void makeLink(), []);
  return (
    <Modal title={words.title} onClose={() => show(null)}>
      <div className="share">
        <p>{words.hint}</p>
        {link === null ? <p className="dim">{words.making}</p> : <Link link={link} />}
        {link !== null && link.length > LONG && (
          <p className="share-long">
            {words.long(link.length.toLocaleString("en"))}{" "}
            <button type="button" className="button small" onClick={() => void exportSeen()}>
              {words.export}
            </button>
          </p>
        )}
      </div>
    </Modal>
  );
}

/** It is there a moment after the dialog: the focus goes to it, and all of it is marked. */
const take = (field: HTMLInputElement | null): void => field?.focus();

function Link({ link }: { readonly link: string }) {
  const id = useId();
  const copy = async () => {
    await copyText(link);
    toast(words.copied, "good");
    show(null);
  };
  return (
    <>
      <label htmlFor={id}>{words.link}</label>
      <div className="share-row">
        <input
          ref={take}
          id={id}
          className="field"
          readOnly
          value={link}
          onFocus={({ target }) => target.select()}
        />
        <button type="button" className="button primary" onClick={() => void copy()}>
          <Copy size={15} aria-hidden /> {words.copy}
        </button>
      </div>
    </>
  );
}

/** The history, looked through by words of titles and prompts. */
import { Search } from "lucide-react";
import { type UIEvent, useRef, useState } from "react";
import { pictureUrl } from "../api/http.ts";
import { isPicture } from "../store/album.ts";
import { openRun } from "../store/made.ts";
import { type Ended, lookFor, usePast } from "../store/past.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Popup } from "../ui/Popup.tsx";
import { askFor, type OnMenu, useMenu } from "../ui/useMenu.tsx";
import { usePopup } from "../ui/usePopup.ts";
import { endOf } from "./QueueEnded.tsx";
import { endedRows } from "./queueMenus.ts";

const words = text.runs.past;
const AFTER = 200; // ms without another letter

export function QueueSearch() {
  const popup = usePopup<HTMLButtonElement>();
  const field = useRef<HTMLInputElement>(null);
  const { menu, ask } = useMenu();
  return (
    <>
      <button type="button" className="button bare small" aria-haspopup="dialog" {...popup.button}>
        <Search size={14} aria-hidden /> {words.search}
      </button>
      {popup.open && (
        <Popup
          anchor={popup.anchor}
          label={words.search}
          className="past"
          side="top"
          align="end"
          first={field}
          close={popup.close}
        >
          <Field field={field} />
          <Found onMenu={ask} />
        </Popup>
      )}
      {menu}
    </>
  );
}

function Field({ field }: { readonly field: React.RefObject<HTMLInputElement | null> }) {
  const [typed, setTyped] = useState(usePast.getState().text);
  const timer = useRef(0);
  return (
    <input
      ref={field}
      className="field"
      type="search"
      aria-label={words.label}
      placeholder={words.label}
      value={typed}
      onChange={({ target: { value } }) => {
        setTyped(value);
        clearTimeout(timer.current);
        timer.current = window.setTimeout(() => void lookFor(value), AFTER);
      }}
    />
  );
}

function Found({ onMenu }: { readonly onMenu: OnMenu }) {
  const sought = usePast((past) => past.text.trim());
  const found = usePast((past) => past.found);
  const all = usePast((past) => past.runs);
  const runs = sought ? found.runs : all.slice(0, 40);
  const scrolled = ({ currentTarget }: UIEvent<HTMLElement>) => {
    const { scrollTop, clientHeight, scrollHeight } = currentTarget;
    if (sought && scrollTop + clientHeight > scrollHeight - 200)
      void lookFor(usePast.getState().text);
  };
  if (runs.length === 0) {
    const asking = sought && found.cursor === undefined;
    return <p className="dim">{asking ? "" : sought ? words.none : words.hint}</p>;
  }
  return (
    <ul className="past-list" onScroll={scrolled}>
      {runs.map((run) => (
        <Row key={run.run} run={run} onMenu={onMenu} />
      ))}
    </ul>
  );
}

function Row({ run, onMenu }: { readonly run: Ended; readonly onMenu: OnMenu }) {
  const title = run.title || text.files.untitled;
  const picture = run.outputs.findLast(isPicture);
  const opened = () =>
    picture ? show({ kind: "picture", asset: picture.asset, title }) : void openRun(run.run);
  return (
    <li onContextMenu={(event) => onMenu(askFor(event, title, () => endedRows(run)))}>
      <button type="button" className="past-row" onClick={opened}>
        {picture ? (
          <img src={pictureUrl(picture.asset, 80)} alt="" width={40} height={40} loading="lazy" />
        ) : (
          <span className="past-none" aria-hidden />
        )}
        <span className="queue-text">
          <span className="queue-name">{title}</span>
          <span className="dim">
            {text.runs.ago(run.queuedAt, Date.now() / 1000)} · {endOf(run)}
          </span>
        </span>
      </button>
    </li>
  );
}

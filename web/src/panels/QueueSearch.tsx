/** The history, looked through by words of titles and prompts. */
import { Popover } from "@base-ui/react/popover";
import { Search } from "lucide-react";
import { type UIEvent, useRef, useState } from "react";
import { pictureUrl } from "../api/http.ts";
import { isPicture } from "../store/album.ts";
import { openRun } from "../store/made.ts";
import { type Ended, lookFor, usePast } from "../store/past.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { MenuAt } from "../ui/Menu.tsx";
import { endOf } from "./QueueEnded.tsx";
import { type Asked, askFor, endedRows, type OnMenu } from "./queueMenus.ts";

const words = text.runs.past;
const AFTER = 200; // ms without another letter

export function QueueSearch() {
  const field = useRef<HTMLInputElement>(null);
  const [asked, ask] = useState<Asked | null>(null);
  return (
    <Popover.Root>
      <Popover.Trigger className="button bare small">
        <Search size={14} aria-hidden /> {words.search}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-place" side="top" align="end" sideOffset={6}>
          <Popover.Popup className="past" initialFocus={field}>
            <Popover.Title className="unseen">{words.search}</Popover.Title>
            <Field field={field} />
            <Found onMenu={ask} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
      <MenuAt
        rows={asked?.rows ?? []}
        at={asked?.at ?? null}
        label={asked?.label ?? ""}
        onClose={() => ask(null)}
      />
    </Popover.Root>
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

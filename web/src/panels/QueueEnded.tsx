/** What has ended, the newest first: its picture, how long it took, or why it failed. */
import { EllipsisVertical, ImageOff, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { pictureUrl } from "../api/http.ts";
import { isPicture } from "../store/album.ts";
import { openRun } from "../store/made.ts";
import { toldOf } from "../store/order.ts";
import { type Ended, isShown, more, usePast } from "../store/past.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { askFor, type OnMenu } from "../ui/useMenu.tsx";
import { endedRows } from "./queueMenus.ts";

const words = text.runs;
const SMALL = 160;

interface Props {
  readonly idle: boolean;
  readonly onMenu: OnMenu;
}

export function QueueEnded({ idle, onMenu }: Props) {
  const all = usePast((past) => past.runs);
  const cursor = usePast((past) => past.cursor);
  const runs = all.filter(isShown);
  if (runs.length === 0 && !cursor)
    return idle ? <p className="dim queue-empty">{words.empty}</p> : null;
  return (
    <ul className="queue-part" aria-label={words.ended}>
      {runs.map((run) => (
        <EndedRun key={run.run} run={run} onMenu={onMenu} />
      ))}
      {cursor && (
        <li className="queue-card">
          <button type="button" className="button small" onClick={() => void more()}>
            {words.past.more}
          </button>
        </li>
      )}
    </ul>
  );
}

/** How a run ended, in a word or a sentence. */
export function endOf({ state, seconds, error }: Ended): string {
  if (state === "failed") return error ? toldOf(error) : words.failed;
  if (state === "cancelled") return words.cancelled;
  return seconds === null ? "" : words.duration(seconds);
}

interface RunProps {
  readonly run: Ended;
  readonly onMenu: OnMenu;
}

export const EndedRun = memo(function EndedRun({ run, onMenu }: RunProps) {
  const title = run.title || text.files.untitled;
  const pictures = run.outputs.filter(isPicture);
  const picture = pictures.at(-1);
  const end = endOf(run);
  const rows = () => endedRows(run);
  const opened = () =>
    picture ? show({ kind: "picture", asset: picture.asset, title }) : void openRun(run.run);
  return (
    <li
      className={`queue-card ended ${run.state}`}
      onContextMenu={(event) => onMenu(askFor(event, title, rows))}
    >
      <button type="button" className="queue-picture" title={`${title}: ${end}`} onClick={opened}>
        <Thumb picture={picture?.asset} failed={run.state === "failed"} />
        <span className="unseen">
          {title}, {end}
        </span>
        {pictures.length > 1 && <span className="queue-count">{pictures.length}</span>}
      </button>
      <span className="queue-foot">
        <span className="queue-end" title={end}>
          {run.state === "failed" ? `${words.failed}: ${end}` : end}
        </span>
        <button
          type="button"
          className="button bare queue-menu"
          aria-label={words.menu(title)}
          onClick={(event) => onMenu(askFor(event, title, rows))}
        >
          <EllipsisVertical size={13} aria-hidden />
        </button>
      </span>
    </li>
  );
});

interface ThumbProps {
  readonly picture: string | undefined;
  readonly failed: boolean;
}

function Thumb({ picture, failed }: ThumbProps) {
  if (picture === undefined) {
    return failed ? <TriangleAlert size={20} aria-hidden /> : <ImageOff size={20} aria-hidden />;
  }
  return (
    <img src={pictureUrl(picture, SMALL)} alt={words.aPicture} loading="lazy" draggable={false} />
  );
}

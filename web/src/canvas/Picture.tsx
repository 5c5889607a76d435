import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { pictureUrl } from "../api/http.ts";
import type { NodeRun } from "../store/runs.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";

interface Props {
  id: string;
  title: string;
  at: NodeRun | undefined;
  height: number;
}

const NONE: readonly string[] = [];
/** Between the last row and the picture. */
const GAP = 6;

/** What a node shows: a live preview while it works, then its pictures. */
export function Picture({ title, at, height }: Props) {
  const assets = at?.assets ?? NONE;
  const [place, setPlace] = useState(0);
  const shown = Math.min(place, Math.max(0, assets.length - 1));
  const asset = assets[shown];
  const live = at?.picture && (at.state === "running" || !asset);
  const share = at?.state === "running" && at.of ? (at.step ?? 0) / at.of : undefined;
  return (
    <div className="picture" style={{ height: height - GAP }}>
      {live ? (
        <img src={at.picture} alt={text.nodes.preview(title)} draggable={false} />
      ) : asset ? (
        <button
          type="button"
          className="nodrag"
          onClick={() => show({ kind: "picture", asset, title })}
        >
          <img
            src={pictureUrl(asset, 480)}
            alt={text.nodes.picture(title)}
            draggable={false}
            loading="lazy"
          />
        </button>
      ) : (
        <span className="none">{at?.reused ? text.nodes.notShown : text.nodes.noPicture}</span>
      )}
      {assets.length > 1 && !live && <Pager at={shown} of={assets.length} go={setPlace} />}
      {share !== undefined && (
        <progress className="share" aria-label={title} value={share} max={1} />
      )}
    </div>
  );
}

function Pager({ at, of, go }: { at: number; of: number; go: (place: number) => void }) {
  return (
    <div className="pager nodrag">
      <button
        type="button"
        aria-label={text.nodes.earlier}
        disabled={at === 0}
        onClick={() => go(at - 1)}
      >
        <ChevronLeft size={14} />
      </button>
      <span>{text.nodes.pictures(at + 1, of)}</span>
      <button
        type="button"
        aria-label={text.nodes.later}
        disabled={at === of - 1}
        onClick={() => go(at + 1)}
      >
        <ChevronRight size={14} />
      </button>
    </div>
  );
}

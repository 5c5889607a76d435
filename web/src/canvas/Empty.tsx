import { openExample } from "../store/start.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";

/** What stands on an empty canvas: how to begin. */
export function Empty({ inBody }: { inBody: boolean }) {
  if (inBody) return <p className="empty">{text.canvas.bodyEmpty}</p>;
  return (
    <div className="empty">
      <h2>{text.canvas.emptyTitle}</h2>
      <p>{text.canvas.emptyHint}</p>
      <p>
        <button type="button" className="button" onClick={() => void openExample("first-picture")}>
          {text.canvas.emptyFirst}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => show({ kind: "open", part: "examples" })}
        >
          {text.canvas.emptyExample}
        </button>
      </p>
    </div>
  );
}

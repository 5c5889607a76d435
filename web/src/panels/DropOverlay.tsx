/** While something is dragged over the page: what becomes of it when it is let go. */
import { Download } from "lucide-react";
import { useEffect } from "react";
import { portUnder } from "../canvas/portUnder.ts";
import { listenForDrops, useDropping } from "../store/dropping.ts";
import { text } from "../text/index.ts";

const words = text.files.bring;

export function DropOverlay() {
  const over = useDropping((dropping) => dropping.over);
  useEffect(() => listenForDrops(({ x, y }) => portUnder(document.elementFromPoint(x, y))), []);
  if (!over) return null;
  return (
    <div className="drop">
      <p>
        <Download size={18} aria-hidden /> {words.here}
        <small>{words.hints}</small>
      </p>
    </div>
  );
}

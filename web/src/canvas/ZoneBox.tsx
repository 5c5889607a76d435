import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { levelAt } from "../graph/levels.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { useLevel, useTab } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { around, boxesOf, seenIn } from "./paint.ts";
import { countOf } from "./Zone.tsx";

const PAD = 40;

/** The zone of a body that is seen from inside: all within it runs so often as it says. */
export const ZoneBox = memo(function ZoneBox() {
  const level = useLevel();
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const outer = useTab(
    ({ history, path }) => levelAt(history.now, path.slice(0, -1))?.nodes[path.at(-1) ?? ""],
  );
  if (!outer?.body) return null;
  const { x, y, width, height } = around(boxesOf(level, kinds, seenIn(level, true)));
  return (
    <ViewportPortal>
      <div
        className="zone-box"
        data-type={outer.type}
        aria-hidden
        style={{
          transform: `translate(${x - PAD}px, ${y - PAD}px)`,
          width: width + 2 * PAD,
          height: height + 2 * PAD,
        }}
      >
        <span>
          {outer.title || text.canvas.zone(outer.type)} {countOf(outer)}
        </span>
      </div>
    </ViewportPortal>
  );
});

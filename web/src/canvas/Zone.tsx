import { memo, useEffect, useRef } from "react";
import type { Body, Entry } from "../graph/document.ts";
import { useDark } from "../store/appearance.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { activeTab, goTo } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { fitted, paint } from "./paint.ts";

interface Props {
  id: string;
  entry: Entry;
  title: string;
  height: number;
}

/** A body in its node: the nodes inside painted small, how often they run, and the way in. */
export const Zone = memo(function Zone({ id, entry, title, height }: Props) {
  return (
    <button
      type="button"
      className="zone nodrag"
      style={{ height }}
      aria-label={text.nodes.inside(title)}
      onClick={() => goTo([...activeTab().path, id])}
    >
      {entry.body && <Small body={entry.body} height={height} />}
      <span className="count">{countOf(entry)}</span>
    </button>
  );
});

/** How often the nodes inside run. */
export function countOf(entry: Entry): string {
  if (entry.type === "group") return text.nodes.once;
  if (entry.type === "for_each") return text.nodes.each;
  if (entry.wires?.times) return text.nodes.times("…");
  return text.nodes.times(String(entry.values?.times ?? 1));
}

function Small({ body, height }: { body: Body; height: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const dark = useDark();
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const sharp = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    canvas.width = width * sharp;
    canvas.height = height * sharp;
    paint(context, body, kinds, fitted(body, kinds, { width, height }, 12), sharp, dark);
  }, [body, kinds, height, dark]);
  return <canvas ref={ref} aria-hidden />;
}

import { useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useDark } from "../store/appearance.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { useLevel, useTab } from "../store/documents.ts";
import { paint } from "./paint.ts";

/** Far out, nodes are too small to be read or used, so one canvas paints them all. */
export function Overview() {
  const ref = useRef<HTMLCanvasElement>(null);
  const level = useLevel();
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const selected = useTab((tab) => tab.selected);
  const dark = useDark();
  const [x, y, zoom] = useStore((flow) => flow.transform);
  const width = useStore((flow) => flow.width);
  const height = useStore((flow) => flow.height);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const canvas = ref.current;
      const context = canvas?.getContext("2d");
      if (!canvas || !context) return;
      const sharp = window.devicePixelRatio || 1;
      if (canvas.width !== width * sharp) canvas.width = width * sharp;
      if (canvas.height !== height * sharp) canvas.height = height * sharp;
      paint(context, level, kinds, { x, y, zoom }, sharp, dark, selected);
    });
    return () => cancelAnimationFrame(frame);
  }, [level, kinds, selected, dark, x, y, zoom, width, height]);
  return <canvas ref={ref} className="overview" aria-hidden />;
}

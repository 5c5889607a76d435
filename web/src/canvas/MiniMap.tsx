import { useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { useDark } from "../store/appearance.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { useLevel } from "../store/documents.ts";
import { useSettings } from "../store/settings.ts";
import { text } from "../text/index.ts";
import { fitted, paint } from "./paint.ts";

const SIZE = { width: 184, height: 124 };

/** The whole level, small; press or drag on it to go there. Keys do the same on the canvas. */
export function MiniMap() {
  const shown = useSettings((settings) => settings.minimap);
  return shown ? <SmallMap /> : null;
}

function SmallMap() {
  const ref = useRef<HTMLCanvasElement>(null);
  const level = useLevel();
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const dark = useDark();
  const look = useMemo(() => fitted(level, kinds, SIZE, 10), [level, kinds]);
  const { setCenter, getZoom } = useReactFlow();
  useEffect(() => {
    const context = ref.current?.getContext("2d");
    if (context) paint(context, level, kinds, look, 2, dark);
  }, [level, kinds, look, dark]);

  const go = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    void setCenter((x - look.x) / look.zoom, (y - look.y) / look.zoom, { zoom: getZoom() });
  };
  return (
    <div
      className="minimap"
      role="img"
      aria-label={text.canvas.map}
      onPointerDown={go}
      onPointerMove={go}
    >
      <canvas ref={ref} width={2 * SIZE.width} height={2 * SIZE.height} aria-hidden />
      <Seen look={look} />
    </div>
  );
}

/** The part of the level that is on the screen. */
function Seen({ look }: { look: { x: number; y: number; zoom: number } }) {
  const [x, y, zoom] = useStore((flow) => flow.transform);
  const width = useStore((flow) => flow.width);
  const height = useStore((flow) => flow.height);
  const scale = look.zoom / zoom;
  return (
    <div
      className="seen"
      style={{
        transform: `translate(${look.x - x * scale}px, ${look.y - y * scale}px)`,
        width: width * scale,
        height: height * scale,
      }}
    />
  );
}

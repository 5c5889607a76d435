/** The dots of the grid: one picture that is pushed about and stretched, and seldom drawn anew. */
import { type ReactFlowState, useStore } from "@xyflow/react";
import type { CSSProperties } from "react";

const NEAREST = 14; // pixels between dots: nearer than this they are a haze

const cameraOf = ({ transform }: ReactFlowState) => transform;

/** One at every `grid` points of the level. */
export function Dots({ grid }: { grid: number }) {
  const [x, y, zoom] = useStore(cameraOf);
  let gap = grid * zoom;
  while (gap < NEAREST) gap *= 2;
  const tile = gap < 2 * NEAREST ? grid : 2 * grid;
  const style = {
    "--tile": `${tile}px`,
    transform: `translate(${start(x, gap)}px, ${start(y, gap)}px) scale(${gap / tile})`,
  };
  return <div className="dots" aria-hidden style={style as CSSProperties} />;
}

/** Where the first dot is, at most one gap before the edge; a dot is in the middle of its tile. */
const start = (at: number, gap: number): number => (((at % gap) + gap) % gap) - 1.5 * gap;

/** Nearer to a picture and across it: with wheel, drag, double-click and keys. */
import {
  type CSSProperties,
  type PointerEvent,
  type RefObject,
  useRef,
  useState,
  type WheelEvent,
} from "react";

interface Look {
  readonly asset: string;
  /** Screen pixels for one of the picture; null fits the window. */
  readonly scale: number | null;
  readonly x: number;
  readonly y: number;
}

export type PanZoom = ReturnType<typeof usePanZoom>;

const [LEAST, MOST] = [0.05, 32];
/** From here on pixels are shown as what they are. */
const PIXELS = 8;
const fitted = (asset: string): Look => ({ asset, scale: null, x: 0, y: 0 });

/** So that all of a picture is seen, as large as can be. */
function fitting(image: HTMLImageElement | null): number {
  const stage = image?.parentElement;
  if (!stage || !image.naturalWidth) return 1;
  const { naturalWidth, naturalHeight } = image;
  return Math.min(stage.clientWidth / naturalWidth, stage.clientHeight / naturalHeight);
}

/** Another scale, about a point that stays where it is; seen from the middle. */
function scaled(look: Look, from: number, to: number, cx: number, cy: number): Look {
  const scale = Math.max(LEAST, Math.min(MOST, to));
  const by = scale / from;
  return { ...look, scale, x: cx - (cx - look.x) * by, y: cy - (cy - look.y) * by };
}

export function usePanZoom(asset: string) {
  const [kept, setLook] = useState(() => fitted(asset));
  const [, setLoaded] = useState(""); // how large a picture is, is known when it is there
  const image = useRef<HTMLImageElement>(null);
  const look = kept.asset === asset ? kept : fitted(asset);
  const scale = look.scale ?? fitting(image.current);
  const to = (next: number, cx = 0, cy = 0) => setLook(scaled(look, scale, next, cx, cy));
  const move = (x: number, y: number) => setLook({ asset, scale, x, y });
  const all = () => setLook(fitted(asset));
  const actual = () => setLook({ asset, scale: 1, x: 0, y: 0 });
  const from = useRef<{ x: number; y: number } | null>(null);
  const style: CSSProperties = {
    translate: `${look.x}px ${look.y}px`,
    scale,
    imageRendering: scale >= PIXELS && look.scale !== null ? "pixelated" : "auto",
  };
  const hands = {
    ...drag(from, look, move),
    onWheel: (event: WheelEvent<HTMLElement>) => {
      const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
      const [cx, cy] = [event.clientX - left - width / 2, event.clientY - top - height / 2];
      to(scale * Math.exp(-event.deltaY / 400), cx, cy);
    },
    onDoubleClick: () => (look.scale === null ? actual() : all()),
  };
  const loaded = () => setLoaded(asset);
  return {
    scale,
    zoom: (by: number) => to(scale * by),
    fit: all,
    actual,
    hands,
    style,
    image,
    loaded,
  };
}

type From = RefObject<{ x: number; y: number } | null>;

function drag(from: From, look: Look, move: (x: number, y: number) => void) {
  const drop = () => {
    from.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return; // the right one has the browser's menu of a picture
      from.current = { x: event.clientX - look.x, y: event.clientY - look.y };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      if (from.current) move(clientX - from.current.x, clientY - from.current.y);
    },
    onPointerUp: drop,
    onPointerCancel: drop,
  };
}

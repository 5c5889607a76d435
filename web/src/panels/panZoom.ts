/** Nearer to a picture and across it: with wheel, drag, double-click and keys. */
import { type CSSProperties, type PointerEvent, useRef, useState, type WheelEvent } from "react";

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

type Scaled = Look & { readonly scale: number };

/** Nearer or further, about a point that stays where it is; seen from the middle. */
function scaled(look: Scaled, factor: number, cx: number, cy: number): Look {
  const scale = Math.max(LEAST, Math.min(MOST, look.scale * factor));
  const by = scale / look.scale;
  return { ...look, scale, x: cx - (cx - look.x) * by, y: cy - (cy - look.y) * by };
}

export function usePanZoom(asset: string) {
  const [kept, setLook] = useState(() => fitted(asset));
  const [, setLoaded] = useState(""); // how large a picture is, is known when it is there
  const image = useRef<HTMLImageElement>(null);
  const lookOf = (was: Look): Scaled => {
    const look = was.asset === asset ? was : fitted(asset);
    return { ...look, scale: look.scale ?? fitting(image.current) };
  };
  const { x, y, scale } = lookOf(kept);
  const whole = kept.asset !== asset || kept.scale === null;
  const zoom = (by: number, cx = 0, cy = 0) => setLook((was) => scaled(lookOf(was), by, cx, cy));
  const move = (right: number, down: number) =>
    setLook((was) => {
      const look = lookOf(was);
      return { ...look, x: look.x + right, y: look.y + down };
    });
  const all = () => setLook(fitted(asset));
  const actual = () => setLook({ asset, scale: 1, x: 0, y: 0 });
  const fingers = useRef(new Map<number, Spot>());
  const style: CSSProperties = {
    translate: `${x}px ${y}px`,
    scale,
    imageRendering: scale >= PIXELS && !whole ? "pixelated" : "auto",
  };
  const hands = {
    ...drag(fingers.current, move, zoom),
    onWheel: (event: WheelEvent<HTMLElement>) =>
      zoom(Math.exp(-event.deltaY / 400), ...fromMiddle(event.currentTarget, event)),
    onDoubleClick: () => (whole ? actual() : all()),
  };
  const loaded = () => setLoaded(asset);
  return { scale, zoom, fit: all, actual, hands, style, image, loaded };
}

interface Spot {
  readonly clientX: number;
  readonly clientY: number;
}

function fromMiddle(stage: HTMLElement, { clientX, clientY }: Spot): [number, number] {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return [clientX - left - width / 2, clientY - top - height / 2];
}

const apart = (a: Spot, b: Spot): number =>
  Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));

/** One finger or the mouse moves; of two fingers each zooms about the other. */
function drag(
  fingers: Map<number, Spot>,
  move: (right: number, down: number) => void,
  zoom: (by: number, cx: number, cy: number) => void,
) {
  const lift = ({ pointerId }: PointerEvent) => void fingers.delete(pointerId);
  return {
    onPointerDown: ({ button, pointerId, currentTarget, clientX, clientY }: Press) => {
      if (button !== 0) return; // the right one has the browser's menu of a picture
      fingers.set(pointerId, { clientX, clientY });
      currentTarget.setPointerCapture(pointerId);
    },
    onPointerMove: ({ pointerId, currentTarget, clientX, clientY }: Press) => {
      const [was, now] = [fingers.get(pointerId), { clientX, clientY }];
      if (!was) return;
      const other = [...fingers].find(([id]) => id !== pointerId)?.[1];
      fingers.set(pointerId, now);
      if (!other) move(clientX - was.clientX, clientY - was.clientY);
      else zoom(apart(now, other) / apart(was, other), ...fromMiddle(currentTarget, other));
    },
    onPointerUp: lift,
    onPointerCancel: lift,
  };
}

type Press = PointerEvent<HTMLElement>;

/** What zooms the picture is not to zoom the page, as two fingers on a trackpad would. */
export function listenToWheel(stage: HTMLElement | null): (() => void) | undefined {
  const own = (event: Event) => event.preventDefault();
  stage?.addEventListener("wheel", own, { passive: false });
  return () => stage?.removeEventListener("wheel", own);
}

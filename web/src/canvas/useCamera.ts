/** The canvas as a camera for commands. */
import {
  getViewportForBounds,
  type ReactFlowInstance,
  useReactFlow,
  useStoreApi,
  type Viewport,
} from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Point } from "../graph/document.ts";
import { setCamera, takeAim } from "../store/camera.ts";
import { kinds, useCatalogue } from "../store/catalogue.ts";
import { activeTab, level, useTab } from "../store/documents.ts";
import { useSettings } from "../store/settings.ts";
import { zooming } from "./far.ts";
import { around, boxesOf, seenIn } from "./paint.ts";

const PADDING = 0.12;
export const [LEAST, MOST] = [0.02, 3];

export function useCamera(): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    let pointer: Point | undefined;
    let aim = { zoom: 1, until: 0 };
    const remember = ({ clientX, clientY }: PointerEvent) => {
      pointer = { x: clientX, y: clientY };
    };
    const duration = () => (useSettings.getState().motion === "reduced" || calm() ? 0 : 200);
    const corner = () => store.getState().domNode?.getBoundingClientRect() ?? new DOMRect();
    const middle = () => {
      const { left, top, width, height } = corner();
      return flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
    };
    const fit = (ids?: readonly string[]) =>
      showBoxes(flow, store, ids?.length ? ids : all(), ids?.length ? 1.2 : 1, duration());
    window.addEventListener("pointermove", remember, { passive: true });
    setCamera({
      fit,
      zoom: (factor) => {
        // a second press comes while the first is still on its way
        const now = performance.now() < aim.until ? aim.zoom : flow.getZoom();
        const zoom = Math.min(MOST, Math.max(LEAST, now * factor));
        aim = { zoom, until: performance.now() + duration() };
        void zooming(zoom, () => flow.zoomTo(zoom, { duration: duration() }));
      },
      toLevel: (at) => flow.screenToFlowPosition(at),
      toScreen: (at) => flow.flowToScreenPosition(at),
      middle,
      view: () => ({ ...middle(), zoom: flow.getZoom() }),
      look: ({ x, y, zoom }) =>
        void zooming(zoom, () => flow.setCenter(x, y, { zoom, duration: duration() })),
      pointer: () => {
        const { left, right, top, bottom } = corner();
        if (!pointer) return middle();
        const { x, y } = pointer;
        const inside = x > left && x < right && y > top && y < bottom;
        return inside ? flow.screenToFlowPosition(pointer) : middle();
      },
    });
    return () => {
      window.removeEventListener("pointermove", remember);
      setCamera(null);
    };
  }, [flow, store]);
  useFitOnOpening();
}

const all = () => seenIn(level(), activeTab().path.length > 0);
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Show these nodes whole, by arithmetic: far out, none is drawn that could be asked where it is. */
function showBoxes(
  flow: ReactFlowInstance,
  store: ReturnType<typeof useStoreApi>,
  ids: readonly string[],
  most: number,
  duration: number,
): void {
  const boxes = boxesOf(level(), kinds(), ids);
  if (!boxes.length) return;
  const { width, height, minZoom } = store.getState();
  const view = getViewportForBounds(around(boxes), width, height, minZoom, most, PADDING);
  void zooming(view.zoom, () => flow.setViewport(view, { duration }));
}

/** Another workflow or body is shown whole at first, and afterwards as one left it. */
function useFitOnOpening(): void {
  const place = useTab((tab) => `${tab.key} ${tab.path.join("/")}`);
  const known = useCatalogue((catalogue) => catalogue.digest !== "");
  const flow = useReactFlow();
  const store = useStoreApi();
  const left = useRef(new Map<string, Viewport>());
  useEffect(() => {
    let here = false;
    // after this render: what is painted instead of drawn is decided in one of its own
    const soon = setTimeout(() => {
      const [aim, before] = [takeAim(), left.current.get(place)];
      if (aim) showBoxes(flow, store, aim, 1.2, 0);
      else if (before) void zooming(before.zoom, () => flow.setViewport(before));
      else showBoxes(flow, store, all(), 1, 0);
      here = known;
    });
    return () => {
      clearTimeout(soon);
      if (here) left.current.set(place, flow.getViewport());
    };
  }, [place, known, flow, store]);
}

import { type NodeTypes, ReactFlow } from "@xyflow/react";
import { type MouseEvent, useEffect, useMemo, type WheelEvent } from "react";
import type { Level } from "../graph/document.ts";
import { hiddenIn } from "../graph/frames.ts";
import type { Kinds } from "../graph/kinds.ts";
import { camera } from "../store/camera.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { useLevel, useTab } from "../store/documents.ts";
import { listenToClipboard } from "../store/paste.ts";
import { useSettings } from "../store/settings.ts";
import { show } from "../store/ui.ts";
import { listenForEscape, useWiring } from "../store/wiring.ts";
import { text } from "../text/index.ts";
import { BodyEnd } from "./BodyEnd.tsx";
import { Breadcrumbs } from "./Breadcrumbs.tsx";
import { Dots } from "./Dots.tsx";
import { Empty } from "./Empty.tsx";
import { FrameBox } from "./FrameBox.tsx";
import { useFar } from "./far.ts";
import { flowEdges, flowNodes, type WireEdge as Wire } from "./flow.ts";
import { flowFrames, outsideFrames } from "./frames.ts";
import { listenForLongTouch } from "./longTouch.ts";
import { MiniMap } from "./MiniMap.tsx";
import { NodeCard } from "./NodeCard.tsx";
import { NoteCard } from "./NoteCard.tsx";
import { Overview } from "./Overview.tsx";
import { StrokeLine, useStroke } from "./Stroke.tsx";
import { LEAST, MOST, useCamera } from "./useCamera.ts";
import { type Seen, useDragging } from "./useDragging.ts";
import { useMenus } from "./useMenus.tsx";
import { useWires } from "./useWires.ts";
import { WireEdge } from "./WireEdge.tsx";
import { WireInHand } from "./WireInHand.tsx";
import { WiringTip } from "./WiringTip.tsx";
import { ZoneBox } from "./ZoneBox.tsx";

const GRID = 20;
const NODE_TYPES: NodeTypes = { card: NodeCard, note: NoteCard, end: BodyEnd, frame: FrameBox };
const EDGE_TYPES = { wire: WireEdge };
const NO_NODES: Seen[] = [];
const NO_EDGES: Wire[] = [];

/** The canvas draws the level that is seen, and turns gestures into edits of it. */
export function Canvas() {
  const level = useLevel();
  const kinds = useCatalogue((catalogue) => catalogue.kinds);
  const inBody = useTab((tab) => tab.path.length > 0);
  const snap = useSettings((settings) => settings.snap);
  const known = useCatalogue((catalogue) => catalogue.digest !== "");
  // without the catalogue every node would look as if its type was missing
  const far = useFar() || !known;
  const nodes = useNodes(level, kinds, inBody, far);
  const edges = useEdges(level, kinds, far);
  const dragging = useDragging(nodes);
  const wires = useWires();
  const { stroke, listeners } = useStroke();
  const menus = useMenus();
  useCamera();
  useEffect(listenToClipboard, []);
  useEffect(listenForEscape, []);
  const empty = Object.keys(level.nodes).length === 0;
  return (
    <section
      className="canvas"
      aria-label={text.canvas.region}
      ref={longTouch}
      onDoubleClick={addThere}
      onWheelCapture={scrollOrZoom}
      {...listeners}
    >
      <ReactFlow
        nodes={dragging.nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...dragging.listeners}
        {...wires}
        {...menus.listeners}
        onlyRenderVisibleElements
        connectionRadius={30}
        connectionLineComponent={WireInHand}
        minZoom={LEAST}
        maxZoom={MOST}
        snapToGrid={snap}
        snapGrid={[GRID, GRID]}
        deleteKeyCode={null}
        panActivationKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect
        ariaLabelConfig={text.canvas.aria}
      >
        <Dots grid={GRID} />
        {inBody && <ZoneBox />}
      </ReactFlow>
      {far && known && <Overview />}
      <MiniMap />
      <Breadcrumbs />
      <WiringTip />
      <StrokeLine stroke={stroke} />
      {menus.menu}
      {!known && <p className="empty">{text.canvas.unconnected}</p>}
      {known && empty && <Empty inBody={inBody} />}
    </section>
  );
}

/** A double-click on nothing asks which node is to be there. */
function addThere({ target, clientX, clientY }: MouseEvent): void {
  if (!(target as Element).classList.contains("react-flow__pane")) return;
  const screen = { x: clientX, y: clientY };
  show({ kind: "add", adding: { screen, at: camera().toLevel(screen) } });
}

/** The wheel moves a text that is longer than its box; over a shorter one it zooms as elsewhere. */
function scrollOrZoom({ target }: WheelEvent): void {
  const box = (target as Element).closest<HTMLElement>("textarea, .paper");
  box?.classList.toggle("nowheel", box.scrollHeight > box.clientHeight);
}

const longTouch = (canvas: HTMLElement | null) => (canvas ? listenForLongTouch(canvas) : undefined);

function useNodes(level: Level, kinds: Kinds, inBody: boolean, far: boolean): Seen[] {
  const selected = useTab((tab) => tab.selected);
  const frames = useMemo(() => (far ? [] : flowFrames(level, kinds)), [level, kinds, far]);
  return useMemo(() => {
    if (far) return NO_NODES;
    const [nodes, hidden] = [flowNodes(level, kinds, selected, inBody), hiddenIn(level)];
    return [...frames, ...(hidden.size ? nodes.filter(({ id }) => !hidden.has(id)) : nodes)];
  }, [level, kinds, selected, inBody, far, frames]);
}

function useEdges(level: Level, kinds: Kinds, far: boolean): Wire[] {
  const selected = useWiring((wiring) => wiring.selected);
  return useMemo(
    () => (far ? NO_EDGES : outsideFrames(flowEdges(level, kinds, selected), hiddenIn(level))),
    [level, kinds, selected, far],
  );
}

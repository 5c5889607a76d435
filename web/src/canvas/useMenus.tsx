import type { MouseEvent } from "react";
import { useMemo } from "react";
import type { Point } from "../graph/document.ts";
import { disconnect } from "../graph/edit.ts";
import { camera } from "../store/camera.ts";
import { kinds } from "../store/catalogue.ts";
import { activeTab, edit, level, select } from "../store/documents.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { type Rows, rowOf } from "../ui/rows.ts";
import { useMenu } from "../ui/useMenu.tsx";
import { bent } from "./bends.ts";
import { type WireEdge, wireOf } from "./flow.ts";
import type { Seen } from "./useDragging.ts";

/** What the right mouse button, a long touch or the menu key offers for what is under it. */
export function useMenus() {
  const { menu, ask: asked } = useMenu();
  const listeners = useMemo(() => {
    const ask = (event: Event | MouseEvent, label: string, rows: (at: Point) => Rows) => {
      event.preventDefault();
      const at = "clientX" in event ? { x: event.clientX, y: event.clientY } : { x: 0, y: 0 };
      asked({ at, label, rows: () => rows(at) });
    };
    return {
      onNodeContextMenu: (event: MouseEvent, node: Seen) => {
        // in a field the browser's own menu copies, pastes and mends the spelling
        if ((event.target as Element).closest("input, textarea")) return;
        if (node.type === "frame") select(node.data.frame.nodes);
        else if (!activeTab().selected.has(node.id)) select([node.id]);
        ask(event, text.nodes.menu(node.id), nodeRows);
      },
      onSelectionContextMenu: (event: MouseEvent) => ask(event, text.canvas.menu, nodeRows),
      onPaneContextMenu: (event: Event | MouseEvent) => ask(event, text.canvas.menu, paneRows),
      onEdgeContextMenu: (event: MouseEvent, { id }: WireEdge) =>
        ask(event, text.canvas.wireMenu, (at) => wireRows(id, at)),
    };
  }, [asked]);
  return { listeners, menu };
}

function nodeRows(): Rows {
  const [id] = activeTab().selected;
  const type = id === undefined ? undefined : level().nodes[id]?.type;
  return [
    rowOf("run-here"),
    null,
    rowOf("mute"),
    rowOf("bypass"),
    rowOf("fold"),
    rowOf("name"),
    null,
    rowOf("frame"),
    rowOf("group"),
    rowOf("repeat"),
    rowOf("for-each"),
    rowOf("enter"),
    rowOf("dissolve"),
    null,
    rowOf("tidy"),
    rowOf("detach"),
    rowOf("copy"),
    rowOf("duplicate-nodes"),
    rowOf("delete-heal"),
    rowOf("delete"),
    null,
    type === undefined ? null : rowOf("help"),
  ];
}

const paneRows = (screen: Point): Rows => [
  {
    ...rowOf("add"),
    run: () => show({ kind: "add", adding: { screen, at: camera().toLevel(screen) } }),
  },
  rowOf("paste"),
  null,
  rowOf("select-all"),
  rowOf("tidy"),
  rowOf("fit"),
  rowOf("leave"),
];

function wireRows(id: string, screen: Point): Rows {
  const wire = wireOf(id);
  const at = camera().toLevel(screen);
  return [
    {
      label: text.canvas.insertHere,
      run: () => show({ kind: "add", adding: { screen, at, into: id } }),
    },
    { label: text.canvas.bendHere, run: () => edit((now) => bent(now, kinds(), id, at)) },
    null,
    { label: text.canvas.cut, run: () => wire && edit((now) => disconnect(now, wire)) },
  ];
}

import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo, type PointerEvent, useState } from "react";
import type { Point } from "../graph/document.ts";
import { curve } from "../graph/geometry.ts";
import { idOf } from "../graph/wires.ts";
import { camera } from "../store/camera.ts";
import { edit, endGesture, level } from "../store/documents.ts";
import { useWiring } from "../store/wiring.ts";
import { text } from "../text/index.ts";
import { bendsOf, withBends } from "./bends.ts";
import { type WireEdge as Drawn, HIT } from "./flow.ts";
import { wireColour } from "./types.ts";
import { WireCard } from "./WireCard.tsx";

/** A wire in the colour of what it carries; several of it are drawn double. Its bends can be moved. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<Drawn>) {
  const { id, sourceX, sourceY, targetX, targetY, data, selected } = props;
  const looked = useWiring(({ hovered, start }) => hovered === id && !start);
  const taken = useWiring(({ start }) => start?.moving && idOf(start.moving) === id);
  const bends = data?.bends ?? [];
  // React Flow draws to the far side of a port's area, a wire goes to the dot in its middle
  const points = [
    { x: sourceX - HIT / 2, y: sourceY },
    ...bends,
    { x: targetX + HIT / 2, y: targetY },
  ];
  const path = curve(points);
  return (
    <>
      <g
        style={{ color: wireColour(data?.type ?? "?") }}
        data-many={data?.many || undefined}
        data-taken={taken || undefined}
      >
        {data?.many && <path className="wire-many" d={path} />}
        <BaseEdge id={id} path={path} className="wire" interactionWidth={18} />
      </g>
      {bends.length > 0 && (
        <EdgeLabelRenderer>
          {bends.map((at, index) => (
            <Bend
              // biome-ignore lint/suspicious/noArrayIndexKey: a bend is known by its place
              key={index}
              id={id}
              index={index}
              at={at}
              type={data?.type ?? "?"}
            />
          ))}
        </EdgeLabelRenderer>
      )}
      <WireCard id={id} points={points} looked={looked} chosen={Boolean(selected)} />
    </>
  );
});

/** A dot that a wire goes by: dragged to move it, a click with Alt takes it away. */
function Bend({ id, index, at, type }: { id: string; index: number; at: Point; type: string }) {
  const [held, setHeld] = useState(false);
  const move = (event: PointerEvent) => {
    if (!held) return;
    const to = camera().toLevel({ x: event.clientX, y: event.clientY });
    edit((now) => withBends(now, id, bendsOf(now, id).with(index, to)), `bend ${id} ${index}`);
  };
  const take = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    if (event.altKey) {
      edit((now) => withBends(now, id, bendsOf(now, id).toSpliced(index, 1)));
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    setHeld(true);
  };
  const drop = () => {
    setHeld(false);
    endGesture();
  };
  return (
    <button
      type="button"
      className="bend nodrag nopan"
      aria-label={text.canvas.bend(bendsOf(level(), id).length > 1 ? index + 1 : 0)}
      style={{ transform: `translate(${at.x}px, ${at.y}px)`, color: wireColour(type) }}
      onPointerDown={take}
      onPointerMove={move}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.stopPropagation();
        edit((now) => withBends(now, id, bendsOf(now, id).toSpliced(index, 1)));
      }}
    />
  );
}

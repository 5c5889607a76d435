/** Wires as they are drawn, moved, cut off and looked at. */
import type {
  Connection,
  EdgeChange,
  FinalConnectionState,
  HandleType,
  OnConnectStartParams,
} from "@xyflow/react";
import type { MouseEvent as ReactMouseEvent } from "react";
import { disconnect } from "../graph/edit.ts";
import type { End } from "../graph/wires.ts";
import { camera } from "../store/camera.ts";
import { edit } from "../store/documents.ts";
import { show } from "../store/ui.ts";
import {
  endWire,
  hoverWire,
  refusalAt,
  type Side,
  selectWires,
  startWire,
  takeWire,
  useWiring,
} from "../store/wiring.ts";
import { finishAtNode, finishWire, moveWire } from "./finish.ts";
import { type WireEdge, wireOf } from "./flow.ts";
import { nodeUnder } from "./portUnder.ts";

const sideOf = (type: HandleType | null | undefined): Side =>
  type === "source" ? "output" : "input";

/** The two ends of what React Flow calls a connection; which is an output, its sides tell. */
function endsOf(connection: Connection | WireEdge): { from: End; to: End } {
  return {
    from: { node: connection.source, port: connection.sourceHandle ?? "" },
    to: { node: connection.target, port: connection.targetHandle ?? "" },
  };
}

/** A drag from an input that holds a wire takes the wire's end along. */
function onConnectStart(_: MouseEvent | TouchEvent, from: OnConnectStartParams): void {
  const [end, side] = beginningOf(from);
  if (end && !(side === "input" && takeWire(end))) startWire(end, side);
}

function onClickConnectStart(_: MouseEvent | TouchEvent, from: OnConnectStartParams): void {
  const [end, side] = beginningOf(from);
  if (end) startWire(end, side);
}

function beginningOf({ nodeId, handleId, handleType }: OnConnectStartParams) {
  const end = nodeId && handleId ? { node: nodeId, port: handleId } : undefined;
  return [end, sideOf(handleType)] as const;
}

function isValidConnection(connection: Connection | WireEdge): boolean {
  const { start } = useWiring.getState();
  if (!start) return true;
  const { from, to } = endsOf(connection);
  const [end, side]: [End, Side] = start.side === "output" ? [to, "input"] : [from, "output"];
  return refusalAt(start, end, side) === null;
}

function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { start } = useWiring.getState();
  if (!start) return;
  const { toHandle } = state;
  if (toHandle) {
    const end = { node: toHandle.nodeId, port: toHandle.id ?? "" };
    finishWire(start, end, sideOf(toHandle.type));
    return;
  }
  const at = "changedTouches" in event ? event.changedTouches[0] : event;
  const over = at && nodeUnder(document.elementFromPoint(at.clientX, at.clientY));
  if (over !== undefined && finishAtNode(start, over)) return;
  endWire();
  const { moving } = start;
  if (moving) edit((now) => disconnect(now, moving));
  if (moving || !at || over === start.end.node) return;
  const screen = inWindow(at);
  const { end, side } = start;
  show({ kind: "add", adding: { screen, at: camera().toLevel(screen), from: { end, side } } });
}

/** The nearest spot that is seen: a pointer that is held down is followed beyond the window. */
function inWindow({ clientX, clientY }: MouseEvent | Touch) {
  const within = (value: number, size: number) => Math.min(Math.max(value, 0), size);
  return { x: within(clientX, window.innerWidth), y: within(clientY, window.innerHeight) };
}

let reconnected = false;

function onReconnect(old: WireEdge, connection: Connection): void {
  const before = wireOf(old.id);
  reconnected = true;
  if (before) moveWire(before, endsOf(connection));
}

/** A wire whose end is let go over nothing is taken off. */
function onReconnectEnd(_: MouseEvent | TouchEvent, old: WireEdge): void {
  endWire();
  const wire = wireOf(old.id);
  if (!reconnected && wire) edit((now) => disconnect(now, wire));
}

function onReconnectStart(_: ReactMouseEvent, old: WireEdge, moving: HandleType): void {
  reconnected = false;
  const wire = wireOf(old.id);
  // React Flow names the end that moves: the wire is drawn from the other one
  if (wire)
    startWire(moving === "target" ? wire.from : wire.to, moving === "target" ? "output" : "input");
}

function onEdgesChange(changes: EdgeChange<WireEdge>[]): void {
  const next = new Set(useWiring.getState().selected);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  selectWires(next);
}

function onEdgeDoubleClick(event: ReactMouseEvent, { id }: WireEdge): void {
  const screen = { x: event.clientX, y: event.clientY };
  show({ kind: "add", adding: { screen, at: camera().toLevel(screen), into: id } });
}

export function useWires() {
  return LISTENERS;
}

const LISTENERS = {
  onConnectStart,
  onConnectEnd,
  isValidConnection,
  onClickConnectStart: onClickConnectStart as never,
  onClickConnectEnd: onConnectEnd as never,
  onReconnect,
  onReconnectStart,
  onReconnectEnd,
  onEdgesChange,
  onEdgeDoubleClick,
  onEdgeMouseEnter: (_: ReactMouseEvent, { id }: WireEdge) => hoverWire(id),
  onEdgeMouseLeave: () => hoverWire(null),
  connectOnClick: true,
};

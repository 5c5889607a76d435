/** The one line to the server, and who hears what comes over it. */
import { create } from "zustand";
import { type Ear, Line, type LineState, type Preview } from "../api/line.ts";
import type { ServerEvent, SystemInfo } from "../api/messages.ts";

interface Connection {
  readonly state: LineState;
  /** Whether there ever was a line: before that nothing is lost, it is only not there yet. */
  readonly met: boolean;
  readonly system: SystemInfo | null;
}

export const useConnection = create<Connection>(() => ({
  state: "connecting",
  met: false,
  system: null,
}));

type Hear = (event: ServerEvent) => void;
type See = (head: Preview, picture: Blob) => void;
const hearers = new Set<Hear>();
const seers = new Set<See>();
/** Called with each new line: `anew` where events were missed, as at the first. */
const openers = new Set<(anew: boolean) => void>();
let anew = true;

const ear: Ear = {
  event: (event) => {
    for (const hear of hearers) hear(event);
  },
  preview: (head, picture) => {
    for (const see of seers) see(head, picture);
  },
  resync: () => {
    anew = true;
  },
  state: (state) => {
    useConnection.setState((was) => ({ state, met: was.met || state === "open" }));
    if (state !== "open") return;
    void askSystem();
    for (const opened of openers) opened(anew);
    anew = false;
  },
};

export const line = new Line(ear);
export const onEvent = (hear: Hear): unknown => hearers.add(hear);
export const onPreview = (see: See): unknown => seers.add(see);
export const onOpen = (opened: (anew: boolean) => void): unknown => openers.add(opened);

export async function askSystem(): Promise<void> {
  const system = await line.call("system.info").catch(() => null);
  if (system) useConnection.setState({ system });
}

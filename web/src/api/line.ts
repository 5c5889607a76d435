/** The line to the server: typed calls, events that miss nothing, previews; made anew when cut. */
import type { Methods, Nothing, ServerEvent, Trouble } from "./messages.ts";

const WAIT = [100, 250, 500, 800]; // a server that is back is seen within a second
/** Seconds a call may take before the line counts as dead; less where it well may be. */
const PATIENCE = 20;
const WOKEN = 2;
/** Bytes of one message; after a larger one the server hangs up. */
const MOST = 16 * 2 ** 20;

/** What the server says instead of doing it: a code, a sentence, and problems by place. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly problems: readonly Trouble[] = [],
    readonly data: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The head of a preview; the picture comes as a blob beside it. */
export interface Preview {
  run: string;
  node: string;
  step: number;
  mime: string;
  iteration?: number | null;
}

/** `cut` has no line, `outside` is not let in. */
export type LineState = "connecting" | "open" | "cut" | "outside";

export interface Ear {
  event(event: ServerEvent): void;
  preview(head: Preview, picture: Blob): void;
  state(state: LineState): void;
  /** Events are missing: all that was learned from them has to be asked for anew. */
  resync(): void;
}

interface Call {
  resolve(result: unknown): void;
  reject(error: Refused): void;
  timer: number;
}

export class Line {
  #socket: WebSocket | undefined;
  #calls = new Map<number, Call>();
  #number = 0;
  #seq: number | undefined;
  #tries = 0;
  #again = 0;

  constructor(readonly ear: Ear) {}

  connect(): void {
    clearTimeout(this.#again);
    this.#again = 0;
    this.ear.state(this.#tries ? "cut" : "connecting");
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/v1/ws`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => void this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = () => void this.#closed();
    this.#socket = socket;
  }

  /** The machine slept or its network came back: see now whether the line still holds. */
  wake(): void {
    if (this.#again) return this.connect();
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    const timer = window.setTimeout(() => socket.close(), 1000 * WOKEN);
    const heard = () => clearTimeout(timer);
    void this.call("system.info").then(heard, heard);
  }

  /** Raises `Refused`; `away` where there is no line. */
  call<M extends keyof Methods>(
    method: M,
    ...[params]: Nothing extends Methods[M]["params"]
      ? [Methods[M]["params"]?]
      : [Methods[M]["params"]]
  ): Promise<Methods[M]["result"]> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refused("The server is away.", "away"));
    }
    const id = ++this.#number;
    const said = JSON.stringify({ jsonrpc: "2.0", id, method, params: params ?? {} });
    if (said.length > MOST / 3 && new Blob([said]).size > MOST) {
      return Promise.reject(
        new Refused("This is more than the 16 MiB that can be sent.", "too_large"),
      );
    }
    socket.send(said);
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => socket.close(), 1000 * PATIENCE);
      this.#calls.set(id, { resolve: resolve as Call["resolve"], reject, timer });
    });
  }

  async #opened(): Promise<void> {
    const after = this.#seq === undefined ? {} : { after: this.#seq };
    try {
      const { seq, resync } = await this.call("watch", after);
      if (this.#seq === undefined || resync) this.#seq = seq;
      if (resync) this.ear.resync();
      this.#tries = 0;
      this.ear.state("open");
    } catch {
      this.#socket?.close();
    }
  }

  async #closed(): Promise<void> {
    for (const { reject, timer } of this.#calls.values()) {
      clearTimeout(timer);
      reject(new Refused("The line to the server was cut.", "away"));
    }
    this.#calls.clear();
    this.ear.state("cut");
    if (!(await isIn())) return this.ear.state("outside");
    const wait = WAIT[Math.min(this.#tries++, WAIT.length - 1)];
    this.#again = window.setTimeout(() => this.connect(), wait);
  }

  #heard(data: string | ArrayBuffer): void {
    if (typeof data !== "string") return this.#saw(data);
    const said = JSON.parse(data);
    if (said.method === "event") {
      this.#seq = said.params.seq ?? this.#seq;
      return this.ear.event(said.params);
    }
    const call = this.#calls.get(said.id);
    if (!call) return;
    this.#calls.delete(said.id);
    clearTimeout(call.timer);
    if (!said.error) return call.resolve(said.result);
    const { code = "failed", problems = [], ...data_ } = said.error.data ?? {};
    call.reject(new Refused(said.error.message, code, problems, data_));
  }

  #saw(data: ArrayBuffer): void {
    const length = new DataView(data).getUint32(0);
    const head: Preview = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    this.ear.preview(head, new Blob([new Uint8Array(data, 4 + length)], { type: head.mime }));
  }
}

/** Whether this browser is let in, as far as is known while the server is away. */
export async function isIn(): Promise<boolean> {
  const signal = AbortSignal.timeout(1000 * WOKEN);
  const answer = await fetch("/v1/system", { signal }).catch(() => undefined);
  return answer?.status !== 401;
}

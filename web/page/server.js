// The line to the server: calls, events that miss nothing, previews. It knows nothing of the page.

const WAIT = [250, 500, 1000, 2000, 4000];

export class Refused extends Error {}

/** Exchange the code of a link for the cookie. */
export async function logIn(code) {
  const sent = { "Content-Type": "application/json" };
  const body = JSON.stringify({ code });
  const answer = await fetch("/v1/login", { method: "POST", headers: sent, body });
  if (!answer.ok) throw new Refused((await answer.json()).error.message);
}

/** Whether this browser is in, as far as is known while the server is away. */
export async function isIn() {
  const answer = await fetch("/v1/system").catch(() => null);
  return answer?.status !== 401;
}

export class Server {
  /** `hear` gets events, `see` previews, `changed` whether there is a line. */
  constructor(hear, see, changed) {
    Object.assign(this, { hear, see, changed, waiting: new Map(), calls: 0, tries: 0, seq: null });
  }

  connect() {
    this.socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/ws`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.#opened();
    this.socket.onmessage = ({ data }) => this.#heard(data);
    this.socket.onclose = () => this.#closed();
  }

  /** What a method gives; throws `Refused`. */
  async call(method, params = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) throw new Refused("The server is away.");
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  async #opened() {
    const after = this.seq === null ? {} : { after: this.seq };
    const watching = await this.call("watch", after);
    this.seq ??= watching.seq;
    if (watching.resync) this.seq = watching.seq;
    this.tries = 0;
    this.changed(true);
  }

  async #closed() {
    for (const call of this.waiting.values()) call.reject(new Refused("The line was cut."));
    this.waiting.clear();
    if (this.tries++ === 0) this.changed(false);
    if (!(await isIn())) return location.reload();
    setTimeout(() => this.connect(), WAIT[Math.min(this.tries, WAIT.length) - 1]);
  }

  #heard(data) {
    if (typeof data !== "string") return this.#saw(data);
    const said = JSON.parse(data);
    if (said.method === "event") {
      this.seq = said.params.seq ?? this.seq;
      return this.hear(said.params);
    }
    const call = this.waiting.get(said.id);
    this.waiting.delete(said.id);
    if (said.error) call?.reject(new Refused(said.error.message));
    else call?.resolve(said.result);
  }

  #saw(data) {
    const length = new DataView(data).getUint32(0);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    this.see(header, new Blob([new Uint8Array(data, 4 + length)], { type: header.mime }));
  }
}

// The line to the models' store, of a server of a test's own: it can be cut, or let through a piece at a time.
import { once } from "node:events";
import { AddressInfo, Server as Listener, Socket, connect, createServer } from "node:net";
import { required } from "./server";

export class StoreLine {
  private readonly lines = new Set<Socket>();
  /** Bytes that may still come from the store. */
  private allowed = Infinity;
  private away = false;
  private waiting: (() => void)[] = [];

  private constructor(private readonly listener: Listener) {}

  static async open(): Promise<StoreLine> {
    const listener = createServer();
    const line = new StoreLine(listener);
    listener.on("connection", (asking) => line.join(asking));
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    return line;
  }

  /** What the server is told: `S3_ENDPOINT`. */
  get address() {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** Ends what is under way, and whatever begins. */
  cut() {
    this.away = true;
    for (const line of this.lines) line.destroy();
  }

  mend() {
    this.away = false;
    this.allow(Infinity);
  }

  /** From now on nothing comes but what is allowed. */
  hold() {
    this.allowed = 0;
  }

  /** So many bytes more may come. */
  allow(bytes: number) {
    this.allowed += bytes;
    for (const go of this.waiting.splice(0)) go();
  }

  async close() {
    this.cut();
    this.listener.close();
    await once(this.listener, "close");
  }

  private join(asking: Socket) {
    if (this.away) return asking.destroy();
    const { hostname, port } = new URL(required("S3_ENDPOINT"));
    const store = connect(Number(port), hostname);
    for (const [one, other] of [[asking, store], [store, asking]]) {
      this.lines.add(one);
      one.on("error", () => {}).on("close", () => {
        this.lines.delete(one);
        other.destroy();
      });
    }
    asking.pipe(store);
    void this.bring(store, asking).catch(() => {});
  }

  private async bring(store: Socket, asking: Socket) {
    for await (const bytes of store as AsyncIterable<Buffer>) {
      for (let at = 0; at < bytes.length; ) {
        while (this.allowed <= 0) await new Promise<void>((go) => this.waiting.push(go));
        const piece = bytes.subarray(at, at + Math.min(this.allowed, bytes.length));
        at += piece.length;
        this.allowed -= piece.length;
        asking.write(piece);
      }
    }
  }
}

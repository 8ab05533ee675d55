// The cable between a browser and a server: it can be cut, hold everything back, and lead to another server.
import net from "node:net";

export class Wire {
  private readonly sockets = new Map<net.Socket, net.Socket>();
  private readonly following = new Set<net.Socket>();
  /** Every path that was asked for, by whichever part of the browser. */
  readonly asked: string[] = [];
  private held = false;
  private port = 0;

  protected constructor(
    private target: URL,
    private readonly listener: net.Server = net.createServer(),
  ) {
    listener.on("connection", (near) => this.join(near));
  }

  /** A cable to the server at this address. */
  static async to(address: string): Promise<Wire> {
    const wire = new Wire(new URL(address));
    await wire.mend();
    return wire;
  }

  /** What a browser is given as the server's address. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many streams of events are open. */
  get streams(): number {
    return this.following.size;
  }

  /** Nothing answers any more. */
  async cut() {
    const closed = new Promise<void>((done) => this.listener.close(() => done()));
    for (const [near, far] of this.sockets) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  /** Everything answers again, at the same address; perhaps another server. */
  async mend(address?: string) {
    if (address) this.target = new URL(address);
    await new Promise<void>((done) => this.listener.listen(this.port, "127.0.0.1", done));
    this.port = (this.listener.address() as net.AddressInfo).port;
  }

  /** Connections stay, and nothing passes; or everything again. */
  hold(held: boolean) {
    this.held = held;
    for (const pair of this.sockets) for (const end of pair) if (held) end.pause(); else end.resume();
  }

  /** What the server says goes back as it comes. */
  protected bring(far: net.Socket, near: net.Socket) {
    far.on("data", (bytes) => near.write(bytes));
  }

  private join(near: net.Socket) {
    const far = net.connect(Number(this.target.port), this.target.hostname);
    this.sockets.set(near, far);
    near.on("data", (bytes) => {
      const asks = /^(GET|POST|HEAD) (\S+)/.exec(bytes.toString("latin1"));
      if (asks?.[2].startsWith("/live?")) this.following.add(near);
      else if (asks) this.following.delete(near);
      if (asks) this.asked.push(asks[2]);
      far.write(bytes);
    });
    this.bring(far, near);
    for (const [end, other] of [[near, far], [far, near]]) {
      end.on("error", () => other.destroy());
      end.on("close", () => {
        other.destroy();
        this.sockets.delete(near);
        this.following.delete(near);
      });
      if (this.held) end.pause();
    }
  }
}

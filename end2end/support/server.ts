// A server of a test's own, on the same database, Redis and bucket as the shared ones.
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests through \`make test\``);
  return value;
}

/** A port of the machine that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export class Server {
  private child: ChildProcess | null = null;

  private constructor(
    readonly address: string,
    readonly admin: string,
    private readonly log: string,
  ) {}

  /** Picks its addresses; it is not started yet. */
  static async open(log: string): Promise<Server> {
    mkdirSync(dirname(log), { recursive: true });
    return new Server(`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`, log);
  }

  get url() {
    return `http://${this.address}`;
  }

  get adminUrl() {
    return `http://${this.admin}`;
  }

  /** A server for as long as a test uses it, with these variables changed. */
  static async lend(log: string, use: (server: Server) => Promise<void>, change: Record<string, string> = {}) {
    const server = await Server.open(log);
    await server.start(change);
    await use(server);
    await server.stop();
  }

  /** Starts the program with these variables changed; it serves when this returns. */
  async start(change: Record<string, string> = {}) {
    // The program lies beside the site that it serves.
    const program = join(required("LEPTOS_SITE_ROOT"), "..", "..", "debug", "verstak");
    const own = { LEPTOS_SITE_ADDR: this.address, ADMIN_ADDR: this.admin, PUBLIC_URL: this.url };
    const log = openSync(this.log, "a");
    const child = spawn(program, ["serve"], {
      env: { ...process.env, ...own, ...change },
      stdio: ["ignore", log, log],
    });
    this.child = child;
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null) break;
      const patience = AbortSignal.timeout(5_000);
      const answer = await fetch(`${this.adminUrl}/readyz`, { signal: patience }).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not become ready; its log: ${this.log}`);
  }

  /** Asks it to end, and waits until it has. */
  async stop() {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

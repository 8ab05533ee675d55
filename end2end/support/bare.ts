// A Chromium in which nothing but one page is debugged. Playwright attaches itself to every worker too, and a worker
// with a debugger is never idle: what the browser does with idle ones (it replaces and ends them) can't be seen then.
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import args from "./chromium.json";

type Answer = { id?: number; result?: any; error?: { message: string } };

/** One page, by the DevTools protocol over a pipe: messages end with a zero byte. */
export class Bare {
  private readonly waiting = new Map<number, { resolve: (result: any) => void; reject: (error: Error) => void }>();
  private session: string | undefined;
  private last = 0;
  private unread = "";

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
  ) {
    (process.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => this.hear(text));
  }

  /** Starts one with a profile of its own. */
  static async start(): Promise<Bare> {
    const profile = await mkdtemp(join(tmpdir(), "verstak-"));
    const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const more = ["--headless=new", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"];
    const child = spawn(program, [...args, ...more], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const bare = new Bare(child, profile);
    const { targetId } = await bare.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await bare.send("Target.attachToTarget", { targetId, flatten: true });
    bare.session = sessionId;
    await bare.send("Page.enable");
    return bare;
  }

  /** Sends a command to the page, or to the browser before there is one. */
  send(method: string, params: object = {}): Promise<any> {
    const id = (this.last += 1);
    const message = JSON.stringify({ id, method, params, sessionId: this.session });
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      (this.process.stdio[3] as Writable).write(`${message}\0`);
    });
  }

  private hear(text: string) {
    const messages = (this.unread + text).split("\0");
    this.unread = messages.pop() ?? "";
    for (const { id, result, error } of messages.map((message): Answer => JSON.parse(message))) {
      const { resolve, reject } = this.waiting.get(id ?? 0) ?? {};
      this.waiting.delete(id ?? 0);
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
    }
  }

  /** Runs a function in the page; what it returns has to be plain data. */
  async run<A extends unknown[], T>(work: (...given: A) => T | Promise<T>, ...given: A): Promise<T> {
    const expression = `(${work})(...${JSON.stringify(given)})`;
    const told = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (told.exceptionDetails) throw new Error(told.exceptionDetails.exception?.description ?? "it threw");
    return told.result.value;
  }

  /** Runs a function in every page before its own scripts. */
  async first(work: () => void) {
    await this.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${work})()` });
  }

  /** Opens an address, and waits until its scripts have run. */
  async open(address: string) {
    await this.send("Page.navigate", { url: address });
    const there = (address: string) => location.href === address && document.readyState === "complete";
    for (let tries = 0; tries < 600; tries += 1) {
      if (await this.run(there, address).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${address} did not open`);
  }

  async close() {
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await ended;
    // Its last processes may still write there.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

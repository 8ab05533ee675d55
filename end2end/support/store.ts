// The line to the models' store, of a server of a test's own: besides what a cable does, it lets through a piece at a time.
import type { Socket } from "node:net";
import type { Fixtures } from "@playwright/test";
import { Server, required } from "./server";
import { Wire } from "./wire";

export class StoreLine extends Wire {
  /** Bytes that may still come from the store. */
  private allowed = Infinity;
  private waiting: (() => void)[] = [];

  /** A line whose `url` the server is told as `S3_ENDPOINT`. */
  static async open(): Promise<StoreLine> {
    const line = new StoreLine(new URL(required("S3_ENDPOINT")));
    await line.mend();
    return line;
  }

  /** From now on nothing comes but what is allowed. */
  ration() {
    this.allowed = 0;
  }

  /** So many bytes more may come. */
  allow(bytes: number) {
    this.allowed += bytes;
    for (const go of this.waiting.splice(0)) go();
  }

  protected override bring(store: Socket, asking: Socket) {
    void this.dole(store, asking).catch(() => {});
  }

  private async dole(store: Socket, asking: Socket) {
    for await (const bytes of store as AsyncIterable<Buffer>) {
      for (let at = 0; at < bytes.length; ) {
        // Part of a byte is none: to go on with it would be to go round for ever.
        while (this.allowed < 1) await new Promise<void>((go) => this.waiting.push(go));
        const piece = bytes.subarray(at, at + Math.min(this.allowed, bytes.length));
        at += piece.length;
        this.allowed -= piece.length;
        asking.write(piece);
      }
    }
  }
}

/** A server of the test's own, whose line to S3 is in the test's hand. */
export const onALine: Fixtures<{ store: StoreLine }, object, { server: Server }> = {
  store: async ({}, use) => {
    const store = await StoreLine.open();
    await use(store);
    await store.cut();
  },
  server: async ({ store }, use, info) => Server.lend(info.outputPath("server.log"), use, { S3_ENDPOINT: store.url }),
};

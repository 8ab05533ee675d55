// The cable between a server of a test's own and one of its parts, in the test's hand.
import type { Fixtures } from "@playwright/test";
import { Server, required } from "./server";
import { Wire } from "./wire";

/** A server that is told of a part by this variable, and reaches it by the cable. */
export const byCable = (variable: string): Fixtures<{ cable: Wire }, object, { server: Server }> => ({
  cable: async ({}, use) => {
    const cable = await Wire.to(required(variable));
    await use(cable);
    await cable.cut();
  },
  server: async ({ cable }, use, info) => {
    const part = new URL(required(variable));
    part.port = new URL(cable.url).port;
    await Server.lend(info.outputPath("server.log"), use, { [variable]: part.href });
  },
});

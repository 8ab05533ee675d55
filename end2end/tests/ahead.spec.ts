// Models that are in the browser before anybody asks for them, and that nobody else's hand may leave there.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, chromium } from "@playwright/test";
import { alone, card, expect, find, metric, press, ready, signIn, statusOf } from "../support/floor";
import { addressOf, endWorker, everything, fetched, onDearLine, openModel, stored, withModel, workerReady } from "../support/models";

declare global {
  interface Window { line: { dear: boolean; asked: number } }
}

/** In a page: a line that costs money, and counts how often anybody asks about it. */
function watchedLine() {
  window.line = { dear: true, asked: 0 };
  const connection = { get saveData() { window.line.asked += 1; return window.line.dear; } };
  Object.defineProperty(navigator, "connection", { value: connection, configurable: true });
}

/** Says what the line costs, and gives fetching ahead another turn; how often it had asked before that. */
const turn = (page: Page, dear: boolean) => page.evaluate((dear) => {
  const { asked } = window.line;
  window.line.dear = dear;
  dispatchEvent(new Event("online"));
  return asked;
}, dear);

alone("an order that I took opens from the browser, and its card says so before", async ({ page, request }) => {
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  await expect(card(page, order)).toHaveAttribute("data-model-here", "");
  const path = `/models/${await card(page, order).getAttribute("data-model-sha")}.glb`;
  const fetchedAgain: string[] = [];
  page.context().on("request", (asked) => {
    if (asked.serviceWorker() && new URL(asked.url()).pathname === path) fetchedAgain.push(path);
  });
  await openModel(page, order);
  expect(fetchedAgain).toEqual([]);
});

alone("on a line that costs money nothing is fetched ahead, and once it costs none what is missing comes", async ({ page, request, server }) => {
  await page.context().addInitScript(watchedLine);
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  // Fetching ahead had its turn with this order in hand: it asked what the line costs, and went no further.
  const asked = await turn(page, true);
  await expect.poll(() => page.evaluate(() => window.line.asked)).toBeGreaterThan(asked);
  await page.evaluate(() => navigator.locks.request("verstak-ahead", () => {}));
  expect(await stored(page)).toEqual([]);
  expect(await metric(request, "model_responses_total", "", server.adminUrl)).toBe(0);
  // Nothing but the line had held it back.
  const path = `/models/${await card(page, order).getAttribute("data-model-sha")}.glb`;
  await turn(page, false);
  await expect.poll(() => stored(page)).toContain(path);
});

alone("a browser that was closed finds its models again, and none of orders that ended meanwhile", async ({ server, request }, info) => {
  const profile = await mkdtemp(join(tmpdir(), "verstak-profile-"));
  const { launchOptions } = info.project.use;
  const open = async () => {
    const context = await chromium.launchPersistentContext(profile, { ...launchOptions, baseURL: server.url, locale: "ru-RU" });
    await onDearLine(context);
    return { context, page: context.pages()[0] ?? (await context.newPage()) };
  };
  try {
    let { context, page } = await open();
    await signIn(page);
    const [kept, ended] = [await withModel(page, request), await withModel(page, request)];
    await workerReady(page);
    await openModel(page, kept);
    await openModel(page, ended);
    await expect.poll(() => stored(page)).toHaveLength(2);
    const gone = (await page.locator("[data-viewer]").getAttribute("data-src")) ?? "";
    await context.close();

    const { approved, post } = await import("../support/floor");
    const message = approved({ id: ended.id, number: ended.number, status: "CANCELLED", source_version: 9 });
    expect((await post(request, message)).ok()).toBe(true);
    const answers = await metric(request, "model_responses_total", 'status="200"', server.adminUrl);

    ({ context, page } = await open());
    await page.goto("/");
    await ready(page);
    // The first answer after the pause is already right.
    await openModel(page, kept);
    expect(await metric(request, "model_responses_total", 'status="200"', server.adminUrl)).toBe(answers);
    await expect.poll(() => stored(page)).toHaveLength(1);
    expect(await stored(page)).not.toContain(gone);
    await context.close();
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});

alone("a stored file that went bad is noticed, dropped and fetched again", async ({ page, request, server }) => {
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await openModel(page, order);
  await expect.poll(() => stored(page)).toHaveLength(1);
  await page.evaluate(async () => {
    const cache = await caches.open("glb-v1");
    const [request] = (await cache.keys()).filter(({ url }) => url.endsWith(".glb"));
    const held = await cache.match(request);
    const bytes = new Uint8Array((await held?.arrayBuffer()) ?? new ArrayBuffer(0));
    bytes[bytes.length - 1] ^= 1;
    await cache.put(request, new Response(bytes, { headers: held?.headers }));
  });
  await page.goto("/");
  await openModel(page, order);
  expect(await metric(request, "model_responses_total", 'status="200"', server.adminUrl)).toBe(2);
});

alone("a worker killed while it downloads leaves no half file", async ({ page, request }) => {
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await find(page, order);
  const path = `/models/${await card(page, order).getAttribute("data-model-sha")}.glb`;
  const loading = fetched(page, path).catch(() => null);
  await endWorker(page);
  await loading;
  const sound = async () => page.evaluate(async () => {
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) {
        const held = await (await caches.open(name)).match(request);
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", (await held?.arrayBuffer()) ?? new ArrayBuffer(0)));
        const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
        if (request.url.endsWith(".glb") && !request.url.includes(hex)) return false;
      }
    }
    return true;
  });
  expect(await sound()).toBe(true);
  await openModel(page, order);
  await expect.poll(() => stored(page)).toEqual([path]);
});

alone("when the disk is full, models come from the server and nothing breaks", async ({ page, request, server }) => {
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  const tools = await page.context().newCDPSession(page);
  await tools.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: 4_000 });
  await openModel(page, order);
  expect(await stored(page)).toEqual([]);
  await page.goto("/");
  await openModel(page, order);
  expect((await everything(page)).filter((path) => path.endsWith(".glb"))).toEqual([]);
});

alone("when the disk gives less than the budget, the model that nobody opened for longest makes room", async ({ page, request, server }) => {
  const large = 1_000_000;
  await onDearLine(page.context());
  await signIn(page);
  await workerReady(page);
  const paths: string[] = [];
  const openNext = async () => {
    const order = await withModel(page, request, "plain.glb", {}, large);
    await openModel(page, order);
    paths.push(await addressOf(page));
    await expect.poll(() => stored(page)).toContain(paths.at(-1));
  };
  await openNext();
  await openNext();
  expect(new Set(await stored(page))).toEqual(new Set(paths));
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  expect(usage, "the browser counts them").toBeGreaterThan(2 * large);
  const tools = await page.context().newCDPSession(page);
  await tools.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: usage + large / 2 });
  await openNext();
  expect(new Set(await stored(page))).toEqual(new Set(paths.slice(1)));
});

// Models that are in the browser before anybody asks for them, and that nobody else's hand may leave there.
import type { Page } from "@playwright/test";
import { type Order, alone, card, expect, find, metric, press, signIn, statusOf } from "../support/floor";
import { addressOf, everything, modelOf, openModel, stored, withModel, workerReady } from "../support/models";
import { onDisk, usedAt } from "../support/profile";

declare global {
  interface Window { line: { dear: boolean; asked: number } }
}

/** In a page: a line that costs money, and counts how often anybody asks about it. */
function watchedLine() {
  window.line = { dear: true, asked: 0 };
  const connection = Object.defineProperty(new EventTarget(), "saveData", { get: () => (window.line.asked += 1, window.line.dear) });
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
  const path = await modelOf(page, order);
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
  const path = await modelOf(page, order);
  await turn(page, false);
  await expect.poll(() => stored(page)).toContain(path);
});

onDisk("when the disk is full, models come from the server and nothing breaks", async ({ page, request, server }) => {
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

onDisk("when the disk gives less than the budget, the model that nobody opened for longest makes room, and one of my orders never", async ({ page, request, server }) => {
  const large = 1_000_000;
  await signIn(page);
  await workerReady(page);
  const paths: string[] = [];
  const open = async (order: Order) => {
    await openModel(page, order);
    const path = await addressOf(page);
    await expect.poll(() => stored(page)).toContain(path);
    return path;
  };
  const openNext = async () => {
    const order = await withModel(page, request, "plain.glb", {}, large);
    paths.push(await open(order));
    return order;
  };
  // Mine was opened before all others.
  const mine = await openNext();
  await find(page, mine);
  await press(page, mine, "take");
  await expect.poll(() => statusOf(page, mine)).toBe("MANUFACTURING_STARTED");
  const again = await openNext();
  await openNext();
  const before = await usedAt(page, paths[1]);
  await open(again);
  await expect.poll(() => usedAt(page, paths[1])).toBeGreaterThan(before);
  expect(new Set(await stored(page))).toEqual(new Set(paths));
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  expect(usage, "the browser counts them").toBeGreaterThan(3 * large);
  const tools = await page.context().newCDPSession(page);
  await tools.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: usage + large / 2 });
  await openNext();
  expect(new Set(await stored(page))).toEqual(new Set(paths.filter((_, at) => at !== 2)));
});

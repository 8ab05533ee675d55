import type { Page } from "@playwright/test";
import { alone, card, elsewhere, expect, find, metric, press, ready, signIn, statusOf, steps } from "../support/floor";
import { addressOf, everything, onDearLine, openModel, stored, withModel, workerReady } from "../support/models";
import { onDisk } from "../support/profile";

// For its traces Playwright asks the server once more for what a worker answered, and the server counts that.
alone.use({ trace: "off" });
onDisk.use({ trace: "off" });

declare global {
  interface Window { persisted: number }
}

/** The board with this order alone, until the picture on its card is in the browser; its address. */
async function pictured(page: Page, order: Parameters<typeof find>[1]): Promise<string> {
  const path = `/models/${await (await find(page, order)).getAttribute("data-model-sha")}.jpg`;
  await expect.poll(async () => {
    // Of an order that the worker has not heard of yet nothing is kept: it is shown again.
    await find(page, order);
    await expect(card(page, order).locator("img.photo")).toHaveJSProperty("complete", true);
    return everything(page);
  }).toContain(path);
  return path;
}

alone("the second opening of a model costs no request to the store and no bytes, and shipping or logging out leaves nothing behind", async ({ page, request, server }) => {
  alone.setTimeout(400_000);
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  const reads = () => metric(request, "model_store_reads_total", 'by="reader"', server.adminUrl);
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);

  await openModel(page, order);
  await expect.poll(() => stored(page)).toHaveLength(1);
  expect([await reads(), await answers()], "the counters count").toEqual([1, 1]);
  await page.goto("/");
  await openModel(page, order);
  expect([await reads(), await answers()]).toEqual([1, 1]);
  const picture = await pictured(page, order);

  for (const [action, status] of steps) {
    await find(page, order);
    await press(page, order, action);
    await expect.poll(() => statusOf(page, order)).toBe(status);
    // Nothing of it was fetched again on the way, and at its end it is gone.
    if (status) expect([await reads(), await answers()]).toEqual([1, 1]);
  }
  await expect.poll(() => stored(page)).toEqual([]);
  await expect.poll(() => everything(page)).not.toContain(picture);

  await openModel(page, await withModel(page, request));
  await expect.poll(() => stored(page)).toHaveLength(1);
  await page.goto("/");
  await ready(page);
  await page.locator("details.menu > summary").click();
  await page.locator("form[data-logout] button").click();
  await page.waitForURL("**/login");
  expect(await everything(page)).toEqual([]);
});

onDisk("of two people on one device, neither gets anything from the other's cache", async ({ page, context, request, server }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await signIn(page, "operator1");
  const order = await withModel(page, request);
  await workerReady(page);
  await openModel(page, order);
  await expect.poll(() => stored(page)).toHaveLength(1);
  expect(await answers()).toBe(1);

  await page.locator("details.menu > summary").click();
  await page.locator("form[data-logout] button").click();
  await page.waitForURL("**/login");
  await signIn(page, "operator2");
  expect(await stored(page)).toEqual([]);
  await openModel(page, order);
  expect(await answers(), "it came from the server").toBe(2);
  await expect.poll(() => stored(page)).toHaveLength(1);

  // The session is lost without a log-out: what the second person left is not the first one's either.
  await context.clearCookies();
  await signIn(page, "operator1");
  await expect.poll(() => stored(page)).toEqual([]);
  await openModel(page, order);
  expect(await answers(), "it came from the server again").toBe(3);
});

alone("the picture of an order that was never opened goes when it is shipped elsewhere, while the board stays open", async ({ page, request }) => {
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  const picture = await pictured(page, order);
  expect(await stored(page)).toEqual([]);
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await elsewhere(request, "operator2", order, ["take", "complete", "pack", "ship"]);
  await expect.poll(() => everything(page)).not.toContain(picture);
});

alone("the worker is not asked about the stream", async ({ page, context }) => {
  await signIn(page);
  await workerReady(page);
  const worker = context.serviceWorkers().find((one) => one.url().endsWith("/sw.js"));
  const control = "/heard";
  await worker?.evaluate((path) => {
    const heard: string[] = [];
    Object.assign(self, { heard });
    self.addEventListener("fetch", (event) => heard.push(new URL((event as Event & { request: Request }).request.url).pathname));
    const Asked = Reflect.get(self, "FetchEvent");
    self.dispatchEvent(new Asked("fetch", { request: new Request(path) }));
  }, control);
  // The shared worker ends with its last page; the next one begins under whatever is registered.
  await page.goto("about:blank");
  await page.goto("/");
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  expect(await worker?.evaluate(() => Reflect.get(self, "heard"))).toEqual([control]);
});

onDisk("two tabs that open one model at the same time have the server asked for it once", async ({ page, context, request, server }) => {
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  const other = await context.newPage();
  const before = await metric(request, "model_responses_total", "", server.adminUrl);
  await Promise.all([openModel(page, order), openModel(other, order)]);
  expect(await metric(request, "model_responses_total", "", server.adminUrl)).toBe(before + 1);
  const address = await addressOf(page);
  expect(await addressOf(other)).toBe(address);
  await expect.poll(() => stored(page)).toEqual([address]);
});

alone("a first take asks the browser to keep what is stored", async ({ page, request }) => {
  await page.addInitScript(() => {
    window.persisted = 0;
    StorageManager.prototype.persist = async () => {
      window.persisted += 1;
      return true;
    };
  });
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await find(page, order);
  // Fetching ahead is at work: who waits for the take is there.
  await expect(card(page, order)).toHaveAttribute("data-model-here", "");
  expect(await page.evaluate(() => window.persisted)).toBe(0);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  expect(await page.evaluate(() => window.persisted)).toBe(1);
});

alone("a browser without 3D says so plainly, offers nothing that can't help, and the order stays readable", async ({ page, request }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...more: unknown[]) {
      return /webgl/.test(kind) ? null : Reflect.apply(real, this, [kind, ...more]);
    } as typeof real;
  });
  await signIn(page);
  const order = await withModel(page, request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(page.locator("[data-viewer]")).toHaveAttribute("data-viewer-state", "failed");
  await expect(page.locator(".viewer-words")).toHaveText("Этот браузер не умеет показывать 3D. Откройте заказ на другом устройстве.");
  await expect(page.locator(".viewer-retry")).toBeHidden();
  await expect(page.locator(".facts")).toBeVisible();
});

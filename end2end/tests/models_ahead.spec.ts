// A model that is opened while it is on its way ahead, and what is said of a size that nobody could measure.
import { type Page } from "@playwright/test";
import { alone as base, expect, find, metric, signIn, test } from "../support/floor";
import { openModel, stored, withModel, workerReady } from "../support/models";
import { Server } from "../support/server";
import { StoreLine } from "../support/store";

// For its traces Playwright asks the server once more for what a worker answered, and the server counts that.
base.use({ trace: "off" });

declare global {
  interface Window { dearLine: boolean }
}

/** A server of the test's own, whose line to S3 is in the test's hand. */
const alone = base.extend<{ store: StoreLine }>({
  store: async ({}, use) => {
    const store = await StoreLine.open();
    await use(store);
    await store.cut();
  },
  server: async ({ store }, use, info) => {
    const server = await Server.open(info.outputPath("server.log"));
    await server.start({ S3_ENDPOINT: store.url });
    await use(server);
    await server.stop();
  },
});

/** In a page: a line that costs money until the test says otherwise. */
function watchedLine() {
  window.dearLine = true;
  Object.defineProperty(navigator, "connection", { value: { get saveData() { return window.dearLine; } }, configurable: true });
}

const cheap = (page: Page) => page.evaluate(() => {
  window.dearLine = false;
  dispatchEvent(new Event("online"));
});

alone("a model that is on its way ahead shows how much of it is there to who opens it, and comes once", async ({ page, request, server, store }) => {
  await page.context().addInitScript(watchedLine);
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await find(page, order);
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const before = await answers();
  store.ration();
  await cheap(page);
  await expect.poll(() => (store.allow(200), answers()), { intervals: [50] }).toBe(before + 1);

  await page.goto(`/orders/${order.number}`, { waitUntil: "domcontentloaded" });
  const bar = page.locator("progress.viewer-bar");
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "loading");
  const size = Number(await page.locator("[data-viewer]").getAttribute("data-size"));
  const shown = () => bar.evaluate((element: HTMLProgressElement) => element.position);
  await expect.poll(() => (store.allow(size / 20), shown()), { intervals: [50] }).toBeGreaterThan(0);
  expect(await shown(), "the rest is still on its way").toBeLessThan(1);
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "loading");
  store.allow(Infinity);
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready");
  await expect.poll(() => stored(page)).toHaveLength(1);
  expect(await answers(), "it came once").toBe(before + 1);
});

test("a size that only the file says is told as such, and one that was measured without a word", async ({ page, request }) => {
  await signIn(page);
  const size = page.locator('.details [data-fact="size"]');
  await openModel(page, await withModel(page, request, "draco.glb"));
  await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм, так записано в файле$/);
  await openModel(page, await withModel(page, request, "meshopt.glb"));
  await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм$/);
});

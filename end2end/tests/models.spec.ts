import { arrive, expect, metric, press, ready, signIn, statusOf, test, find } from "../support/floor";
import type { APIRequestContext, Page } from "@playwright/test";

// The file that `verstak seed` puts into the demo bucket.
const model = { key: "demo/ring-01.glb", size: 1_375_136 };

/** What Cache Storage holds of this origin. */
async function stored(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found.filter((path) => path.startsWith("/models/"));
  });
}

/** An order with the demo ring, its model checked and ready. */
async function withModel(page: Page, request: APIRequestContext) {
  const order = await arrive(request, { model });
  await expect
    .poll(async () => (await (await page.request.get(`/api/board?q=${order.number}`)).json()).orders[0]?.model_state)
    .toBe("ready");
  return order;
}

async function open(page: Page, number: string) {
  await page.goto(`/orders/${number}`);
  await ready(page);
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
}

test("the second opening of a model costs no request to the store, and shipping or logging out leaves nothing behind", async ({ page, request }) => {
  test.setTimeout(400_000);
  await signIn(page);
  const order = await withModel(page, request);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await ready(page);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

  await open(page, order.number);
  await expect.poll(async () => (await stored(page)).length).toBeGreaterThan(0);

  const before = await metric(request, "model_store_reads_total");
  const served = await metric(request, "model_responses_total");
  expect(before, "the counter counts").toBeGreaterThan(0);
  expect(served, "the counter counts").toBeGreaterThan(0);
  await page.goto("/");
  await open(page, order.number);
  expect(await metric(request, "model_store_reads_total")).toBe(before);
  expect(await metric(request, "model_responses_total")).toBe(served);

  for (const [action, status] of [
    ["take", "MANUFACTURING_STARTED"],
    ["complete", "MANUFACTURING_COMPLETED"],
    ["pack", "PACKAGING"],
    ["ship", null],
  ] as const) {
    await find(page, order);
    await press(page, order, action);
    await expect.poll(() => statusOf(page, order)).toBe(status);
  }
  await page.goto("/");
  await ready(page);
  await expect.poll(async () => stored(page)).toEqual([]);

  const other = await withModel(page, request);
  await open(page, other.number);
  await expect.poll(async () => (await stored(page)).length).toBe(1);
  await page.goto("/");
  await ready(page);
  await page.locator("form[data-logout] button").first().evaluate((button: HTMLButtonElement) => button.click());
  await page.waitForURL("**/login");
  expect(await stored(page)).toEqual([]);
});

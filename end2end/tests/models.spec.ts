import { alone, expect, find, metric, press, ready, signIn, statusOf, steps } from "../support/floor";
import { everything, onDearLine, openModel, stored, withModel, workerReady } from "../support/models";

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

  for (const [action, status] of steps) {
    await find(page, order);
    await press(page, order, action);
    await expect.poll(() => statusOf(page, order)).toBe(status);
    // Nothing of it was fetched again on the way, and at its end it is gone.
    if (status) expect([await reads(), await answers()]).toEqual([1, 1]);
  }
  await page.goto("/");
  await ready(page);
  await expect.poll(() => stored(page)).toEqual([]);

  await openModel(page, await withModel(page, request));
  await expect.poll(() => stored(page)).toHaveLength(1);
  await page.goto("/");
  await ready(page);
  await page.locator("details.menu > summary").click();
  await page.locator("form[data-logout] button").click();
  await page.waitForURL("**/login");
  expect(await everything(page)).toEqual([]);
});

alone("of two people on one device, neither gets anything from the other's cache", async ({ page, context, request, server }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await onDearLine(context);
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

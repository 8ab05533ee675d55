import type { PlaywrightWorkerArgs, TestInfo } from "@playwright/test";
import { alone as test, arrive, card, elsewhere, expect, metric, press, ready, signIn, statusOf, watch } from "../support/floor";
import { addressOf, endWorker, fetched, onDearLine, openModel, stored, withModel, workerReady } from "../support/models";
import { fits, scan } from "../support/look";
import type { Server } from "../support/server";

// For its traces Playwright asks the server once more for what a worker answered, and the server counts that.
test.use({ trace: "off" });

/** A browser with a profile on disk: closed and started again, it is the same one. */
async function launch(playwright: PlaywrightWorkerArgs["playwright"], info: TestInfo, server: Server) {
  const context = await playwright.chromium.launchPersistentContext(info.outputPath("profile"), {
    ...info.project.use.launchOptions,
    baseURL: server.url,
    locale: "ru-RU",
    viewport: { width: 1280, height: 900 },
  });
  watch(context);
  // Only what is opened here is kept here: nothing is fetched ahead.
  await onDearLine(context);
  return { context, page: context.pages()[0] };
}

test("a browser that was closed shows no old page as today's, and no model of an order that left meanwhile", async ({ playwright, request, server }, info) => {
  let { context, page } = await launch(playwright, info, server);
  await signIn(page);
  await workerReady(page);
  const kept = await withModel(page, request);
  await openModel(page, kept);
  const keptAddress = await addressOf(page);
  const shipped = await withModel(page, request);
  await openModel(page, shipped);
  const shippedAddress = await addressOf(page);
  await expect.poll(() => stored(page)).toHaveLength(2);
  await context.close();

  await elsewhere(request, "operator2", shipped, ["take", "complete", "pack", "ship"]);

  // Started without a network, and then without a server, the browser says so itself.
  ({ context, page } = await launch(playwright, info, server));
  await context.setOffline(true);
  await expect(page.goto("/")).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
  await server.stop();
  await expect(page.goto("/")).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
  await server.start();

  // What left meanwhile is not answered from the browser, not even the first time; what stayed is.
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await page.goto("/");
  await ready(page);
  expect(await fetched(page, shippedAddress)).toEqual({ status: 200, unverified: null });
  expect(await answers(), "it came from the server").toBe(1);
  await expect.poll(() => stored(page)).toEqual([keptAddress]);
  await openModel(page, kept);
  expect(await answers(), "it came from the worker").toBe(1);
  await context.close();
});

test("a server that goes away leaves the board readable with its age, without commands, and the models that are here open", async ({ playwright, request, server }, info) => {
  const { context, page } = await launch(playwright, info, server);
  await signIn(page);
  await workerReady(page);
  const kept = await withModel(page, request);
  await openModel(page, kept);
  const other = await withModel(page, request);
  await openModel(page, other);
  await press(page, other, "take");
  for (const action of ["complete", "pack", "ship"]) {
    await page.locator(`.steps [data-action="${action}"]`).click();
  }
  await expect.poll(() => stored(page)).toHaveLength(1);
  const gone = await addressOf(page);
  await openModel(page, kept);
  const address = await addressOf(page);
  const board = await context.newPage();
  await board.goto(`/?q=${kept.number}`);
  await ready(board);
  await expect(board.locator("[data-live]")).toHaveAttribute("data-live", "live");

  await server.stop();
  const [mark, take] = [board.locator("[data-live]"), card(board, kept).locator('[data-action="take"]')];
  await expect(mark).toHaveAttribute("data-live", "offline");
  await expect(mark).toContainText(/нет связи с \d\d:\d\d, только чтение/);
  await expect(card(board, kept)).toBeVisible();
  await expect(take).toHaveAttribute("aria-disabled", "true");
  await take.click({ force: true });
  await expect(board.getByRole("status").filter({ hasText: "Кнопки заработают сами" })).toBeAttached();
  await expect(page.locator('.steps [data-action="take"]')).toHaveAttribute("aria-disabled", "true");

  // The browser ends workers as it likes: this one starts anew, without a server.
  await endWorker(page);
  const answer = await fetched(page, address);
  expect(answer.status).toBe(200);
  expect(Date.parse(answer.unverified ?? "")).toBeGreaterThan(Date.now() - 600_000);
  expect((await fetched(page, gone)).status, "an order that left opens nothing").toBe(0);
  // Shown again, the model says since when nobody has confirmed it.
  await page.locator("[data-viewer]").evaluate((host) => {
    const again = host.cloneNode() as HTMLElement;
    delete again.dataset.viewerState;
    host.replaceWith(again);
  });
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await expect(page.locator(".viewer-note")).toContainText("Нет связи: модель сверена");

  await server.start();
  await expect(mark).toHaveAttribute("data-live", "live");
  await expect(take).not.toHaveAttribute("aria-disabled", "true");
  await take.click();
  await expect.poll(() => statusOf(board, kept)).toBe("MANUFACTURING_STARTED");
  // Nothing arrives under a pointer that rests on a column.
  await board.mouse.move(2, 2);
  const later = await arrive(request, { title: kept.number });
  await expect(card(board, later)).toBeVisible();
  await context.close();
});

test("in the cellar the card of an order that I took opens on the board, with its model, by pointer and by keyboard", async ({ page, request, server }) => {
  await signIn(page);
  await workerReady(page);
  const order = await withModel(page, request);
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  await press(page, order, "take");
  await expect(card(page, order)).toHaveAttribute("data-model-here", "");
  const brought = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/vendor.")).length);
  await expect.poll(brought, "what shows models is here before it is needed").toBeGreaterThanOrEqual(4);

  await server.stop();
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "offline");
  // One that runs has just heard of everything; this one starts anew, without a server.
  await endWorker(page);
  const link = card(page, order).locator('[data-action="open"]');
  await link.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading")).toHaveText((await link.textContent()) ?? "");
  await expect(dialog).toContainText(order.number);
  await expect(dialog.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await expect(dialog.locator(".viewer-note")).toContainText("Нет связи: модель сверена");
  await expect(dialog.locator("button.tool").first()).toBeVisible();
  expect(await scan(page)).toEqual([]);
  await fits(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("model-viewer"), "what it held is freed").toHaveCount(0);

  await card(page, order).focus();
  await page.keyboard.press("Enter");
  await expect(dialog.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await dialog.getByRole("button", { name: /Доска/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(card(page, order)).toBeFocused();

  await server.start();
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await link.click();
  await expect(page).toHaveURL(new RegExp(`/orders/${order.number}`));
});

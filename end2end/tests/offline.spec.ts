import { alone, arrive, card, elsewhere, expect, metric, press, ready, signIn, statusOf, watch } from "../support/floor";
import { addressOf, endWorker, fetched, openModel, stored, withModel, workerReady } from "../support/models";

alone("a browser that was closed and comes back, or loses the server, shows only what it can vouch for", async ({ playwright, request, server }, info) => {
  const launch = async () => {
    const context = await playwright.chromium.launchPersistentContext(info.outputPath("profile"), {
      ...info.project.use.launchOptions,
      baseURL: server.url,
      locale: "ru-RU",
    });
    watch(context);
    return { context, page: context.pages()[0] };
  };

  let { context, page } = await launch();
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

  // While it is closed, one of the two orders leaves.
  await elsewhere(request, "operator2", shipped, ["take", "complete", "pack", "ship"]);

  // Without a network the browser says so itself: no page of ours pretends to be of today.
  ({ context, page } = await launch());
  await context.setOffline(true);
  await expect(page.goto("/")).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);

  // What left meanwhile is not answered from here, not even the first time.
  await openModel(page, kept);
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const before = await answers();
  expect(await fetched(page, shippedAddress)).toEqual({ status: 200, unverified: null });
  expect(await answers(), "it came from the server").toBe(before + 1);
  await expect.poll(() => stored(page)).toEqual([keptAddress]);

  const board = await context.newPage();
  await board.goto("/");
  await ready(board);
  await expect(board.locator("[data-live]")).toHaveAttribute("data-live", "live");
  const order = await arrive(request);
  await expect(card(board, order)).toBeVisible();

  await server.stop();
  // A worker that the browser had ended in between has nothing in its memory.
  await endWorker(page);
  const answer = await fetched(page, keptAddress);
  expect(answer.status).toBe(200);
  expect(Date.parse(answer.unverified ?? "")).toBeGreaterThan(Date.now() - 600_000);
  expect((await fetched(page, shippedAddress)).status).toBe(0);
  // Shown again, the model says since when nobody has confirmed it.
  await page.locator("[data-viewer]").evaluate((host) => {
    const again = host.cloneNode() as HTMLElement;
    delete again.dataset.viewerState;
    host.replaceWith(again);
  });
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await expect(page.locator(".viewer-note")).toContainText("Нет связи: модель сверена");

  // The board says that it is not live, and a press on it that nothing was recorded.
  await expect(board.locator("[data-live]")).not.toHaveAttribute("data-live", "live");
  await press(board, order, "take");
  await expect(board.locator(".told.bad").first()).toContainText("Не записано");
  await expect(card(board, order)).toHaveAttribute("data-status", "MANUFACTURING_APPROVED");

  await server.start();
  await expect(board.locator("[data-live]")).toHaveAttribute("data-live", "live", { timeout: 60_000 });
  await press(board, order, "take");
  await expect.poll(() => statusOf(board, order)).toBe("MANUFACTURING_STARTED");
  await context.close();
});

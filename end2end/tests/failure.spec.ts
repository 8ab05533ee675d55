// What the viewer says while a model does not come, comes slowly, or comes broken, and how it goes on.
import type { Page } from "@playwright/test";
import { type Order, alone as base, expect, metric, signIn } from "../support/floor";
import { onDearLine, stored, withModel, workerReady } from "../support/models";
import { StoreLine, onALine } from "../support/store";

const alone = base.extend<{ store: StoreLine }>(onALine);

// Else a browser may have the model before anything happens to it.
alone.beforeEach(({ context }) => onDearLine(context));

const viewer = (page: Page) => page.locator("model-viewer");
const words = (page: Page) => page.locator(".viewer-words");
const retry = (page: Page) => page.getByRole("button", { name: "Ещё раз" });
const bar = (page: Page) => page.locator("progress.viewer-bar");
const FAILED = "Модель не открылась. Проверьте связь и попробуйте ещё раз.";
const AWAY = "Хранилище моделей не отвечает. Модель откроется сама, как только оно ответит.";

/** Opens an order's page; its model and its picture may be long in coming. */
const openPage = (page: Page, order: Order) => page.goto(`/orders/${order.number}`, { waitUntil: "domcontentloaded" });

/** The page asks for nothing again by itself, until its browser was without a network and is back. */
const patient = (page: Page) => page.addInitScript(() => {
  let waits = true;
  addEventListener("online", () => (waits = false));
  const later = window.setTimeout;
  const stretched = (wait: number) => (waits && wait >= 2_000 ? 3_600_000 : wait);
  Object.assign(window, { setTimeout: (what: TimerHandler, wait = 0) => later(what, stretched(wait)) });
});

async function saysThatItFailed(page: Page, said = FAILED) {
  await expect(viewer(page)).toHaveAttribute("data-state", "failed");
  await expect(words(page)).toHaveText(said);
  await expect(words(page)).toHaveRole("status");
  await expect(bar(page)).toBeHidden();
  await expect(page.locator("[data-viewer]")).toHaveAttribute("aria-busy", "false");
}

async function opensAtAPress(page: Page) {
  await retry(page).click();
  await opens(page);
}

async function opens(page: Page) {
  await expect(viewer(page)).toHaveAttribute("data-state", "ready");
  await expect(words(page)).toBeHidden();
  await expect(retry(page)).toBeHidden();
}

alone("while S3 is away a model answers 503, the viewer says so of the store, and a press opens it when S3 is back; then it is kept", async ({ page, request, server, store }) => {
  await patient(page);
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  const refused = () => metric(request, "model_responses_total", 'status="503"', server.adminUrl);
  await store.cut();
  await openPage(page, order);
  await saysThatItFailed(page, AWAY);
  const failures = await refused();
  expect(failures).toBeGreaterThan(0);
  // Still away: it tries, and says it again.
  await retry(page).click();
  await expect.poll(refused).toBeGreaterThan(failures);
  await saysThatItFailed(page, AWAY);
  await store.mend();
  await opensAtAPress(page);
  // Away once more: what this browser keeps opens all the same.
  await expect.poll(() => stored(page)).toHaveLength(1);
  await store.cut();
  await openPage(page, order);
  await expect(viewer(page)).toHaveAttribute("data-state", "ready");
});

alone("a model that could not come opens by itself when S3 is back; until then its words stay, and are said once", async ({ page, request, server, store }) => {
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await store.cut();
  await openPage(page, order);
  await saysThatItFailed(page, AWAY);
  await words(page).evaluate((said) => {
    new MutationObserver(() => (document.documentElement.dataset.said = said.textContent)).observe(said, { childList: true, characterData: true, subtree: true });
  });
  const refused = () => metric(request, "model_responses_total", 'status="503"', server.adminUrl);
  const failures = await refused();
  await expect.poll(refused, { timeout: 15_000 }).toBeGreaterThan(failures);
  await saysThatItFailed(page, AWAY);
  await expect(page.locator("html"), "nothing is read out again").not.toHaveAttribute("data-said");
  await store.mend();
  await expect(viewer(page)).toHaveAttribute("data-state", "ready", { timeout: 30_000 });
  await opens(page);
});

alone("a model opens by itself when the browser is on the network again", async ({ page, context, request }) => {
  await patient(page);
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await context.route("**/models/*.glb", (route) => route.abort("internetdisconnected"));
  await openPage(page, order);
  await saysThatItFailed(page);
  await context.setOffline(true);
  await context.unroute("**/models/*.glb");
  await saysThatItFailed(page);
  await context.setOffline(false);
  await opens(page);
});

alone("while a model comes slowly a bar shows how much of it is there", async ({ page, request, store }) => {
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  store.ration();
  await openPage(page, order);
  await expect(viewer(page)).toHaveAttribute("data-state", "loading");
  await expect(bar(page)).toBeVisible();
  // Nothing is there yet, and it claims nothing: a bar without a value.
  await expect(bar(page)).not.toHaveAttribute("value");
  const size = Number(await page.locator("[data-viewer]").getAttribute("data-size"));
  const shown = () => bar(page).evaluate((element: HTMLProgressElement) => element.position);
  /** Lets a little more come until the bar has moved on from here. */
  const moved = async (from: number) => {
    await expect.poll(() => (store.allow(size / 20), shown()), { intervals: [50] }).toBeGreaterThan(from);
    return shown();
  };
  const first = await moved(0);
  const second = await moved(first);
  expect(second, "the rest is still on its way").toBeLessThan(1);
  await expect(bar(page)).toHaveJSProperty("max", size);
  await expect(page.locator(".viewer-amount")).toHaveText(/^\d+ % · \d,\d МБ \/ \d,\d МБ$/);
  await expect(viewer(page)).toHaveAttribute("data-state", "loading");
  store.allow(Infinity);
  await expect(viewer(page)).toHaveAttribute("data-state", "ready");
  await expect(bar(page)).toBeHidden();
});

for (const worker of [true, false]) {
  alone.describe(worker ? "through the worker" : "without a worker", () => {
    alone.use({ serviceWorkers: worker ? "allow" : "block" });

    alone("a model that comes broken is not shown and not kept, says so, and opens when it comes whole", async ({ page, context, request }) => {
      await patient(page);
      await signIn(page);
      const order = await withModel(page, request);
      if (worker) await workerReady(page);
      let broken = 0;
      await context.route("**/models/*.glb", async (route) => {
        const answer = await route.fetch();
        const body = await answer.body();
        body[body.length - 1] ^= 1;
        broken += 1;
        await route.fulfill({ response: answer, body });
      });
      await openPage(page, order);
      await saysThatItFailed(page);
      expect(broken).toBeGreaterThan(0);
      expect(await stored(page)).toEqual([]);
      await context.unroute("**/models/*.glb");
      await opensAtAPress(page);
    });
  });
}

import { adminUrl, alone, arrive, bench, card, expect, find, metric, press, ready, signIn, statusOf, test, url } from "../support/floor";
import { Wire } from "../support/wire";
import type { APIRequestContext, Browser, Page } from "@playwright/test";

/** The live mark of a page. */
const mark = (page: Page) => page.locator("[data-live]");

/** Opens the board in this page, and waits until it is live. */
async function follow(page: Page, address: string) {
  await page.goto(address);
  await ready(page);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
}

/** A browser whose cable is in the test's hands. Its board shows this test's orders alone: those that `next` makes. */
async function wired(browser: Browser, login: string, request: APIRequestContext) {
  const wire = await Wire.to(url);
  const context = await browser.newContext({ baseURL: wire.url, locale: "ru-RU" });
  const page = await context.newPage();
  await signIn(page, login);
  const word = `проба${Math.random().toString(36).slice(2)}`;
  const board = `/?q=${encodeURIComponent(word)}`;
  await follow(page, board);
  return { wire, context, page, board, next: () => arrive(request, { title: `Кольцо ${word}` }) };
}

test("six tabs follow one stream, and it ends with the last of them", async ({ browser, request }) => {
  const { wire, context, page, board, next } = await wired(browser, "operator1", request);
  const tabs = [page];
  while (tabs.length < 6) {
    const tab = await context.newPage();
    await follow(tab, board);
    tabs.push(tab);
  }
  expect(wire.streams).toBe(1);
  expect(await metric(request, "live_streams"), `the server counts it, too (${adminUrl})`).toBeGreaterThanOrEqual(1);
  const order = await next();
  for (const tab of tabs) await expect(card(tab, order)).toBeVisible();
  for (const tab of tabs.splice(0, 5)) await tab.close();
  const later = await next();
  await expect(card(tabs[0], later)).toBeVisible();
  expect(wire.streams).toBe(1);
  await tabs[0].goto("about:blank");
  await expect.poll(() => wire.streams).toBe(0);
});

/** Puts a tab behind another one, or in front of all: a headless browser itself shows every tab. */
const hide = (page: Page, hidden: boolean) => page.evaluate((hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

test("without shared workers only tabs that are seen hold a stream, and a tab that is seen again misses nothing", async ({ browser, request }) => {
  const wire = await Wire.to(url);
  const context = await browser.newContext({ baseURL: wire.url, locale: "ru-RU" });
  await context.addInitScript(() => { Object.defineProperty(window, "SharedWorker", { value: undefined }); });
  const word = `проба${Math.random().toString(36).slice(2)}`;
  const board = `/?q=${encodeURIComponent(word)}`;
  const next = () => arrive(request, { title: `Кольцо ${word}` });
  const tabs = [await context.newPage()];
  await signIn(tabs[0]);
  await follow(tabs[0], board);
  // Eight tabs, of which a browser would let six follow and no other ask for anything.
  while (tabs.length < 8) {
    await hide(tabs[tabs.length - 1], true);
    await expect.poll(() => wire.streams).toBe(0);
    const tab = await context.newPage();
    await follow(tab, board);
    tabs.push(tab);
    expect(wire.streams).toBe(1);
  }
  const [first, last] = [tabs[0], tabs[7]];
  const order = await next();
  await expect(card(last, order)).toBeVisible();
  await expect(card(first, order), "a tab that nobody sees does not follow").toHaveCount(0);
  await expect(mark(first), "and says so").toHaveAttribute("data-live", "behind");
  await hide(first, false);
  await expect(card(first, order)).toBeVisible();
  await expect(mark(first)).toHaveAttribute("data-live", "live");
  expect(wire.streams).toBe(2);
  const both = await next();
  for (const tab of [first, last]) await expect(card(tab, both)).toBeVisible();
  // Back at once: the stream has not ended in between.
  const asked = wire.asked.filter((path) => path.startsWith("/live?")).length;
  await hide(first, true);
  await hide(first, false);
  const third = await next();
  await expect(card(first, third)).toBeVisible();
  expect(wire.asked.filter((path) => path.startsWith("/live?")).length).toBe(asked);
});

test("without a connection the board stays readable with its age, commands are off, and all of it comes back by itself", async ({ browser, request }) => {
  const { wire, page, next } = await wired(browser, "operator1", request);
  const order = await next();
  await expect(card(page, order)).toBeVisible();
  await wire.cut();
  await expect(mark(page)).toHaveAttribute("data-live", "offline");
  await expect(mark(page)).toContainText(/нет связи с \d\d:\d\d, только чтение/);
  await expect(card(page, order)).toBeVisible();
  const take = card(page, order).locator('[data-action="take"]');
  await expect(take).toHaveAttribute("aria-disabled", "true");
  await expect(take).toHaveAccessibleDescription(/нет связи.*Кнопки заработают сами/);
  await take.click({ force: true });
  await expect(page.getByRole("status").filter({ hasText: "Кнопки заработают сами" })).toBeAttached();
  await expect(card(page, order).locator(".told")).toHaveCount(0);
  // Nothing arrives under a pointer that rests on a column.
  await page.mouse.move(2, 2);

  const missed = await next();
  const other = process.env.VERSTAK_URL_2;
  expect(other, "a second server runs").toBeTruthy();
  // The server that comes back is another one, as after a restart: what it remembers of the stream is its own.
  await wire.mend(other);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  await expect(card(page, missed)).toBeVisible();
  await expect(take).not.toHaveAttribute("aria-disabled", "true");
  await take.click();
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

alone("a server that is restarted under an open board is missed, comes back by itself, and nothing is lost", async ({ server, page, playwright }) => {
  const shop = await playwright.request.newContext({ baseURL: url });
  await signIn(page);
  const word = `проба${Math.random().toString(36).slice(2)}`;
  const next = () => arrive(shop, { title: `Кольцо ${word}` });
  await follow(page, `/?q=${encodeURIComponent(word)}`);
  const order = await next();
  await expect(card(page, order)).toBeVisible();
  await server.stop();
  await expect(mark(page)).toHaveAttribute("data-live", "offline");
  await page.mouse.move(2, 2);
  const missed = await next();
  await server.start();
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  await expect(card(page, missed)).toBeVisible();
  await press(page, order, "take");
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  await shop.dispose();
});

test("a laptop that slept says how far it is behind, and catches up with what it missed", async ({ browser, request }) => {
  const { wire, page, next } = await wired(browser, "operator1", request);
  const other = await bench(browser, "operator2");
  const order = await next();
  await expect(card(page, order)).toBeVisible();
  wire.hold(true);
  const missed = [await next(), await next()];
  await find(other, order);
  await press(other, order, "take");
  await expect.poll(() => statusOf(other, order)).toBe("MANUFACTURING_STARTED");
  await expect(mark(page)).toHaveAttribute("data-live", "behind");
  await expect(mark(page)).toContainText(/отстаёт на \d+/);
  await expect(card(page, missed[0])).toHaveCount(0);
  wire.hold(false);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  for (const late of missed) await expect(card(page, late)).toBeVisible();
  await expect(page.locator(`[data-column="MANUFACTURING_APPROVED"] [data-order="${order.number}"]`)).toHaveCount(0);
});

test("a browser that goes offline says so at once", async ({ page, context, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  await context.setOffline(true);
  await expect(mark(page)).toHaveAttribute("data-live", "offline", { timeout: 2_000 });
  await expect(card(page, order).locator('[data-action="take"]')).toHaveAttribute("aria-disabled", "true");
  await context.setOffline(false);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  await press(page, order, "take");
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

test("who logs out in one tab is logged out in all", async ({ browser, request }) => {
  const { context, page, board } = await wired(browser, "operator2", request);
  const other = await context.newPage();
  await follow(other, board);
  await page.locator("form[data-logout] button").first().evaluate((button: HTMLButtonElement) => button.click());
  await page.waitForURL("**/login");
  await other.waitForURL(/\/login\?next=/);
});

test("an order's page follows its order: status, buttons, history and who it was", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const other = await bench(browser, "operator2");
  const order = await arrive(request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  const steps = page.locator(".steps");
  await expect(steps.locator('[data-action="take"]')).toBeVisible();

  await find(other, order);
  await press(other, order, "take");
  await expect(steps).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  await expect(steps.locator('[data-action="take"]')).toHaveCount(0);
  await expect(page.locator('.history [data-step="MANUFACTURING_STARTED"]')).toBeVisible();
  const winner = (await (await page.request.get(`/api/board?q=${order.number}`)).json()).orders[0].operator.name;
  await expect(page.locator("#order-changed")).toContainText(winner);
  await expect(page.locator(".standing")).toContainText(winner);
});

test("on an order's page nothing moves under a finger", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const other = await bench(browser, "operator2");
  const order = await arrive(request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  const take = page.locator('.steps [data-action="take"]');
  await take.hover();
  const before = await take.boundingBox();
  await find(other, order);
  await press(other, order, "take");
  await expect(page.locator("#order-changed")).not.toBeEmpty();
  expect(await take.boundingBox()).toEqual(before);
  await page.mouse.move(2, 2);
  await expect(take).toHaveCount(0);
  await expect(page.locator(".steps")).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

test("a bonus that is being typed outlives a reading of the page and the end of the connection", async ({ browser, request }) => {
  const { wire, page, next } = await wired(browser, "supervisor1", request);
  const order = await next();
  await follow(page, `/orders/${order.number}`);
  const amount = page.locator("#amount");
  await amount.fill("150");
  await page.locator("h1").click();
  const read = page.waitForResponse((answer) => answer.request().resourceType() === "fetch" && answer.url().endsWith(`/orders/${order.number}`));
  const whole = page.locator("html[data-whole]");
  await page.evaluate(() => {
    delete document.documentElement.dataset.whole;
    dispatchEvent(new Event("verstak:reload"));
  });
  await read;
  await expect(whole).toBeAttached();
  await expect(amount).toHaveValue("150");

  await wire.cut();
  await expect(mark(page)).toHaveAttribute("data-live", "offline");
  const put = page.locator('[data-action="bonus"]');
  await expect(put).toHaveAttribute("aria-disabled", "true");
  await amount.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Кнопки заработают сами" })).toBeAttached();
  await expect(amount).toHaveValue("150");
  await wire.mend();
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  await expect(put).not.toHaveAttribute("aria-disabled", "true");
  await put.click();
  await expect(page.locator(".bonus .hint b")).toContainText("150");
});

test("the loser of a race is told who won, under the pointer, also when the board hears of it before the answer", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const second = await bench(browser, "operator2");
  const order = await arrive(request);
  await find(page, order);
  await find(second, order);
  await expect(mark(second)).toHaveAttribute("data-live", "live");
  const slot = second.locator('[data-column="MANUFACTURING_APPROVED"] .card').first();
  await expect(slot).toHaveAttribute("data-order", order.number);
  // The second press is on its way when the first one has won, and the stream is faster than its answer.
  await second.route("**/api/take", async (route) => {
    await press(page, order, "take");
    await expect(slot).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
    await route.continue();
  });
  await slot.locator('[data-action="take"]').click();
  await expect(slot.locator(".told")).toContainText("Не успели");
  const winner = (await (await page.request.get(`/api/board?q=${order.number}`)).json()).orders[0].operator.name;
  await expect(slot).toContainText(winner);
  await expect(slot).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

// Every status that an order's card shows from now on.
async function watched(page: Page, order: { number: string }) {
  const seen: string[] = [];
  await page.exposeFunction("verstakSaw", (status: string) => { seen.push(status); });
  await page.evaluate((number) => {
    new MutationObserver(() => {
      const status = document.querySelector<HTMLElement>(`[data-order="${number}"]`)?.dataset.status;
      if (status) (window as unknown as { verstakSaw: (status: string) => void }).verstakSaw(status);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  }, order.number);
  return seen;
}

test("three quick moves whose answers come after the stream has told of them, and none is undone", async ({ page, context, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  // A tab of the same browser, with the same stream: what it shows, the first one has been told, too.
  const beside = await context.newPage();
  await beside.goto(page.url());
  await expect(mark(beside)).toHaveAttribute("data-live", "live");
  const way = ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING"];
  let late = 0;
  for (const [action, status] of [["take", way[1]], ["complete", way[2]], ["pack", way[3]]]) {
    await page.route(`**/api/${action}`, async (route) => {
      const answer = await route.fetch();
      await expect(card(beside, order)).toHaveAttribute("data-status", status);
      late += 1;
      await route.fulfill({ response: answer });
    });
  }
  const seen = await watched(page, order);
  for (const [at, action] of ["take", "complete", "pack"].entries()) {
    await press(page, order, action);
    await expect(card(page, order)).toHaveAttribute("data-status", way[at + 1]);
  }
  await expect.poll(() => late).toBe(3);
  expect(await statusOf(page, order)).toBe("PACKAGING");
  await expect(card(page, order)).toHaveAttribute("data-status", "PACKAGING");
  const places = seen.map((status) => way.indexOf(status));
  expect(places, "the card never goes back").toEqual([...places].sort((a, b) => a - b));
});

test("three quick moves while changes stream in, and none is undone", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  await expect(mark(page)).toHaveAttribute("data-live", "live");
  let going = true;
  const noise = (async () => {
    for (let n = 0; going && n < 60; n++) await arrive(request);
  })();
  const seen = await watched(page, order);
  for (const [action, status] of [
    ["take", "MANUFACTURING_STARTED"],
    ["complete", "MANUFACTURING_COMPLETED"],
    ["pack", "PACKAGING"],
  ]) {
    await press(page, order, action);
    await expect(card(page, order)).toHaveAttribute("data-status", status);
  }
  going = false;
  await noise;
  expect(await statusOf(page, order)).toBe("PACKAGING");
  const way = ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING"];
  const places = seen.map((status) => way.indexOf(status));
  expect(places, "the card never goes back").toEqual([...places].sort((a, b) => a - b));
});

// Where the time goes: the flow page of a production manager, an order's passport, and what was slow.
import type { Page } from "@playwright/test";
import { approved, arrive, bench, elsewhere, expect, post, ready, scripted, signIn, test } from "../support/floor";
import { fits, scan } from "../support/look";

/** Opens the flow page when its figures have been worked out; the server does that in the background. */
async function openFlow(page: Page) {
  await expect(async () => {
    await page.goto("/flow");
    await expect(page.locator("[data-made]")).toBeAttached({ timeout: 500 });
  }).toPass();
  await ready(page);
}

test("a supervisor reads where time is lost, who did what, and takes the tables away", async ({ page, request }) => {
  await arrive(request);
  await signIn(page, "supervisor1");
  await page.locator("details.menu > summary").click();
  await page.locator('details.menu a[href="/flow"]').click();
  await page.waitForURL(/\/flow$/);
  await openFlow(page);
  const standing = page.locator('[data-table="standing"] tr[data-status="MANUFACTURING_APPROVED"]');
  expect(Number(await standing.getAttribute("data-count"))).toBeGreaterThan(0);
  for (const table of ["ages", "bonuses"]) await expect(page.locator(`[data-table="${table}"]`)).toBeVisible();
  await expect(page.locator("main[data-flow] svg.chart").first()).toHaveAttribute("aria-label", /.+/);
  // Narrowed to what nobody took for an hour, by a form that needs no script.
  await page.locator("#hours").fill("1");
  await page.locator("form.hours button").click();
  await page.waitForURL(/hours=1$/);
  await expect(page.locator("#hours")).toHaveValue("1");
  const links = page.locator("nav.tables a[download]");
  await expect(links).toHaveCount(4);
  for (const link of await links.all()) {
    const answer = await page.request.get((await link.getAttribute("href")) ?? "");
    expect(answer.status()).toBe(200);
    expect(answer.headers()["content-type"]).toContain("text/csv");
    expect((await answer.text()).split("\n")[0]).toMatch(/^\uFEFF?[a-z0-9_;]+\r?$/);
  }
});

test("an operator is not shown the figures of others", async ({ page }) => {
  await signIn(page, "operator1");
  for (const path of ["/flow", "/slow"]) expect((await page.goto(path))?.status(), path).toBe(403);
});

for (const width of [360, 1920]) {
  test(`at ${width} px the flow, a passport and the slow pages fit their screen, in both languages and themes`, async ({ page, request }, info) => {
    await page.setViewportSize({ width, height: 900 });
    const order = await arrive(request);
    await elsewhere(request, "operator2", order, ["take", "complete"]);
    for (const language of ["ru", "en"] as const) {
      await signIn(page, "supervisor1", language);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await openFlow(page);
        await fits(page);
        await page.screenshot({ path: info.outputPath(`flow-${language}-${colorScheme}.png`), fullPage: true });
        if (scripted() && width === 360) expect(await scan(page)).toEqual([]);
        for (const [name, path] of [["passport", `/orders/${order.number}/passport`], ["slow", "/slow"]]) {
          await page.goto(path);
          await ready(page);
          await fits(page);
          await page.screenshot({ path: info.outputPath(`${name}-${language}-${colorScheme}.png`), fullPage: true });
          if (scripted() && width === 360) expect(await scan(page)).toEqual([]);
        }
      }
      await page.context().clearCookies();
    }
  });
}

test("an order's passport tells every step from the price to the bench, and where it is now", async ({ page, request }) => {
  const message = approved();
  const priced = { ...message.order, status: "PRICE_CALCULATED" };
  const hour = new Date(Date.now() - 3_600_000).toISOString();
  expect((await post(request, { ...approved(), occurred_at: hour, order: priced })).ok()).toBe(true);
  const order = { ...message.order, source_version: 2 };
  expect((await post(request, { ...message, order })).status()).toBe(201);
  await elsewhere(request, "operator3", message.order, ["take"]);
  await signIn(page, "operator1");
  await page.goto(`/orders/${message.order.number}`);
  await ready(page);
  await page.locator("a[data-passport]").click();
  await page.waitForURL(/\/passport$/);
  // A line around each bar would make it too wide for a scanner.
  const bars = page.locator("svg.barcode rect").first();
  expect(await bars.evaluate((bar) => getComputedStyle(bar).stroke)).toBe("none");
  const steps = page.locator('[data-table="steps"] tr[data-step]');
  await expect(steps).toHaveCount(3);
  const told = await steps.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-step")));
  expect(told).toEqual(["PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED"]);
  // What came by a message names it, so that it can be looked up at the source.
  await expect(steps.nth(1).locator("td.code").first()).toHaveText(message.message_id);
  const last = page.locator('[data-table="stages"] tr[data-stage]').last();
  await expect(last).toHaveAttribute("data-spent", "working");
  await expect(page.locator("svg.way")).toHaveAttribute("aria-label", /1\sч/);
});

test("one press on \"this is slow\" says where the time went, and a supervisor sees the same", async ({ page, browser, request }) => {
  test.skip(!scripted(), "a page without scripts measures nothing");
  const order = await arrive(request);
  await signIn(page, "operator1");
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await page.locator("details.menu > summary").click();
  const sent = page.waitForRequest((asked) => asked.url().endsWith("/api/slow"));
  await page.locator("[data-slow]").click();
  const { path, timings, device, trace } = (await sent).postDataJSON();
  expect(trace, "the page's own").toMatch(/^[0-9a-f]{32}$/);
  expect({ path, device }).toEqual({ path: `/orders/${order.number}`, device: "desktop" });
  for (const part of ["first_byte", "server", "database", "cache", "download", "largest_paint"]) {
    expect(timings[part], part).toBeGreaterThanOrEqual(0);
  }
  const answer = page.locator("[data-slow-answer]");
  await expect(answer).toHaveText(/^Отправлено\. Дольше всего: .+ из \d/);
  const [, part] = /всего: (.+?), /.exec((await answer.textContent()) ?? "") ?? [];

  const boss = await bench(browser, "supervisor1");
  await boss.goto("/slow");
  const told = boss.locator("[data-report]").filter({ hasText: `/orders/${order.number}` });
  await expect(told).toHaveCount(1);
  await expect(told.locator("[data-part]")).toHaveText(part);
  // All that was measured is folded below it, and when it is opened nothing of it lies beside the narrowest screen.
  await boss.setViewportSize({ width: 360, height: 900 });
  const all = told.locator("xpath=following-sibling::tr[1]").locator("details");
  await all.locator("summary").click();
  const shown = await all.locator("[data-timing]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-timing")));
  expect(shown.sort()).toEqual(Object.keys(timings).filter((name) => timings[name] !== null).sort());
  for (const row of await all.locator("[data-timing]").all()) {
    const { x, width } = (await row.boundingBox()) ?? { x: -1, width: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(360);
  }
  await fits(boss);
  await boss.context().close();
});

test("on paper the flow and a passport are black on white, whole, and without what can only be pressed", async ({ page, request }) => {
  const order = await arrive(request);
  await elsewhere(request, "operator2", order, ["take", "complete"]);
  await signIn(page, "supervisor1");
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  // A4 without its margins, in CSS pixels: what is wider is cut off.
  await page.setViewportSize({ width: 718, height: 1000 });
  await openFlow(page);
  const pages: [string, string][] = [["/flow", "main[data-flow]"], [`/orders/${order.number}/passport`, "main.sheet-page"]];
  for (const [path, place] of pages) {
    await page.goto(path);
    await ready(page);
    for (const control of await page.locator(".bar, form, button, nav").all()) await expect(control).toBeHidden();
    const paper = await page.locator(place).evaluate((main) => {
      const grounds = [main, document.body, document.documentElement].map((part) => getComputedStyle(part).backgroundColor);
      const ground = grounds.find((colour) => colour !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)";
      const cut = [...main.querySelectorAll("table, svg")].filter((part) => part.getBoundingClientRect().right > innerWidth + 1);
      return { ground, ink: getComputedStyle(main).color, cut: cut.map((part) => part.outerHTML.slice(0, 120)) };
    });
    const light = (colour: string) => Math.max(...(colour.match(/[\d.]+/g) ?? ["0"]).slice(0, 3).map(Number));
    expect(light(paper.ground), path).toBeGreaterThan(250);
    expect(light(paper.ink), path).toBeLessThan(100);
    expect(paper.cut, path).toEqual([]);
  }
});

// What a real browser measures of a page reaches the counters of the server that made it, under the page's route and the
// kind of device.
import type { APIRequestContext, Page } from "@playwright/test";
import { arrive, expect, metric, ready, signIn, alone as test } from "../support/floor";
import { openModel, withModel } from "../support/models";
import type { Server } from "../support/server";

/** How many pages of a route were measured in this. */
const counted = (request: APIRequestContext, server: Server, figure: string, route: string) =>
  metric(request, `browser_${figure}_seconds_count`, `route="${route}",device="desktop"`, server.adminUrl);

/** Waits until the page has drawn its largest content and by itself begun to measure. */
async function measured(page: Page) {
  await ready(page);
  const script = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).find((name) => name.endsWith("/vitals.js")));
  await expect.poll(script).toBeDefined();
  // The page's own: a module is evaluated once. As text, since what runs these tests rewrites imports.
  await page.evaluate(`import(${JSON.stringify(await script())}).then(() => undefined)`);
  await page.evaluate(() => new Promise<void>((resolve) => {
    new PerformanceObserver(() => resolve()).observe({ type: "largest-contentful-paint", buffered: true });
  }));
}

test("a page that is left tells how long its first card and its largest content took, by its route", async ({ page, request, server }) => {
  const order = await arrive(request);
  await signIn(page);
  await page.goto("/");
  await measured(page);
  const accepted = () => metric(request, "http_requests_total", 'route="/api/vitals",method="POST",status="204"', server.adminUrl);
  const board = ["largest_paint", "first_card", "first_byte"];
  const of = (route: string, figures: string[]) => Promise.all(figures.map((figure) => counted(request, server, figure, route)));
  const [before, told] = [await of("/", board), await accepted()];
  await page.goto(`/orders/${order.number}`);
  await expect.poll(accepted).toBeGreaterThan(told);
  await expect.poll(() => of("/", board)).toEqual(before.map((count) => count + 1));

  // An order's page is counted apart, whichever order it was, and what it is called is in no counter.
  const route = "/orders/{number}";
  expect(await of(route, ["largest_paint"])).toEqual([0]);
  await measured(page);
  await page.goto("/views");
  await expect.poll(() => of(route, ["largest_paint", "first_byte"])).toEqual([1, 1]);
  expect(await of("/", board)).toEqual(before.map((count) => count + 1));
  expect(await (await request.get(`${server.adminUrl}/metrics`)).text()).not.toContain(order.number);
});

test("a page that goes out of sight and comes back is told of once", async ({ page, request, server }) => {
  await signIn(page);
  await page.goto("/views");
  await measured(page);
  const turn = (state: string) => page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, state);
  const told: string[] = [];
  page.on("request", (asked) => void (asked.url().endsWith("/api/vitals") && told.push(asked.url())));
  const sent = page.waitForResponse((answer) => answer.url().endsWith("/api/vitals"));
  await turn("hidden");
  const answer = await sent;
  expect(answer.status()).toBe(204);
  const { path, device, timings } = answer.request().postDataJSON();
  expect({ path, device }).toEqual({ path: "/views", device: "desktop" });
  expect(timings.largest_paint).toBeGreaterThan(0);
  await turn("visible");
  await turn("hidden");
  expect(told).toHaveLength(1);
  expect(await counted(request, server, "largest_paint", "/views")).toBe(1);
});

/** What people hold in their hands, as a browser knows it. */
const devices = {
  desktop: { hasTouch: false, viewport: { width: 1280, height: 900 } },
  tablet: { hasTouch: true, viewport: { width: 820, height: 1180 } },
  phone: { hasTouch: true, viewport: { width: 412, height: 915 } },
};

/** How long the page is busy with a press, in milliseconds: long enough that every browser counts it. */
const BUSY = 120;

/** Presses the menu of a page that is slow to answer, and waits until the browser has measured it. */
async function pressSlowly(page: Page, touch: boolean) {
  await page.evaluate((busy) => addEventListener("click", () => {
    for (const end = performance.now() + busy; performance.now() < end;);
  }, { capture: true, once: true }), BUSY);
  const menu = page.locator("details.menu > summary");
  await (touch ? menu.tap() : menu.click());
  // Its own observer of presses began before this one, and hears of them no later.
  await page.evaluate((busy) => new Promise<void>((resolve) => {
    new PerformanceObserver((list) => {
      const all = list.getEntries() as (PerformanceEntry & { interactionId?: number })[];
      if (all.some(({ interactionId, duration }) => interactionId && duration >= busy)) resolve();
    }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  }), BUSY);
}

for (const [device, kind] of Object.entries(devices)) {
  test.describe(() => {
    test.use(kind);

    test(`how long a press and a model took is counted for a ${device}, and for no other device`, async ({ page, request, server }) => {
      const route = "/orders/{number}";
      const figures = ["interaction", "model_ready"];
      const read = (part: string, labels: string) =>
        Promise.all(figures.map((figure) => metric(request, `browser_${figure}_seconds_${part}`, labels, server.adminUrl)));
      await signIn(page);
      const order = await withModel(page, request);
      const begun = Date.now();
      await openModel(page, order);
      await measured(page);
      await pressSlowly(page, kind.hasTouch);
      expect(await read("count", ""), "a page that is open has not been told of").toEqual([0, 0]);
      await page.goto("/views");
      const mine = `route="${route}",device="${device}"`;
      await expect.poll(() => read("count", mine)).toEqual([1, 1]);
      expect(await read("count", `route="${route}"`)).toEqual([1, 1]);

      // In seconds, and neither less than the page was busy nor longer than all of it took.
      const all = (Date.now() - begun) / 1000;
      const [interaction, model] = await read("sum", mine);
      expect(interaction).toBeGreaterThanOrEqual(BUSY / 1000);
      for (const took of [interaction, model]) {
        expect(took).toBeGreaterThan(0);
        expect(took).toBeLessThan(all);
      }

      // Where nobody pressed anything and there is no model, nothing is made up.
      await measured(page);
      await page.goto("/");
      await expect.poll(() => metric(request, "browser_largest_paint_seconds_count", `route="/views"`, server.adminUrl)).toBe(1);
      expect(await read("count", `route="/views"`)).toEqual([0, 0]);
    });
  });
}

// What a hand is on stays where it is, whatever gets higher above it and however many hands there are; and a hand that has
// left holds nothing.
import type { APIRequestContext, Page } from "@playwright/test";
import { Order, approved, arrive, bench, card, expect, find, post, press, ready, signIn, statusOf, test } from "../support/floor";

const FREE = "#MANUFACTURING_APPROVED";

/** Opens a board, live, of so many free orders alone, the last to come on top. More of the kind can follow. */
async function several(page: Page, request: APIRequestContext, count: number) {
  const word = `т${Math.random().toString(36).slice(2, 8)}`;
  const next = () => arrive(request, { title: word });
  const orders: Order[] = [];
  while (orders.length < count) orders.unshift(await next());
  await page.goto(`/?q=${encodeURIComponent(word)}`);
  await ready(page);
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await expect(page.locator("html[data-whole]")).toBeAttached();
  await expect(page.locator(`${FREE} [data-order]`)).toHaveCount(count);
  await expect(page.locator(`${FREE} [data-order]`).first()).toHaveAttribute("data-order", orders[0].number);
  return { orders, next };
}

/** Where a card is, and how high. */
const box = (page: Page, order: Order) =>
  card(page, order).evaluate((item) => {
    const { top, height } = item.getBoundingClientRect();
    return { top, height };
  });

/** The shop tells more of an order, and its card gets higher, if it may. */
async function grow(page: Page, request: APIRequestContext, order: Order) {
  const { height } = await box(page, order);
  const title = `${order.title} кольцо с гравировкой по внутренней стороне`;
  const message = approved({ id: order.id, number: order.number, source_version: 2, title, material: "сплав ".repeat(10).trim() });
  expect((await post(request, message)).status()).toBe(200);
  await expect(card(page, order)).toContainText("гравировкой");
  expect((await box(page, order)).height, "it is higher now").toBeGreaterThan(height + 10);
}

/** Sees a card stay while something happens. */
async function stays(page: Page, order: Order, happens: () => Promise<unknown>) {
  const before = await box(page, order);
  await happens();
  expect(Math.abs((await box(page, order)).top - before.top), `${order.number} stays`).toBeLessThanOrEqual(1);
}

const scrolled = (page: Page) => page.locator(FREE).evaluate((column) => column.scrollTop);

for (const [what, count, at, size] of [
  ["a short column", 2, 1, [1280, 900]],
  ["a long column", 9, 2, [1280, 900]],
  ["a page that scrolls as a whole", 3, 1, [900, 500]],
] as const) {
  test(`a card that gets higher above my pointer moves nothing under it, in ${what}`, async ({ page, request }) => {
    await page.setViewportSize({ width: size[0], height: size[1] });
    await signIn(page);
    const { orders } = await several(page, request, count);
    await card(page, orders[at]).locator(".when").hover();
    const first = await box(page, orders[0]);
    await stays(page, orders[at], () => grow(page, request, orders[at - 1]));
    await stays(page, orders[at], () => grow(page, request, orders[at]));
    if (size[1] < 600) return;

    // When the hand has left, the column is at its top again, and no room is left at its end.
    await page.mouse.move(2, 2);
    await expect.poll(() => scrolled(page)).toBe(0);
    expect(Math.abs((await box(page, orders[0])).top - first.top)).toBeLessThanOrEqual(1);
    if (count < 3) expect(await page.locator(FREE).evaluate((it) => it.scrollHeight - it.clientHeight)).toBe(0);
  });
}

test("between the first card on the screen and my pointer, too", async ({ page, request }) => {
  await signIn(page);
  const { orders } = await several(page, request, 9);
  await page.locator(FREE).evaluate((column) => { column.scrollTop = 350; });
  await card(page, orders[4]).locator(".when").hover();
  await expect.poll(() => scrolled(page)).toBeGreaterThan(200);
  await stays(page, orders[4], () => grow(page, request, orders[3]));
  await stays(page, orders[4], () => grow(page, request, orders[0]));
  await page.mouse.move(2, 2);
});

test("a card that gets higher above my finger moves nothing under it", async ({ browser, request }) => {
  const page = await bench(browser, "operator2", { hasTouch: true });
  const { orders } = await several(page, request, 3);
  await card(page, orders[1]).locator(".when").tap();
  await stays(page, orders[1], () => grow(page, request, orders[0]));
  await page.context().close();
});

test("what got higher under my hand moves nothing when it gets lower and the hand is further down", async ({ page, request }) => {
  await signIn(page);
  const { orders } = await several(page, request, 2);
  const [above, below] = orders;
  await card(page, above).locator(".when").hover();
  await grow(page, request, above);
  await card(page, below).locator(".when").hover();
  await stays(page, below, async () => {
    const message = approved({ id: above.id, number: above.number, source_version: 3, title: above.title });
    expect((await post(request, message)).status()).toBe(200);
    await expect(card(page, above)).not.toContainText("гравировкой");
  });
});

test("the focus of the keys holds its column, also while the pointer rests on another one", async ({ page, request }) => {
  await signIn(page);
  const { orders, next } = await several(page, request, 2);
  for (const order of orders) {
    await page.keyboard.press("j");
    await expect(card(page, order)).toBeFocused();
  }
  await page.locator("#MANUFACTURING_STARTED").hover();
  await stays(page, orders[1], () => grow(page, request, orders[0]));
  await stays(page, orders[1], async () => {
    const order = await next();
    await expect(page.locator(`${FREE} [data-arrivals]`)).toBeVisible();
    await expect(card(page, order)).toHaveCount(0);
  });
  await expect(card(page, orders[1])).toBeFocused();
});

test("that an order of mine was cancelled is told at once, and moves nothing under my hand", async ({ page, request }) => {
  await signIn(page, "operator4");
  const mine = await arrive(request);
  await find(page, mine);
  await press(page, mine, "take");
  await expect.poll(() => statusOf(page, mine)).toBe("MANUFACTURING_STARTED");
  const { orders } = await several(page, request, 1);
  const strip = page.locator("[data-cancelled]");
  await expect(strip).toBeHidden();
  await card(page, orders[0]).locator(".when").hover();
  await stays(page, orders[0], async () => {
    const message = approved({ id: mine.id, number: mine.number, status: "CANCELLED", source_version: 9 });
    expect((await post(request, message)).status()).toBe(200);
    await expect(strip.locator(`[data-over="${mine.id}"]`)).toBeInViewport();
  });
  // When the hand has left, it takes room of its own, in the same place.
  const { top } = await box(page, orders[0]);
  const place = await strip.boundingBox();
  await page.mouse.move(640, 890);
  await expect.poll(async () => (await box(page, orders[0])).top).toBeGreaterThan(top + 20);
  expect(await strip.boundingBox()).toEqual(place);
  await strip.locator("[data-known]").first().click();
  await ready(page);
  await expect(strip).toBeHidden();
});

test("what waits for a hand is shown when it has done nothing for a minute", async ({ page, request }) => {
  await signIn(page);
  await page.clock.install();
  const { orders, next } = await several(page, request, 2);
  // The clock alone shows it, not a board that is read again.
  await page.route("**/api/board/compact", (route) => route.abort());
  await card(page, orders[1]).locator(".when").hover();
  const order = await next();
  const waits = page.locator(`${FREE} [data-arrivals]`);
  await expect(waits).toBeVisible();
  await page.clock.runFor(40_000);
  await expect(waits).toBeVisible();
  await expect(card(page, order)).toHaveCount(0);
  await page.clock.runFor(35_000);
  await expect(card(page, order)).toBeVisible();
  await expect(waits).toHaveCount(0);
});

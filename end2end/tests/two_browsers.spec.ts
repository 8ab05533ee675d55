import { arrive, bench, card, expect, find, held, press, ready, signIn, test } from "../support/floor";

test("a change at one bench is on the other screen without a reload", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const other = await bench(browser, "operator2");
  await page.goto("/");
  await ready(page);
  await other.goto("/");
  await ready(other);
  // Another page would not bear the mark.
  const both = [page, other];
  for (const screen of both) await screen.evaluate(() => { document.documentElement.dataset.same = "page"; });
  const order = await arrive(request);
  await expect(card(page, order)).toBeVisible();
  await expect(card(other, order)).toBeVisible();
  await press(page, order, "take");
  await expect(other.locator(`[data-column="MANUFACTURING_APPROVED"] [data-order="${order.number}"]`)).toHaveCount(0);
  // Of a long column only a part is in the page.
  await other.getByTestId("search").fill(order.number);
  await expect(other.locator(`[data-column="MANUFACTURING_STARTED"] [data-order="${order.number}"]`)).toBeVisible();
  for (const screen of both) await expect(screen.locator('html[data-same="page"]')).toBeAttached();
});

test("who has the pointer on a card that somebody takes reads there who has it now", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const other = await bench(browser, "operator2");
  const order = await arrive(request);
  await find(page, order);
  await find(other, order);
  await expect(other.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await card(other, order).hover();
  await press(page, order, "take");
  const moved = other.locator("#MANUFACTURING_APPROVED .card.moved");
  await expect(moved).toContainText(order.number);
  await expect(moved.locator(".person")).toBeVisible();
  await expect(moved.locator(".person")).toHaveText((await held(page.request, order))?.operator?.name ?? "nobody");
});

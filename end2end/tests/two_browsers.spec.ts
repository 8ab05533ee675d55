import { arrive, bench, card, expect, press, ready, signIn, test } from "../support/floor";

test("a change at one bench is on the other screen without a reload", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const other = await bench(browser, "operator2");
  await page.goto("/");
  await ready(page);
  await other.goto("/");
  await ready(other);
  const order = await arrive(request);
  await expect(card(page, order)).toBeVisible();
  await expect(card(other, order)).toBeVisible();
  await press(page, order, "take");
  await expect(other.locator(`[data-column="MANUFACTURING_APPROVED"] [data-order="${order.number}"]`)).toHaveCount(0);
});

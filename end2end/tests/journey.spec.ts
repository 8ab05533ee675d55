import { arrive, card, expect, find, press, signIn, statusOf, test } from "../support/floor";

test("an operator takes the newest order, makes, packs and ships it, and it leaves the board", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);

  await page.goto("/");
  const newest = page.locator('[data-column="MANUFACTURING_APPROVED"] [data-order]').first();
  await expect(newest).toBeVisible();

  await expect(await find(page, order)).toHaveAttribute("data-status", "MANUFACTURING_APPROVED");
  for (const [action, status] of [
    ["take", "MANUFACTURING_STARTED"],
    ["complete", "MANUFACTURING_COMPLETED"],
    ["pack", "PACKAGING"],
  ]) {
    await press(page, order, action);
    await expect(card(page, order)).toHaveAttribute("data-status", status);
    expect(await statusOf(page, order)).toBe(status);
  }
  await press(page, order, "ship");
  await expect.poll(() => statusOf(page, order)).toBeNull();
  await page.goto(`/?q=${order.number}`);
  await expect(card(page, order)).toHaveCount(0);

  await page.goto(`/orders/${order.number}`);
  await expect(page.locator("body")).toContainText("Отправлен");
});

test("the order page offers the next step and shows who did what", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request, { comment: "гравировка внутри: «19.09»" });
  await page.goto(`/orders/${order.number}`);
  await expect(page.getByText("гравировка внутри: «19.09»")).toBeVisible();
  await page.locator('[data-action="take"]').first().click();
  await expect(page.locator('[data-action="complete"]').first()).toBeVisible();
  await page.reload();
  await expect(page.locator(`[data-order="${order.number}"]`).first()).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

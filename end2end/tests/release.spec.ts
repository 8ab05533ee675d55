import { arrive, expect, find, press, ready, signIn, statusOf, test } from "../support/floor";

test("a taken order goes back to the pool with a reason, and the reason is on the record", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");

  await page.goto(`/orders/${order.number}`);
  await ready(page);
  const form = page.locator("form", { has: page.locator('[data-action="release"]') });
  await page.locator("summary", { hasText: /Вернуть в свободные/ }).first().click();
  await form.locator('[name="reason"]').fill("нет камня нужного размера");
  await form.locator('[data-action="release"]').click();
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_APPROVED");

  await page.goto(`/orders/${order.number}`);
  await expect(page.getByText("нет камня нужного размера")).toBeVisible();
});

test("a made piece goes back to the bench with a reason", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  await find(page, order);
  await press(page, order, "complete");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_COMPLETED");

  await page.goto(`/orders/${order.number}`);
  await ready(page);
  const form = page.locator("form", { has: page.locator('[data-action="rework"]') });
  await page.locator("summary", { hasText: /На доработку/ }).first().click();
  await form.locator('[name="reason"]').fill("пористость на шинке");
  await form.locator('[data-action="rework"]').click();
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
});

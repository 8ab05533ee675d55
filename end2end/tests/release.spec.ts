import { expect, find, press, signIn, statusOf, stepBack, taken, test } from "../support/floor";

test("a taken order goes back to the pool with a reason, and the reason is on the record", async ({ page, request }) => {
  await signIn(page);
  const order = await taken(page, request);
  const form = await stepBack(page, order, "release");
  await form.locator('[name="reason"]').fill("нет камня нужного размера");
  await form.locator('[data-action="release"]').click();
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_APPROVED");

  await page.goto(`/orders/${order.number}`);
  await expect(page.getByText("нет камня нужного размера")).toBeVisible();
});

test("a made piece goes back to the bench with a reason", async ({ page, request }) => {
  await signIn(page);
  const order = await taken(page, request);
  await find(page, order);
  await press(page, order, "complete");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_COMPLETED");

  const form = await stepBack(page, order, "rework");
  await form.locator('[name="reason"]').fill("пористость на шинке");
  await form.locator('[data-action="rework"]').click();
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
});

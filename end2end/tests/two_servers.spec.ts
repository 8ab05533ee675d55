import { arrive, card, expect, press, ready, signIn, test } from "../support/floor";

test("a change at one server is on the other server's board within a second", async ({ page, request }) => {
  const other = process.env.VERSTAK_URL_2;
  expect(other, "a second server runs").toBeTruthy();
  await signIn(page);
  const held = async (number: string) => {
    const answer = await page.request.get(`${other}/api/board?q=${number}`);
    return (await answer.json()).orders[0]?.status ?? null;
  };
  const order = await arrive(request);
  await expect.poll(() => held(order.number), { timeout: 1_000, intervals: [20] }).toBe("MANUFACTURING_APPROVED");

  await page.goto(`/?q=${order.number}`);
  await ready(page);
  const taken = page.waitForResponse("**/api/take");
  await press(page, order, "take");
  await taken;
  await expect.poll(() => held(order.number), { timeout: 1_000, intervals: [20] }).toBe("MANUFACTURING_STARTED");

  await page.goto(`${other}/?q=${order.number}`);
  await ready(page);
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  await press(page, order, "complete");
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_COMPLETED");
  await page.goto(`/orders/${order.number}`);
  await expect(page.locator(`[data-order="${order.number}"]`).first()).toHaveAttribute("data-status", "MANUFACTURING_COMPLETED");
});

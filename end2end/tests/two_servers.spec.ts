import { arrive, card, expect, press, ready, signIn, test, url } from "../support/floor";

test("a change at one server is on the other server's board within a second", async ({ page, request }) => {
  const other = process.env.VERSTAK_URL_2 ?? "";
  expect(other, "a second server runs").toBeTruthy();
  await signIn(page);
  const order = await arrive(request);
  // From the answer of the server that was asked to what the other one's board says.
  const within = async (server: string, status: string) => {
    const held = async () => {
      const answer = await page.request.get(`${server}/api/board?q=${order.number}`);
      return (await answer.json()).orders[0]?.status ?? null;
    };
    await expect.poll(held, { timeout: 1_000, intervals: [20] }).toBe(status);
  };
  await within(other, "MANUFACTURING_APPROVED");

  await page.goto(`/?q=${order.number}`);
  await ready(page);
  const taken = page.waitForResponse("**/api/take");
  await press(page, order, "take");
  await taken;
  await within(other, "MANUFACTURING_STARTED");

  await page.goto(`${other}/?q=${order.number}`);
  await ready(page);
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  const completed = page.waitForResponse("**/api/complete");
  await press(page, order, "complete");
  await completed;
  await within(url, "MANUFACTURING_COMPLETED");
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_COMPLETED");
  await page.goto(`/orders/${order.number}`);
  await expect(page.locator(`[data-order="${order.number}"]`).first()).toHaveAttribute("data-status", "MANUFACTURING_COMPLETED");
});

import { arrive, bench, card, expect, find, press, signIn, statusOf, test } from "../support/floor";

test("of two operators who take one order, one gets a receipt and the other learns who won", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const second = await bench(browser, "operator2");
  const order = await arrive(request);
  // Both pages show the order as free before either presses; the live stream of the loser is cut, so that the
  // press really is made on an outdated card.
  await second.route("**/live**", (route) => route.abort());
  await find(page, order);
  await find(second, order);

  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  await press(second, order, "take");

  await expect(second.getByRole("alert").or(second.getByRole("status")).filter({ hasText: /Не успели/ }).first()).toBeVisible();
  const winner = await (await page.request.get(`/api/board?q=${order.number}`)).json();
  expect(winner.orders[0].operator.login).toBe("operator1");
  await expect(second.locator("body")).toContainText(winner.orders[0].operator.name);
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

// An order that nobody takes: a supervisor puts a bonus on it, and whoever is at a bench sees it where the eye is.
import { approved, bench, card, elsewhere, expect, find, post, press, ready, scripted, signIn, statusOf, test } from "../support/floor";

const DAY = 86_400_000;

/** Longer ago than any other order here came, and than one of this kind before: the three oldest stand above the board. */
function longAgo(): string {
  const now = Date.now();
  return new Date(now - (now % DAY) - 300 * DAY - (now % DAY)).toISOString();
}

test("a supervisor's bonus on an order that was passed over stands above the board and on its card, and is paid", async ({ page, browser, request }) => {
  const message = { ...approved(), occurred_at: longAgo() };
  expect((await post(request, message)).status()).toBe(201);
  const { order } = message;
  await signIn(page, "supervisor1");
  const operator = await bench(browser, "operator1");
  const waits = (on: typeof page) => on.locator(`[data-neglected] [data-waits="${order.id}"]`);
  await operator.goto("/");
  await ready(operator);
  await expect(waits(operator)).toBeVisible();
  await expect(waits(operator).locator(".bonus")).toHaveCount(0);

  // From above the board to the order, and the amount into the form.
  await page.goto("/");
  await ready(page);
  await waits(page).locator("a").click();
  await page.waitForURL(`**/orders/${order.number}`);
  await ready(page);
  await page.locator("#amount").fill("321");
  await page.locator('[data-action="bonus"]').click();
  await expect(page.locator("section.bonus .hint b")).toContainText("321");
  await expect(page.locator("#amount")).toHaveValue(/^321([.,]00)?$/);

  // The operator's board tells it by itself; without scripts, as soon as it is opened again.
  if (!scripted()) await operator.reload();
  await expect(waits(operator).locator(".bonus")).toContainText("321");
  await operator.goto(`/orders/${order.number}`);
  await ready(operator);
  await expect(operator.locator('[data-action="bonus"]')).toHaveCount(0);
  const shown = await find(operator, order);
  await expect(shown.locator(".bonus")).toContainText("321");
  await expect(shown.locator(".money b"), "6,900 and the bonus").toContainText(/7\s?221/);
  await press(operator, order, "take");
  await expect.poll(() => statusOf(operator, order)).toBe("MANUFACTURING_STARTED");
  await find(operator, order);
  await expect(card(operator, order).locator(".money b")).toContainText(/7\s?221/);
  await operator.goto("/");
  await ready(operator);
  await expect(waits(operator)).toHaveCount(0);
  await operator.context().close();
  await elsewhere(request, "operator1", order, ["complete", "pack", "ship"]);
});

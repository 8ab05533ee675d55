import type { Page } from "@playwright/test";
import { Order, arrive, bench, card, elsewhere, expect, find, held, press, ready, signIn, statusOf, test } from "../support/floor";

/** How often the record of an order says that it was taken. */
async function takes(page: Page, order: Order): Promise<number> {
  await page.goto(`/orders/${order.number}`);
  return page.locator('[data-step="MANUFACTURING_STARTED"]').count();
}

test("of two operators who take one order, one gets a receipt and the other learns who won and what is free", async ({ page, browser, request }) => {
  await signIn(page, "operator1");
  const second = await bench(browser, "operator2");
  await arrive(request);
  const order = await arrive(request);
  await find(page, order);
  await find(second, order);
  // The second press is on its way when the first one is decided: whatever the page hears by then, it is too late.
  await second.route("**/api/take", async (route) => {
    await press(page, order, "take");
    await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
    await route.continue();
  });
  await press(second, order, "take");

  const told = second.locator(".told.bad").first();
  await expect(told).toContainText("Не успели");
  const winner = (await held(page.request, order))?.operator;
  expect(winner?.login).toBe("operator1");
  await expect(told).toContainText(winner?.name ?? "nobody");
  await expect(told.getByRole("link", { name: /Свободен/ })).toBeVisible();
  await expect(page.locator(".told.good").first()).toContainText(`${order.number} взят вами`);
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  expect(await takes(page, order)).toBe(1);
});

test("a double click takes an order once and tells of it once", async ({ page, request }) => {
  await signIn(page, "operator1");
  const order = await arrive(request);
  await find(page, order);
  await card(page, order).locator('[data-action="take"]').dblclick();
  // Where the card was, and where it is now.
  await expect(page.locator(".told.good").first()).toContainText(`${order.number} взят вами`);
  await expect(page.locator(".told.bad")).toHaveCount(0);
  expect(await statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  expect(await takes(page, order)).toBe(1);
});

test("a page that was left open takes nothing that has gone on since, and shows how the order stands", async ({ page, request }) => {
  await signIn(page, "operator2");
  const order = await arrive(request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await page.route("**/api/take", async (route) => {
    await elsewhere(request, "operator1", order, ["take", "complete"]);
    await route.continue();
  });
  await page.locator('[data-action="take"]').first().click();
  await expect(page.locator(".told.bad")).toContainText("Не успели");
  await expect(page.locator("main [data-order]").first()).toHaveAttribute("data-status", "MANUFACTURING_COMPLETED");
  await expect(page.locator('[data-action="take"]')).toHaveCount(0);
  expect(await takes(page, order)).toBe(1);
  expect((await held(page.request, order))?.operator?.login).toBe("operator1");
});

test("who takes an order that they took in another tab is told that they have it, not that somebody was faster", async ({ page, request }) => {
  await signIn(page, "operator1");
  const order = await arrive(request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await page.route("**/api/take", async (route) => {
    await elsewhere(request, "operator1", order, ["take"]);
    await route.continue();
  });
  await page.locator('[data-action="take"]').first().click();
  await expect(page.locator(".told")).toContainText(`Заказ ${order.number} уже у вас`);
  await expect(page.locator("main [data-order]").first()).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
});

// The shop cancels an order while somebody makes the piece.
import { approved, arrive, expect, find, post, press, ready, scripted, signIn, statusOf, test } from "../support/floor";
import { fits, scan } from "../support/look";

test("who makes a piece is told that its order was cancelled, and once they know it is told no more", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request, { title: "<script>alert(1)</script> Кольцо" });
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  const told = page.locator(`[data-over="${order.id}"]`);
  await expect(told).toHaveCount(0);

  const message = approved({ id: order.id, number: order.number, status: "CANCELLED", source_version: 9 });
  expect((await post(request, message)).status()).toBe(200);
  await expect(async () => {
    // With a script the page tells it by itself.
    if (!scripted()) await page.reload();
    await expect(told).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await expect(told).toContainText(order.number);
  for (const width of [360, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    await fits(page, `${width} px`);
  }
  if (scripted()) expect(await scan(page)).toEqual([]);

  await told.locator("[data-known]").click();
  await ready(page);
  await expect(told).toHaveCount(0);
  await page.reload();
  await ready(page);
  await expect(told).toHaveCount(0);
});

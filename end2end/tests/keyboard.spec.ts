import { arrive, card, expect, reach, ready, scripted, signIn, statusOf, steps, test, typeIn } from "../support/floor";

test("from the log-in to the parcel by Tab and Enter alone, and every control shows its focus", async ({ page, request }) => {
  await typeIn(page);
  const order = await arrive(request);
  await reach(page, page.getByTestId("search"));
  // Slower than a scanner, which opens the order at once, also from here.
  await page.keyboard.type(order.number, { delay: 100 });
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await ready(page);
  for (const [action, status] of steps) {
    const button = card(page, order).locator(`[data-action="${action}"]`);
    await reach(page, button);
    expect(await button.evaluate((b) => getComputedStyle(b).outlineStyle)).not.toBe("none");
    await page.keyboard.press("Enter");
    await expect.poll(() => statusOf(page, order)).toBe(status);
  }
});

test("single keys find, take, finish and open an order", async ({ page, request }) => {
  test.skip(!scripted(), "keys are the program's");
  await signIn(page);
  const order = await arrive(request);
  await page.keyboard.press("/");
  await expect(page.getByTestId("search")).toBeFocused();
  await page.keyboard.type(order.number, { delay: 100 });
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await ready(page);
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (const [key, status] of [
    ["t", "MANUFACTURING_STARTED"],
    ["d", "MANUFACTURING_COMPLETED"],
    ["d", "PACKAGING"],
  ]) {
    await page.keyboard.press("j");
    await expect(card(page, order)).toBeFocused();
    await page.keyboard.press(key);
    await expect.poll(() => statusOf(page, order)).toBe(status);
    await expect(card(page, order)).toHaveAttribute("data-status", status);
  }
  await page.keyboard.press("j");
  await expect(card(page, order)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/orders/${order.number}`);
});

test("a scanned number opens its order from anywhere", async ({ page, request }) => {
  test.skip(!scripted(), "a scanner without the program types into the search");
  await signIn(page);
  const order = await arrive(request);
  // A scanner's keys come within a few milliseconds, faster than the driver sends them one by one.
  await page.evaluate((number) => {
    for (const key of [...number, "Enter"]) {
      const code = key === "-" ? "Minus" : key === "Enter" ? "Enter" : /\d/.test(key) ? `Digit${key}` : `Key${key}`;
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
    }
  }, order.number);
  await page.waitForURL(`**/orders/${order.number}`);
});

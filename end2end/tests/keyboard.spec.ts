import { arrive, card, expect, ready, signIn, statusOf, test } from "../support/floor";

test("an order is found, taken and finished by the keyboard alone", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await page.keyboard.press("/");
  await expect(page.getByTestId("search")).toBeFocused();
  // Slower than a scanner, which opens the order at once, also from here.
  await page.keyboard.type(order.number, { delay: 120 });
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await ready(page);
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("j");
  await expect(card(page, order)).toBeFocused();
  await page.keyboard.press("t");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
});

test("every control of the board can be reached by Tab and shows its focus", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request);
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  const button = card(page, order).locator('[data-action="take"]');
  for (let presses = 0; presses < 60 && !(await button.evaluate((b) => b === document.activeElement)); presses += 1) {
    await page.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  expect(await button.evaluate((b) => getComputedStyle(b).outlineStyle)).not.toBe("none");
});

test("a scanned number opens its order from anywhere", async ({ page, request }) => {
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

import { arrive, card, expect, press, ready, scripted, signIn, statusOf, test } from "../support/floor";

test("a view is kept under a name, leads back to what it shows, and can be renamed and deleted", async ({ page }) => {
  await signIn(page, "operator2");
  const name = `Срочные ${Date.now().toString(36)} ${scripted() ? "s" : "p"}`;
  await page.locator('.filters [data-filter="rush"]').click();
  await page.waitForURL(/rush=1/);
  await page.locator("a.views").click();
  await page.waitForURL(/\/views\?rush=1/);
  await page.locator("#name").fill(name);
  await page.locator("form.keep button").click();

  const entry = page.locator(`[data-view="${name}"]`);
  await expect(entry).toBeVisible();
  await entry.locator("a.item").click();
  await page.waitForURL((at) => at.pathname === "/" && at.search === "?rush=1");
  await expect(page.locator('.filters [data-filter="rush"]')).toHaveAttribute("aria-current", "true");

  await page.goto("/views");
  await ready(page);
  await entry.locator("summary").click();
  await entry.locator('[name="name"]').fill(`${name} завтра`);
  await entry.locator('form[action="/api/rename_view"] button').click();
  const renamed = page.locator(`[data-view="${name} завтра"]`);
  await expect(renamed).toBeVisible();
  await expect(entry).toHaveCount(0);
  await renamed.locator("summary").click();
  await renamed.locator('form[action="/api/delete_view"] button').click();
  await expect(renamed).toHaveCount(0);
});

test("the board can be narrowed to what one operator has", async ({ page, request }) => {
  await signIn(page, "operator2");
  const [taken, free] = [await arrive(request), await arrive(request)];
  await page.goto(`/?q=${taken.number}`);
  await ready(page);
  await press(page, taken, "take");
  await expect.poll(() => statusOf(page, taken)).toBe("MANUFACTURING_STARTED");
  await page.goto("/views");
  await page.locator('[data-operator="operator2"]').click();
  await page.waitForURL(/operator=operator2/);
  await expect(card(page, taken)).toBeVisible();
  await expect(card(page, free)).toHaveCount(0);
});

import { expect, ready, scripted, signIn, test } from "../support/floor";

test("the board speaks English when asked to, keeps to it, and goes back", async ({ page }) => {
  await signIn(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.locator("details.menu > summary").click();
  // A control that needs the program is there only with it.
  await expect(page.locator("[data-keys]")).toBeVisible({ visible: scripted() });
  await page.locator('details.menu a[hreflang="en"]').click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  for (const [path, words] of [["/", "New"], ["/orders/T-0", "There is no order with this number"], ["/nowhere", "There is no such page"]]) {
    await page.goto(path);
    await ready(page);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.locator("main")).toContainText(words);
  }
  await page.goto("/");
  await ready(page);
  await page.locator("details.menu > summary").click();
  await page.locator('details.menu a[hreflang="ru"]').click();
  await expect(page.locator("[data-column]").first()).toContainText("Новые");
});

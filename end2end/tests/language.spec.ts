import { expect, ready, signIn, test } from "../support/floor";

test("the board speaks English when asked to, and keeps to it", async ({ page }) => {
  await signIn(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.locator("details.menu > summary").click();
  await page.locator('details.menu a[hreflang="en"]').click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.goto("/");
  await ready(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("[data-column]").first()).toContainText("New");
});

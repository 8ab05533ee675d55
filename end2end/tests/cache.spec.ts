import { arrive, expect, ready, scripted, signIn, test } from "../support/floor";
import { fits, scan } from "../support/look";

test("a supervisor compares the cache with the database and reads that nothing differs", async ({ page, request }) => {
  await arrive(request);
  await signIn(page, "supervisor1");
  await page.locator("details.menu summary").click();
  await page.locator("[data-cache]").click();
  await page.waitForURL(/\/cache$/);
  await ready(page);
  await expect(page.locator("main.watch dl")).toContainText("%");
  await page.locator("[data-compare]").click();
  await page.waitForURL(/\/cache\?compare=1/);
  await expect(page.locator("[data-differences]")).toHaveAttribute("data-differences", "0");
});

test("an operator is neither shown the way to the cache nor let in", async ({ page }) => {
  await signIn(page, "operator1");
  await expect(page.locator("[data-cache]")).toHaveCount(0);
  const answer = await page.goto("/cache");
  expect(answer?.status()).toBe(403);
});

for (const width of [360, 820, 1920]) {
  test(`at ${width} px the cache fits its screen`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await signIn(page, "supervisor1");
    await page.goto("/cache?compare=1");
    await ready(page);
    await fits(page);
  });
}

for (const theme of ["light", "dark"] as const) {
  test(`the cache has no serious accessibility findings in the ${theme} theme`, async ({ page }) => {
    test.skip(!scripted(), "axe is a script");
    await page.emulateMedia({ colorScheme: theme });
    await signIn(page, "supervisor1");
    await page.goto("/cache?compare=1");
    await ready(page);
    expect(await scan(page)).toEqual([]);
  });
}

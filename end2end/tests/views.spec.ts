import { arrive, card, elsewhere, expect, press, reach, ready, scripted, signIn, statusOf, test } from "../support/floor";
import { fits, scan } from "../support/look";

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

test("a board of one operator's orders says whose, and lets go of that by mouse and by keyboard, and of nothing else", async ({ page, request }) => {
  const word = `чьё${Date.now().toString(36)}`;
  const [taken, free] = [await arrive(request, { title: `Кольцо ${word}` }), await arrive(request, { title: `Серьга ${word}` })];
  await elsewhere(request, "operator2", taken, ["take"]);
  await signIn(page, "operator1");
  await page.goto(`/?operator=operator2&q=${word}&sort=due`);
  await ready(page);
  const whose = page.locator('.filters [data-filter="operator"]');
  const narrowed = async () => {
    await expect(whose).toHaveAttribute("aria-current", "true");
    await expect(card(page, taken)).toBeVisible();
    await expect(card(page, free)).toHaveCount(0);
  };
  const open = async () => {
    await page.waitForURL((at) => !at.searchParams.has("operator") && at.searchParams.get("q") === word && at.searchParams.get("sort") === "due");
    await expect(card(page, taken)).toBeVisible();
    await expect(card(page, free)).toBeVisible();
    await expect(page.locator('.filters [data-filter="operator"][aria-current]')).toHaveCount(0);
  };
  await narrowed();
  const name = await card(page, taken).locator(".person").innerText();
  await expect(whose).toContainText(name);
  await whose.click();
  await open();
  await page.goBack();
  await narrowed();
  if (scripted()) await expect(page.locator("html[data-whole]")).toBeAttached();
  // The mouse may have left the focus there, where only keys show it.
  await page.keyboard.press("Shift+Tab");
  await reach(page, whose);
  expect(await whose.evaluate((chip) => getComputedStyle(chip).outlineStyle)).not.toBe("none");
  await page.keyboard.press("Enter");
  await open();
  if (scripted()) {
    // It stays under the hand that took it off, as every other filter does.
    await expect(whose).toBeFocused();
    await page.keyboard.press("Enter");
    await narrowed();
    await expect(whose).toBeFocused();
    await page.keyboard.press("Enter");
    await open();
    await expect(whose).toBeFocused();
  }
});

test("a view of one operator's orders is kept, and a supervisor comes to one from the figures", async ({ page, request }) => {
  const order = await arrive(request);
  await elsewhere(request, "operator2", order, ["take"]);
  await signIn(page, "supervisor1");
  const row = page.locator('[data-table="people"] tr[data-login="operator2"]');
  await expect(async () => {
    await page.goto("/flow");
    await expect(row).toBeAttached({ timeout: 500 });
  }).toPass();
  const name = await row.locator("a").innerText();
  await row.locator("a").click();
  await page.waitForURL((at) => at.pathname === "/" && at.search === "?operator=operator2");
  await ready(page);
  const whose = page.locator('.filters [data-filter="operator"][aria-current="true"]');
  await expect(whose).toContainText(name);

  const kept = `Чьи ${Date.now().toString(36)} ${scripted() ? "s" : "p"}`;
  await page.locator("a.views").click();
  await page.locator("#name").fill(kept);
  await page.locator("form.keep button").click();
  const entry = page.locator(`[data-view="${kept}"]`);
  await entry.locator("a.item").click();
  await page.waitForURL((at) => at.pathname === "/" && at.search === "?operator=operator2");
  await ready(page);
  await expect(whose).toContainText(name);
  await page.goto("/views");
  await ready(page);
  await entry.locator("summary").click();
  await entry.locator('form[action="/api/delete_view"] button').click();
  await expect(entry).toHaveCount(0);
});

for (const width of [360, 1440, 1920]) {
  test(`at ${width} px a filter that a link brought is in sight, in both languages and themes`, async ({ page, request }, info) => {
    await page.setViewportSize({ width, height: 900 });
    const order = await arrive(request);
    await elsewhere(request, "operator2", order, ["take"]);
    for (const language of ["ru", "en"] as const) {
      await signIn(page, "operator1", language);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const [query, mark] of [["operator=operator2", '[data-filter="operator"]'], ["status=MANUFACTURING_STARTED", "h2 [data-stage]"]]) {
          await page.goto(`/?${query}`);
          await ready(page);
          await expect(page.locator(`${mark}[aria-current="true"]`)).toBeInViewport({ ratio: 1 });
          await fits(page, query);
          await page.screenshot({ path: info.outputPath(`${query.split("=")[0]}-${language}-${colorScheme}.png`) });
          if (scripted() && width === 360) expect(await scan(page), query).toEqual([]);
        }
      }
      await page.context().clearCookies();
    }
  });
}

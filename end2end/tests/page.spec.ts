import { arrive, elsewhere, expect, press, ready, scripted, signIn, test } from "../support/floor";
import { fits, scan } from "../support/look";

const long = "Очень длинное название ".repeat(8).trim();

for (const width of [360, 820, 1280, 1920]) {
  test(`at ${width} px every page fits its screen`, async ({ page, request }, info) => {
    await page.setViewportSize({ width, height: 900 });
    const look = async (path: string) => {
      await page.goto(path);
      await ready(page);
      const name = path.replaceAll(/\W+/g, "_");
      await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
      await fits(page, path);
    };
    await look("/login");
    await signIn(page);
    const order = await arrive(request, { title: long, material: "m".repeat(64), size: "s".repeat(64) });
    for (const path of ["/", `/?q=${order.number}`, "/?q=нет-такого", "/?status=PACKAGING", "/views?rush=1", `/orders/${order.number}`, "/orders/T-0", "/nowhere"]) {
      await look(path);
    }
  });
}

for (const theme of ["light", "dark"] as const) {
  test(`no page, open menu or refusal has serious accessibility findings in the ${theme} theme`, async ({ page, request }) => {
    test.skip(!scripted(), "axe is a script");
    test.setTimeout(400_000);
    await page.emulateMedia({ colorScheme: theme });
    await page.goto("/login");
    await page.locator('input[name="login"]').fill("nobody");
    await page.locator('input[name="password"]').fill("nothing");
    await page.locator('form[action^="/api/login"] button').click();
    await expect(page.getByRole("alert")).toBeVisible();
    expect(await scan(page), "a refused log-in").toEqual([]);

    await signIn(page);
    const order = await arrive(request, { comment: "с камнем клиента", priority: "rush", due_at: "2020-01-01T00:00:00Z" });
    for (const path of ["/", "/?q=нет-такого", "/views?rush=1", `/orders/${order.number}`, "/orders/T-0", "/nowhere"]) {
      await page.goto(path);
      await ready(page);
      expect(await scan(page), path).toEqual([]);
    }

    await page.goto(`/?q=${order.number}`);
    await ready(page);
    await page.locator("details.menu > summary").click();
    expect(await scan(page), "the menu").toEqual([]);
    await page.locator("[data-keys]").click();
    await expect(page.locator("dialog#keys")).toBeVisible();
    expect(await scan(page), "the keys").toEqual([]);
    await page.locator("dialog#keys button").click();

    await page.route("**/api/take", async (route) => {
      await elsewhere(request, "operator2", order, ["take"]);
      await route.continue();
    });
    await press(page, order, "take");
    await expect(page.locator(".told.bad").first()).toBeVisible();
    expect(await scan(page), "a lost take").toEqual([]);
  });
}

test("a page that its program has not reached has no serious accessibility findings either", async ({ page, request }) => {
  test.skip(!scripted(), "axe is a script");
  await signIn(page);
  const order = await arrive(request, { comment: "с камнем клиента" });
  // It is on its way and never comes.
  await page.route("**/pkg/*.js", () => {});
  for (const path of ["/", `/orders/${order.number}`]) {
    await page.goto(path, { waitUntil: "domcontentloaded" });
    await page.waitForFunction(() => document.styleSheets.length > 0);
    expect(await scan(page), path).toEqual([]);
    await expect(page.locator("html")).not.toHaveAttribute("data-hydrated");
  }
});

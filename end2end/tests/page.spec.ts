import AxeBuilder from "@axe-core/playwright";
import { arrive, expect, ready, scripted, signIn, test } from "../support/floor";

for (const width of [360, 820, 1280, 1920]) {
  test(`at ${width} px every page fits its screen`, async ({ page, request }, info) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/login");
    await page.screenshot({ path: info.outputPath("login.png") });
    await signIn(page);
    const order = await arrive(request, { title: "Очень длинное название ".repeat(8).trim() });
    for (const path of ["/", `/orders/${order.number}`, "/login"]) {
      await page.goto(path);
      if (path !== "/login") await ready(page);
      await page.screenshot({ path: info.outputPath(`${path.replaceAll("/", "_")}.png`), fullPage: true });
      if (scripted()) {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, path).toBeLessThanOrEqual(0);
      }
    }
  });
}

test("no page has serious accessibility findings or breaks its content security policy", async ({ page, request }) => {
  test.skip(!scripted(), "axe is a script");
  test.setTimeout(400_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto("/login");
  const scan = async () => (await new AxeBuilder({ page }).analyze()).violations.filter((v) => ["serious", "critical"].includes(v.impact ?? ""));
  expect(await scan()).toEqual([]);
  await signIn(page);
  const order = await arrive(request, { comment: "с камнем клиента", priority: "rush", due_at: "2020-01-01T00:00:00Z" });
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const path of ["/", `/orders/${order.number}`]) {
      await page.goto(path);
      await ready(page);
      expect(await scan(), `${path} ${theme}`).toEqual([]);
    }
  }
  expect(complaints).toEqual([]);
});

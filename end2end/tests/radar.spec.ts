import { randomUUID } from "node:crypto";
import { approved, expect, post, ready, scripted, signIn, test } from "../support/floor";
import { fits, scan } from "../support/look";
import { required } from "../support/server";

/** Publishes to RabbitMQ through its own HTTP interface, as no code of this project does. */
async function publish(body: string) {
  const { origin, username, password } = new URL(required("AMQP_API_URL"));
  const answer = await fetch(`${origin}/api/exchanges/%2f/orders/publish`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    body: JSON.stringify({
      properties: {}, routing_key: "order.status_changed", payload: body, payload_encoding: "string",
    }),
  });
  expect(await answer.json()).toEqual({ routed: true });
}

/** A message that no reader takes, with a word in it to find it by. */
function broken(word: string) {
  const message = approved({ quantity: 0, title: `</pre><script>document.title = 'bad'</script> ${word}` });
  return JSON.stringify(message);
}

test("a supervisor finds a message that could not be taken in, tries it again and puts it away", async ({ page }) => {
  const word = randomUUID();
  await publish(broken(word));
  await signIn(page, "supervisor1");
  await page.locator("details.menu > summary").click();
  await page.locator("a[data-radar]").click();
  await page.waitForURL(/\/radar$/);
  const letter = page.locator("[data-letter]", { hasText: word });
  await expect(async () => {
    await page.reload();
    await expect(letter).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await expect(letter).toContainText("Сообщение нарушает правила");
  await expect(letter.locator("code").first()).toHaveText("order.quantity");
  await letter.locator("summary").click();
  await expect(letter.locator("pre")).toBeVisible();
  await expect(page).toHaveTitle(/Радар сообщений/);

  await letter.locator('form[action="/api/replay"] button').click();
  await expect(page.getByRole("status").filter({ hasText: "Всё ещё негодные" })).toBeVisible();
  await expect(letter).toContainText("Повторяли: 1.");
  await letter.locator('form[action="/api/dismiss"] button').click();
  await expect(page.getByRole("status").filter({ hasText: "Убрано: 1." })).toBeVisible();
  await expect(page.locator("[data-letter]", { hasText: word })).toHaveCount(0);
});

test("an operator is told that the radar is for supervisors", async ({ page }) => {
  await signIn(page, "operator1");
  await page.locator("details.menu > summary").click();
  await expect(page.locator("a[data-radar]")).toHaveCount(0);
  const answer = await page.goto("/radar");
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Только для старших смены");
  await page.locator("main a[href='/']").click();
  await page.waitForURL((at) => at.pathname === "/");
});

for (const width of [360, 820, 1280, 1920]) {
  test(`the radar can be read at ${width} px, in both languages and themes`, async ({ page, request }, info) => {
    await page.setViewportSize({ width, height: 900 });
    await publish(broken("x".repeat(3_000)));
    await post(request, { ...approved(), order: { ...approved().order, status: "PRICE_CALCULATED" } });
    await post(request, { ...approved(), order: { ...approved().order, status: "SHIPPED" } });
    for (const language of ["ru", "en"] as const) {
      await signIn(page, "supervisor1", language);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await expect(async () => {
          await page.goto("/radar");
          await expect(page.locator("[data-letter]").first()).toBeAttached({ timeout: 500 });
        }).toPass();
        await ready(page);
        await page.locator("[data-letter] summary").first().click();
        await page.screenshot({ path: info.outputPath(`${language}-${theme}.png`), fullPage: true });
        await fits(page);
        if (scripted() && width === 360) expect(await scan(page)).toEqual([]);
      }
      await page.goto("/");
      await page.locator("details.menu > summary").click();
      await page.locator("[data-logout] button").click();
      await page.waitForURL(/\/login/);
    }
  });
}

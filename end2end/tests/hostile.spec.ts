import { arrive, expect, find, ready, signIn, statusOf, stepBack, take, test } from "../support/floor";

const script = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;

test("text that looks like a program stays text, wherever a person or a shop can put some", async ({ page, request }) => {
  await page.goto("/login");
  await page.locator('input[name="login"]').fill(script.slice(0, 64));
  await page.locator('input[name="password"]').fill(script);
  await page.locator('form[action^="/api/login"] button').click();
  await expect(page.getByRole("alert")).toBeVisible();

  await signIn(page);
  const order = await arrive(request, {
    title: script,
    material: "<b>gold</b>",
    size: "<i>17</i>",
    comment: `${script} ${"длинноесловобезпробелов".repeat(20)} שלום`,
  });
  await expect(await find(page, order)).toContainText("<script>");
  await take(page, order);

  const form = await stepBack(page, order, "release");
  await expect(page.locator("body")).toContainText("<b>gold</b>");
  await expect(page.locator("body")).toContainText("<i>17</i>");
  await form.locator('[name="reason"]').fill(script);
  await form.locator('[data-action="release"]').click();
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_APPROVED");
  await page.reload();
  await ready(page);
  await expect(page.locator(".reason")).toContainText(script);

  await page.goto(`/?q=${encodeURIComponent(script)}`);
  await ready(page);
  await expect(page.getByTestId("search")).toHaveValue(script);
  await page.goto(`/orders/${encodeURIComponent(script)}`);
  await ready(page);
  await expect(page.locator("main img, main script, .bar img")).toHaveCount(0);
  expect(await page.title()).not.toBe("owned");
});

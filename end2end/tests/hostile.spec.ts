import { arrive, expect, find, ready, signIn, test } from "../support/floor";

const script = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;

test("text that looks like a program stays text, on the board and on the order's page", async ({ page, request }) => {
  await signIn(page);
  const order = await arrive(request, {
    title: script,
    material: "<b>gold</b>",
    size: "<i>17</i>",
    comment: `${script} ${"длинноесловобезпробелов".repeat(20)} שלום`,
  });
  await expect(await find(page, order)).toContainText("<script>");
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(page.locator("body")).toContainText("<b>gold</b>");
  expect(await page.title()).not.toBe("owned");
});

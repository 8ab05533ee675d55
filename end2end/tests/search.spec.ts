import { arrive, expect, find, press, ready, signIn, statusOf, test } from "../support/floor";

test("a search finds an order by a word of its title, and can be shared as an address", async ({ page, request }) => {
  await signIn(page);
  const word = `слово${Date.now().toString(36)}`;
  const order = await arrive(request, { title: `Подвеска ${word}` });
  await arrive(request);
  await page.goto("/");
  await ready(page);
  await page.getByTestId("search").fill(word);
  await page.getByTestId("search").press("Enter");
  await page.waitForURL(/q=/);
  await expect(page.locator("[data-order]")).toHaveCount(1);
  await expect(page.locator(`[data-order="${order.number}"]`)).toBeVisible();

  await page.goto(page.url());
  await expect(page.locator("[data-order]")).toHaveCount(1);
});

test("a search that finds nothing says so in every column, and the way back is one press", async ({ page }) => {
  await signIn(page);
  await page.goto("/?q=такого-нет-нигде");
  await ready(page);
  await expect(page.locator("[data-order]")).toHaveCount(0);
  await expect(page.getByText("Здесь ничего не нашлось.")).toHaveCount(4);
  await page.locator('[data-filter="all"]').click();
  await expect(page.locator("[data-order]").first()).toBeVisible();
});

test("the quick filters narrow the board to my orders", async ({ page, request }) => {
  await signIn(page, "operator2");
  const [mine, order] = [await arrive(request), await arrive(request)];
  await find(page, mine);
  await press(page, mine, "take");
  await expect.poll(() => statusOf(page, mine)).toBe("MANUFACTURING_STARTED");
  await page.goto("/?mine=1");
  await ready(page);
  await expect(page.locator(`[data-order="${mine.number}"]`)).toBeVisible();
  await expect(page.locator('[data-column="MANUFACTURING_APPROVED"] [data-order]')).toHaveCount(0);
  await expect(page.locator(`[data-order="${order.number}"]`)).toHaveCount(0);
});

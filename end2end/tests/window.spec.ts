// The board of thousands of orders that every browser test runs on: few of its cards are in the page, and all of
// them can be reached.
import { Page } from "@playwright/test";
import { arrive, card, expect, find, press, ready, scripted, signIn, test } from "../support/floor";

const FREE = '[data-column="MANUFACTURING_APPROVED"]';

/** Waits until every order is in the browser's memory. */
async function whole(page: Page) {
  await expect(page.locator(".column .more")).toHaveCount(0);
}

const count = async (page: Page) => Number(await page.locator(FREE).getAttribute("data-count"));
const place = (page: Page) =>
  page.evaluate(() => Number(document.activeElement?.closest("[data-order]")?.getAttribute("aria-posinset")));

test("a page of thousands of orders holds few cards, wherever it is scrolled", async ({ page }) => {
  test.skip(!scripted(), "without a script there are pages");
  await signIn(page);
  await whole(page);
  expect(await count(page)).toBeGreaterThan(400);
  for (const [width, height, address] of [[1280, 900, "/"], [360, 740, "/"], [1920, 1080, "/"], [1920, 1080, "/?status=MANUFACTURING_APPROVED"]] as const) {
    await page.setViewportSize({ width, height });
    await page.goto(address);
    await ready(page);
    await whole(page);
    const column = page.locator(FREE);
    for (const part of [0, 0.5, 0.51, 1]) {
      await column.evaluate((it, to) => it.scrollTo(0, it.scrollHeight * to), part);
      // Whatever part of the column is on the screen, there are cards on it.
      await expect.poll(() => column.evaluate((it) => {
        const area = it.getBoundingClientRect();
        const at = document.elementFromPoint(area.left + area.width / 2, area.top + area.height / 2);
        return at?.closest("[data-order], .cards") !== null && [...it.querySelectorAll("[data-order]")].some((item) => {
          const place = item.getBoundingClientRect();
          return place.top < area.bottom && place.bottom > area.top;
        });
      })).toBe(true);
      expect(await page.locator("[data-order]").count()).toBeLessThanOrEqual(120);
      expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThanOrEqual(2_500);
    }
    await expect(async () => {
      await column.evaluate((it) => it.scrollTo(0, it.scrollHeight));
      const last = page.locator(`${FREE} [data-order][aria-posinset="${await count(page)}"]`);
      await expect(last).toBeInViewport({ timeout: 500 });
    }).toPass();
  }
});

test("the keys reach every order, and each says which it is of how many", async ({ page }) => {
  test.skip(!scripted(), "keys are a script");
  await signIn(page);
  await whole(page);
  const all = await count(page);
  await page.keyboard.press("j");
  await expect.poll(() => place(page)).toBe(1);
  await page.keyboard.press("End");
  await expect.poll(() => place(page)).toBe(all);
  await expect(page.locator(":focus")).toBeInViewport();
  await expect(page.locator(":focus")).toHaveAttribute("aria-setsize", String(all));
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => place(page)).toBe(all - 1);
  await page.keyboard.press("PageUp");
  await expect.poll(() => place(page)).toBeLessThan(all - 1);
  await page.keyboard.press("Home");
  await expect.poll(() => place(page)).toBe(1);
  for (let presses = 1; presses <= 40; presses += 1) await page.keyboard.press("ArrowDown");
  await expect.poll(() => place(page)).toBe(41);
  await expect(page.locator(":focus")).toBeInViewport();
});

test("the focused card stays in the page when the column is scrolled away from it", async ({ page }) => {
  test.skip(!scripted(), "without a script nothing leaves the page");
  await signIn(page);
  await whole(page);
  await page.keyboard.press("j");
  await expect.poll(() => place(page)).toBe(1);
  const number = await page.locator(":focus").getAttribute("data-order");
  await page.locator(FREE).evaluate((it) => it.scrollTo(0, it.scrollHeight / 2));
  await expect(page.locator(`${FREE} [data-order][aria-posinset="1"][data-aside]`)).toBeAttached();
  await expect(page.locator(":focus")).toHaveAttribute("data-order", number ?? "");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => place(page)).toBe(2);
  await expect(page.locator(":focus")).toBeInViewport();
});

test("what arrives above leaves the cards on the screen and the focus where they are, and is announced", async ({ page, request }) => {
  test.skip(!scripted(), "without a script nothing arrives");
  await signIn(page);
  await whole(page);
  const column = page.locator(FREE);
  await column.evaluate((it) => it.scrollTo(0, 3_000));
  await expect.poll(() => column.evaluate((it) => it.querySelectorAll("[data-order]")[0].getAttribute("aria-posinset"))).not.toBe("1");
  const seen = await column.evaluate((it) => {
    const top = it.getBoundingClientRect().top + 80;
    const item = [...it.querySelectorAll<HTMLElement>("[data-order]")].find((card) => card.getBoundingClientRect().top > top);
    item?.focus({ preventScroll: true });
    return { number: item?.dataset.order ?? "", top: item?.getBoundingClientRect().top ?? 0 };
  });
  const order = await arrive(request);
  await expect(column.locator("[data-arrivals]")).toBeVisible();
  const still = page.locator(`${FREE} [data-order="${seen.number}"]`);
  expect(Math.abs((await still.evaluate((it) => it.getBoundingClientRect().top)) - seen.top)).toBeLessThan(2);
  await expect(still).toBeFocused();
  await expect(page.locator('[role="status"]').filter({ hasText: /нов/ })).toBeAttached();
  await column.locator("[data-arrivals]").click();
  await expect(card(page, order)).toBeInViewport();
});

test("three quick moves while orders arrive are all kept", async ({ page, request }) => {
  test.skip(!scripted(), "one form after another is another test");
  await signIn(page);
  const order = await arrive(request);
  await find(page, order);
  const arriving = Array.from({ length: 6 }, () => arrive(request));
  for (const [action, status] of [["take", "MANUFACTURING_STARTED"], ["complete", "MANUFACTURING_COMPLETED"], ["pack", "PACKAGING"]]) {
    await press(page, order, action);
    await expect(card(page, order)).toHaveAttribute("data-status", status);
  }
  await Promise.all(arriving);
  await expect(card(page, order)).toHaveAttribute("data-status", "PACKAGING");
});

test("without a script every order of a column is reached page by page", async ({ page }) => {
  test.skip(scripted(), "with a script there are no pages");
  await signIn(page);
  await page.locator(`${FREE} .more a`).click();
  const all = Number(await page.locator(FREE).getAttribute("data-count"));
  const numbers = new Set<string>();
  for (let turned = 0; turned <= all; turned += 1) {
    for (const item of await page.locator("[data-order]").all()) numbers.add((await item.getAttribute("data-order")) ?? "");
    const next = page.locator(`${FREE} .more a`).filter({ hasText: "дальше" });
    if ((await next.count()) === 0) break;
    await next.click();
  }
  // Others take and bring orders meanwhile.
  expect(Math.abs(numbers.size - all)).toBeLessThan(20);
});

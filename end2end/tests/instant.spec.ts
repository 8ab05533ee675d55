// Search, order and filters answer in place: at once, in the address, and back again.
import type { Page } from "@playwright/test";
import { arrive, card, expect, ready, signIn, test } from "../support/floor";

const FOUND = "#MANUFACTURING_APPROVED [data-order]";

/** Opens a board, whole, and marks its page: another one would not bear the mark. */
async function open(page: Page, address: string) {
  await page.goto(address);
  await ready(page);
  await expect(page.locator("html[data-whole]")).toBeAttached();
  await page.evaluate(() => { document.documentElement.dataset.same = "page"; });
}

const isSamePage = (page: Page) => expect(page.locator('html[data-same="page"]')).toBeAttached();

/** Which orders are found, from the top. */
const found = (page: Page) => page.locator(FOUND).evaluateAll((cards) => cards.map((item) => item.getAttribute("data-order")));

const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test("a search narrows the board with each key, without Enter, and stands in the address", async ({ page, request }) => {
  await signIn(page);
  const word = `q${Date.now().toString(36)}`;
  const order = await arrive(request, { title: `Подвеска ${word}` });
  const another = await arrive(request);
  await open(page, "/");
  await expect(card(page, another)).toBeVisible();
  const search = page.getByTestId("search");
  await search.pressSequentially(word);
  await expect(page.locator("[data-order]")).toHaveCount(1);
  await expect(card(page, order)).toBeVisible();
  await expect.poll(() => query(page)).toEqual({ q: word });
  await search.press("x");
  await expect(page.locator("[data-order]")).toHaveCount(0);
  await expect.poll(() => query(page)).toEqual({ q: `${word}x` });
  await search.press("Backspace");
  await expect(card(page, order)).toBeVisible();
  await search.clear();
  await expect(card(page, another)).toBeVisible();
  await expect.poll(() => query(page)).toEqual({});
  await isSamePage(page);
});

test("a press on an order of cards sorts them and is in the address, and Back returns what was there before", async ({ page, request }) => {
  await signIn(page);
  const word = `q${Date.now().toString(36)}`;
  const pays = (amount: string) => ({ title: `Кольцо ${word}`, operator_pay: { amount, currency: "RUB" } });
  const dear = (await arrive(request, pays("9000.00"))).number;
  const late = (await arrive(request, pays("1000.00"))).number;
  await open(page, `/?q=${word}`);
  await expect.poll(() => found(page)).toEqual([late, dear]);

  const sorts = page.locator("details.sorts");
  await sorts.locator("summary").click();
  await sorts.locator('[data-sort="pay"]').click();
  await expect.poll(() => found(page)).toEqual([dear, late]);
  await expect.poll(() => query(page)).toEqual({ q: word, sort: "pay" });
  await expect(sorts.locator('[data-sort="pay"]')).toHaveAttribute("aria-current", "true");

  await page.locator('[data-filter="rush"]').click();
  await expect(page.locator("[data-order]")).toHaveCount(0);
  await expect.poll(() => query(page)).toEqual({ q: word, sort: "pay", rush: "1" });
  // Typing does not fill the history: one step back is the step before the filter.
  await page.getByTestId("search").press("End");
  await page.getByTestId("search").pressSequentially("xyz");
  await expect.poll(() => query(page)).toEqual({ q: `${word}xyz`, sort: "pay", rush: "1" });

  await page.goBack();
  await expect.poll(() => found(page)).toEqual([dear, late]);
  await expect(page.getByTestId("search")).toHaveValue(word);
  expect(query(page)).toEqual({ q: word, sort: "pay" });
  await page.goBack();
  await expect.poll(() => found(page)).toEqual([late, dear]);
  expect(query(page)).toEqual({ q: word });
  await page.goForward();
  await expect.poll(() => found(page)).toEqual([dear, late]);
  await isSamePage(page);
});

/** Presses Enter in the search, and waits until the page has made up its mind: an address that is left is not `here`. */
async function enter(page: Page) {
  await page.evaluate(() => {
    const { dataset } = document.documentElement;
    delete dataset.entered;
    addEventListener("submit", (event) => { dataset.entered = event.defaultPrevented ? "here" : "away"; }, { once: true });
  });
  await page.getByTestId("search").press("Enter");
  await expect(page.locator('html[data-entered="here"]')).toBeAttached();
  await expect(page.getByTestId("search"), "the keys are the cards' again").not.toBeFocused();
}

test("Enter in the search and the other language keep the filters as they are, not as they were when the page came", async ({ page, request }) => {
  await signIn(page);
  const word = `q${Date.now().toString(36)}`;
  const calm = (await arrive(request, { title: `Кольцо ${word}` })).number;
  const rush = (await arrive(request, { title: `Кольцо ${word}`, priority: "rush" })).number;
  const filter = page.locator('[data-filter="rush"]');

  await open(page, "/");
  await filter.click();
  await expect.poll(() => query(page)).toEqual({ rush: "1" });
  await page.getByTestId("search").fill(word);
  await enter(page);
  await expect.poll(() => found(page)).toEqual([rush]);
  await expect.poll(() => query(page)).toEqual({ q: word, rush: "1" });
  await isSamePage(page);

  await open(page, "/?rush=1");
  await filter.click();
  await expect.poll(() => query(page)).toEqual({});
  await page.getByTestId("search").fill(word);
  await enter(page);
  await expect.poll(() => found(page)).toEqual([rush, calm]);
  await expect.poll(() => query(page)).toEqual({ q: word });
  await isSamePage(page);

  await page.locator("details.menu > summary").click();
  await page.locator('details.menu a[hreflang="en"]').click();
  await expect(page.locator('html[lang="en"]')).toBeAttached();
  expect(query(page)).toEqual({ q: word });
  await expect.poll(() => found(page)).toEqual([rush, calm]);
});

test("before the whole board is here, Enter asks for the view that the page shows, not for the one it came with", async ({ page, request }) => {
  await signIn(page);
  const word = `q${Date.now().toString(36)}`;
  const rush = (await arrive(request, { title: `Кольцо ${word}`, priority: "rush" })).number;
  await arrive(request, { title: `Кольцо ${word}` });
  await open(page, "/?rush=1");
  await page.locator('[data-filter="all"]').click();
  await expect.poll(() => query(page)).toEqual({});
  await page.route("**/api/board/compact", (route) => route.abort());
  await page.reload();
  await ready(page);
  await page.goBack();
  await expect.poll(() => query(page)).toEqual({ rush: "1" });
  await page.getByTestId("search").fill(word);
  await page.getByTestId("search").press("Enter");
  await expect.poll(() => found(page)).toEqual([rush]);
  expect(query(page)).toEqual({ q: word, rush: "1" });
});

test("N leads to the newest order, whichever way they are sorted", async ({ page, request }) => {
  await signIn(page);
  const word = `q${Date.now().toString(36)}`;
  const pays = (amount: string) => ({ title: `Кольцо ${word}`, operator_pay: { amount, currency: "RUB" } });
  const dear = await arrive(request, pays("9000.00"));
  const late = await arrive(request, pays("1000.00"));
  await open(page, `/?q=${word}&sort=pay`);
  await expect.poll(() => found(page)).toEqual([dear.number, late.number]);
  await page.keyboard.press("n");
  await expect(card(page, late)).toBeFocused();
});

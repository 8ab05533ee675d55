import { Page } from "@playwright/test";
import { arrive, bench, card, expect, ready, scripted, signIn, test } from "../support/floor";

// What is new is each person's own, and other journeys look at the board, too: these are nobody else's people.
const person = () => (scripted() ? "admin" : "supervisor1");

// They share one person, whose look at the board is what they are about: one after the other.
test.describe.configure({ mode: "default" });

/** A board that filters is not a look at it, so nothing is seen while the test goes on. */
const NARROWED = "/?rush=1";
const fresh = (page: Page, number: string) => page.locator(`.card.new[data-order="${number}"]`);
const seenAll = (page: Page) => page.locator("form[data-seen] button");

test("an order that arrives is marked in a word and counted, until I say that I have seen it", async ({ page, request }) => {
  await signIn(page, person());
  const order = await arrive(request, { priority: "rush" });
  await page.goto(NARROWED);
  await ready(page);
  await expect(fresh(page, order.number).getByRole("img", { name: "новый для вас" })).toBeVisible();
  await expect(page).toHaveTitle(/^\(\d+\) Верстак$/);
  await page.locator('.filters [data-filter="new"]').click();
  await page.waitForURL(/new=1/);
  await expect(card(page, order)).toBeVisible();
  const asked = await (await page.request.get("/api/board?new=1&rush=1")).json();
  expect(asked.orders.map((held: { number: string }) => held.number)).toContain(order.number);

  await page.goto(NARROWED);
  await ready(page);
  await seenAll(page).click();
  await expect(fresh(page, order.number)).toHaveCount(0);
  await expect(card(page, order)).toBeVisible();
  await page.goto("/?rush=1&new=1");
  await expect(card(page, order)).toHaveCount(0);
});

test("what I have seen on one device is not new on the other", async ({ page, browser, request }) => {
  test.skip(!scripted(), "an open page learns of it by a script");
  await signIn(page, person());
  const tablet = await bench(browser, person());
  await page.goto(NARROWED);
  await tablet.goto(NARROWED);
  await Promise.all([ready(page), ready(tablet)]);
  // Beside the cards: over them the line of news would wait for the hand.
  await page.mouse.move(2, 2);
  const order = await arrive(request, { priority: "rush" });
  await expect(fresh(page, order.number)).toBeVisible();
  await expect(fresh(tablet, order.number)).toBeVisible();
  await seenAll(page).click();
  await expect(fresh(page, order.number)).toHaveCount(0);
  await expect(fresh(tablet, order.number)).toHaveCount(0, { timeout: 60_000 });
  await tablet.reload();
  await ready(tablet);
  await expect(card(tablet, order)).toBeVisible();
  await expect(fresh(tablet, order.number)).toHaveCount(0);
});

test("the line of what is new does not push cards from under a hand, and comes when the hand has left", async ({ page, request }) => {
  test.skip(!scripted(), "without a script nothing comes by itself");
  await signIn(page, person());
  const rested = await arrive(request, { priority: "rush" });
  await page.goto(NARROWED);
  await ready(page);
  await seenAll(page).click();
  const line = page.locator("[data-news]");
  await expect(line).toBeHidden();
  await card(page, rested).hover();
  const before = await card(page, rested).boundingBox();
  await arrive(request, { priority: "rush" });
  await expect(page).toHaveTitle(/^\(\d+\)/);
  await expect(line).toBeHidden();
  expect(await card(page, rested).boundingBox()).toEqual(before);
  await page.mouse.move(2, 2);
  await expect(line).toBeVisible({ timeout: 10_000 });
});

test("a look at the whole board takes the marks off, also on the server", async ({ page, request }) => {
  test.skip(!scripted(), "without a script nobody knows where I look");
  await signIn(page, person());
  const order = await arrive(request);
  await expect(card(page, order)).toBeVisible();
  const isNew = async () => {
    const board = await (await page.request.get(`/api/board?new=1&q=${order.number}`)).json();
    return board.orders.length;
  };
  expect(await isNew()).toBe(1);
  await page.mouse.move(5, 5);
  await expect(fresh(page, order.number)).toHaveCount(0, { timeout: 60_000 });
  await expect.poll(isNew).toBe(0);
});

test("N leads to what is new, and the tab rings only when it was told to", async ({ page, request }) => {
  test.skip(!scripted(), "keys and sounds are scripts");
  await signIn(page, person());
  await page.goto(NARROWED);
  await ready(page);
  const first = await arrive(request, { priority: "rush" });
  await expect(fresh(page, first.number)).toBeVisible();
  await page.keyboard.press("n");
  await expect(page.locator("#MANUFACTURING_APPROVED .card.new:focus")).toBeVisible();
  await expect(page.locator("html")).not.toHaveAttribute("data-rang");

  await page.locator("details.menu > summary").click();
  await page.locator("[data-sound]").check();
  await expect(page.locator("html")).toHaveAttribute("data-rang");
  const before = await page.locator("html").getAttribute("data-rang");
  await page.locator("details.menu > summary").click();
  const second = await arrive(request, { priority: "rush" });
  await expect(fresh(page, second.number)).toBeVisible();
  await expect.poll(() => page.locator("html").getAttribute("data-rang")).not.toBe(before);
});

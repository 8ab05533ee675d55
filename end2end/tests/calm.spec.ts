// What others do moves no card from under a hand, and is shown without motion to those who asked for that.
import type { APIRequestContext, Page } from "@playwright/test";
import { arrive, bench, card, expect, find, press, ready, signIn, test } from "../support/floor";

const MOVED = "#MANUFACTURING_APPROVED .card.moved";

/** Opens a board, live, that shows two free orders alone, one above the other. */
async function pair(page: Page, request: APIRequestContext) {
  const word = `тихо${Math.random().toString(36).slice(2)}`;
  const below = await arrive(request, { title: `Кольцо ${word}` });
  const above = await arrive(request, { title: `Кольцо ${word}` });
  await page.goto(`/?q=${encodeURIComponent(word)}`);
  await ready(page);
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await expect(page.locator("#MANUFACTURING_APPROVED [data-order]").first()).toHaveAttribute("data-order", above.number);
  return { above, below };
}

const box = (page: Page, selector: string) =>
  page.locator(selector).first().evaluate((item) => {
    const { top, left, width, height } = item.getBoundingClientRect();
    return { top, left, width, height };
  });

for (const density of ["bench", "desk"]) {
  test(`when somebody else takes the card above, the one under my pointer stays where it is (${density})`, async ({ page, browser, request, baseURL }) => {
    await page.context().addCookies([{ name: "density", value: density, url: baseURL ?? "" }]);
    await signIn(page, "operator1");
    const other = await bench(browser, "operator2");
    const { above, below } = await pair(page, request);
    await find(other, above);
    await card(page, below).hover();
    const mine = `[data-order="${below.number}"]`;
    const before = await box(page, mine);
    const room = await box(page, `[data-order="${above.number}"]`);
    await press(other, above, "take");

    // It says where it went, and no longer answers to its number: it is found by what it says.
    await expect(page.locator(MOVED)).toContainText(above.number);
    await expect(page.locator(`${MOVED} [data-action="take"]`)).toHaveCount(0);
    const after = await box(page, mine);
    for (const side of ["top", "left", "width", "height"] as const) {
      expect(Math.abs(after[side] - before[side]), `its ${side}`).toBeLessThanOrEqual(0.5);
    }
    expect(Math.abs((await box(page, MOVED)).height - room.height)).toBeLessThanOrEqual(0.5);

    // When the hand has left, the card closes up and nothing of the room that was kept remains.
    await page.mouse.move(2, 2);
    await expect(page.locator(MOVED)).toHaveCount(0);
    await expect.poll(async () => (await box(page, mine)).top).toBeLessThan(before.top - 20);
    expect(await page.locator(".card").evaluateAll((cards) => cards.filter((item) => item.style.minBlockSize !== "").length)).toBe(0);
  });
}

test("my own take moves the cards below by no more than its receipt needs", async ({ page, request }) => {
  await signIn(page, "operator1");
  const { above, below } = await pair(page, request);
  const mine = `[data-order="${below.number}"]`;
  const before = await box(page, mine);
  await press(page, above, "take");
  await expect(page.locator(`${MOVED} .told`)).toContainText(above.number);
  expect(Math.abs((await box(page, mine)).top - before.top)).toBeLessThan(20);
});

/** Watches everything that moves by itself on a page. */
async function watchMotion(page: Page) {
  await page.evaluate(() => {
    const seen = Object.assign(window, { verstakMotion: 0, verstakFrames: 0 });
    for (const kind of ["transitionrun", "animationstart"]) addEventListener(kind, () => { seen.verstakMotion += 1; }, true);
    const frame = () => {
      seen.verstakMotion += document.getAnimations().length;
      seen.verstakFrames += 1;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const told = () => page.evaluate(() => {
    const { verstakMotion: motion, verstakFrames: frames } = window as unknown as Record<string, number>;
    return { motion, frames };
  });
  return { told, forget: () => page.evaluate(() => { Object.assign(window, { verstakMotion: 0, verstakFrames: 0 }); }) };
}

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  const what = reducedMotion === "reduce" ? "who asked for less motion sees none" : "others see a short one";
  test(`when a card changes, ${what}`, async ({ page, browser, request }) => {
    await page.emulateMedia({ reducedMotion });
    await signIn(page, "operator1");
    const other = await bench(browser, "operator2");
    const { above, below } = await pair(page, request);
    await find(other, above);
    await card(page, below).hover();
    const { told, forget } = await watchMotion(page);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await forget();
    await press(other, above, "take");
    await expect(page.locator(MOVED)).toContainText(above.number);
    const { frames } = await told();
    await expect.poll(async () => (await told()).frames).toBeGreaterThan(frames + 10);
    const { motion } = await told();
    if (reducedMotion === "reduce") expect(motion).toBe(0);
    else expect(motion).toBeGreaterThan(0);
  });
}

// The board of hundreds of orders that every browser test runs on: few of its cards are in the page, and all of them
// can be reached, by hand, by key, by ear and without a script.
import type { Page } from "@playwright/test";
import { approved, arrive, card, expect, post, ready, scripted, signIn, test } from "../support/floor";

const FREE = '[data-column="MANUFACTURING_APPROVED"]';

/** Waits until every order is in the browser's memory. */
async function whole(page: Page) {
  await expect(page.locator("html[data-whole]")).toBeAttached();
  await expect(page.locator(".column .more")).toHaveCount(0);
}

/** Opens a board, whole and live, with no hand on it. */
async function open(page: Page, address = "/") {
  await page.goto(address);
  await ready(page);
  await whole(page);
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  await page.mouse.move(2, 2);
}

const count = async (page: Page) => Number(await page.locator(FREE).getAttribute("data-count"));

/** Which card of its column has the focus. */
const place = (page: Page) =>
  page.evaluate(() => Number(document.activeElement?.closest("[data-order]")?.getAttribute("aria-posinset")));

/** Nodes of any kind, elements and cards that the page holds. */
const weigh = (page: Page) =>
  page.evaluate(() => {
    let nodes = 0;
    for (const walker = document.createTreeWalker(document); walker.nextNode(); ) nodes += 1;
    return { nodes, elements: document.querySelectorAll("*").length, cards: document.querySelectorAll(".card").length };
  });

/** Watches every frame of a column for one in which none of its cards is on the screen. */
async function watch(page: Page) {
  await page.locator(FREE).evaluate((column) => {
    const seen = Object.assign(window, { verstakFrames: 0, verstakEmpty: 0 });
    const look = () => {
      const area = column.getBoundingClientRect();
      const bottom = Math.min(area.bottom, innerHeight);
      const shown = [...column.querySelectorAll(".card")].some((card) => {
        const { top, bottom: end } = card.getBoundingClientRect();
        return end > area.top && top < bottom;
      });
      seen.verstakFrames += 1;
      if (!shown) seen.verstakEmpty += 1;
    };
    // What a frame has painted is looked at right after it.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = look;
    const frame = () => {
      port2.postMessage(0);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return () => page.evaluate(() => {
    const { verstakFrames: frames, verstakEmpty: empty } = window as unknown as Record<string, number>;
    return { frames, empty };
  });
}

const screens = [
  [1280, 900, "bench", "/"],
  [360, 740, "bench", "/"],
  [820, 1180, "bench", "/"],
  [1920, 1080, "bench", "/"],
  [1920, 1080, "desk", "/"],
  [1920, 1080, "bench", "/?status=MANUFACTURING_APPROVED"],
  [1920, 1080, "desk", "/?status=MANUFACTURING_APPROVED"],
  [820, 1180, "bench", "/?status=MANUFACTURING_APPROVED"],
  [740, 360, "bench", "/"],
  [2560, 1440, "bench", "/"],
  [2560, 1440, "desk", "/?status=MANUFACTURING_APPROVED"],
  [3840, 2160, "bench", "/"],
  [3840, 2160, "desk", "/"],
  [3840, 2160, "bench", "/?status=MANUFACTURING_APPROVED"],
  [3840, 2160, "desk", "/?status=MANUFACTURING_APPROVED"],
  // On end, and a screen zoomed out as far as it goes.
  [1440, 2560, "desk", "/"],
  [7680, 4320, "desk", "/"],
] as const;

for (const [width, height, density, address] of screens) {
  test(`at ${width} by ${height}, ${density}, ${address} holds few cards and nodes, wherever it is scrolled`, async ({ page, baseURL }) => {
    test.skip(!scripted(), "without a script there are pages");
    await page.setViewportSize({ width, height });
    await page.context().addCookies([{ name: "density", value: density, url: baseURL ?? "" }]);
    await signIn(page);
    await open(page, address);
    expect(await count(page)).toBeGreaterThan(150);
    const column = page.locator(FREE);
    // On low screens the page scrolls, not the column, and another column may be longer.
    const scroll = (part: number) => column.evaluate((it, part) => {
      if (it.scrollHeight > it.clientHeight) it.scrollTo(0, it.scrollHeight * part);
      else scrollTo(0, scrollY + it.getBoundingClientRect().top + (it.scrollHeight - innerHeight) * part);
    }, part);
    for (const part of [0, 0.5, 0.51, 0.1, 1]) {
      await scroll(part);
      // Whatever part of the column is on the screen, there is a card in its middle, or the gap between two.
      await expect.poll(() => column.evaluate((it) => {
        const area = it.getBoundingClientRect();
        const [top, bottom] = [Math.max(0, area.top), Math.min(area.bottom, innerHeight)];
        return [...it.querySelectorAll(".card")].some((item) => {
          const place = item.getBoundingClientRect();
          return place.top - 16 <= (top + bottom) / 2 && place.bottom + 16 >= (top + bottom) / 2;
        });
      })).toBe(true);
      const { nodes, elements, cards } = await weigh(page);
      expect(cards).toBeLessThanOrEqual(120);
      expect(nodes).toBeLessThanOrEqual(2_500);
      expect(elements).toBeLessThan(1_981);
    }
    await expect(async () => {
      await scroll(1);
      const last = page.locator(`${FREE} [data-order][aria-posinset="${await count(page)}"]`);
      await expect(last).toBeInViewport({ timeout: 500 });
    }).toPass();
  });
}

test("no frame of a fast scroll is empty, by wheel and by finger", async ({ page }) => {
  test.skip(!scripted(), "without a script there are pages");
  await signIn(page);
  await open(page);
  const middle = await page.locator(FREE).evaluate((column) => {
    const area = column.getBoundingClientRect();
    return { x: area.left + area.width / 2, y: area.top + area.height / 2 };
  });
  const seen = await watch(page);
  await page.mouse.move(middle.x, middle.y);
  for (const by of [300, 1_200, -500, 2_400, 2_400, -1_200]) {
    for (let turns = 0; turns < 4; turns += 1) await page.mouse.wheel(0, by);
  }
  const wire = await page.context().newCDPSession(page);
  for (const yDistance of [-3_000, 1_500, -6_000]) {
    await wire.send("Input.synthesizeScrollGesture", { ...middle, yDistance, speed: 6_000, gestureSourceType: "touch" });
  }
  // The scroll bar is dragged: a leap.
  await page.locator(FREE).evaluate((column) => column.scrollTo(0, column.scrollHeight / 3));
  await expect.poll(() => page.locator(FREE).evaluate((column) => column.scrollTop)).toBeGreaterThan(3_000);
  const { frames, empty } = await seen();
  expect(frames).toBeGreaterThan(20);
  expect(empty).toBe(0);
});

test("the keys reach every order, and each says which it is of how many", async ({ page }) => {
  test.skip(!scripted(), "keys are a script");
  await signIn(page);
  await open(page, "/?free=1");
  const all = await count(page);
  await page.keyboard.press("j");
  await expect.poll(() => place(page)).toBe(1);
  await page.keyboard.press("End");
  // Others bring orders meanwhile.
  await expect.poll(() => place(page)).toBeGreaterThanOrEqual(all);
  await expect(page.locator(":focus")).toBeInViewport();
  const last = await place(page);
  await expect.poll(async () => Number(await page.locator(":focus").getAttribute("aria-setsize"))).toBeGreaterThanOrEqual(last);
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => place(page)).toBe(last - 1);
  await page.keyboard.press("PageUp");
  await expect.poll(() => place(page)).toBeLessThan(last - 2);
  await page.keyboard.press("PageDown");
  await expect.poll(() => place(page)).toBeGreaterThan(last - 3);
  await page.keyboard.press("Home");
  await expect.poll(() => place(page)).toBe(1);
  for (let presses = 1; presses <= 40; presses += 1) await page.keyboard.press("ArrowDown");
  await expect.poll(() => place(page)).toBe(41);
  await expect(page.locator(":focus")).toBeInViewport();
});

test("Tab goes through the buttons of a column beyond the cards that were in the page", async ({ page }) => {
  test.skip(!scripted(), "without a script nothing leaves the page");
  await signIn(page);
  await open(page);
  await page.locator(`${FREE} [data-action="take"]`).first().focus();
  const names = new Set<string>();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement?.closest("[data-order]")?.getAttribute("data-order") ?? "");
    expect(name, `after ${presses + 1} presses the focus is on a card`).not.toBe("");
    names.add(name);
    await expect(page.locator(":focus")).toBeInViewport();
  }
  // A title and a button on each.
  expect(names.size).toBeGreaterThanOrEqual(30);
});

test("a screen reader goes from card to card through the whole list, and hears places without a gap", async ({ page }) => {
  test.skip(!scripted(), "without a script nothing leaves the page");
  await signIn(page);
  await open(page);
  await page.locator(FREE).evaluate((column) => {
    Object.assign(window, { verstakCursor: column.querySelector("[data-order]") });
  });
  // A reading cursor brings the element that it comes to into view, without focusing it.
  const next = () => page.evaluate(() => {
    const held = window as unknown as { verstakCursor: Element };
    const to = held.verstakCursor.nextElementSibling;
    if (!to) return null;
    to.scrollIntoView({ block: "nearest" });
    held.verstakCursor = to;
    return { role: to.parentElement?.tagName, at: Number(to.getAttribute("aria-posinset")), of: Number(to.getAttribute("aria-setsize")) };
  });
  for (let at = 2; at <= 60; at += 1) {
    let here = await next();
    // The browser draws what comes into view with its next frame.
    if (!here) await expect.poll(async () => (here = await next())).not.toBeNull();
    expect(here?.role).toBe("OL");
    expect(here?.at).toBe(at);
    expect(here?.of).toBeGreaterThan(150);
  }
});

test("the focused card stays in the page when the column is scrolled away from it", async ({ page }) => {
  test.skip(!scripted(), "without a script nothing leaves the page");
  await signIn(page);
  await open(page);
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
  await open(page);
  const column = page.locator(FREE);
  await column.evaluate((it) => it.scrollTo(0, 3_000));
  await expect.poll(() => column.locator("[data-order]").first().getAttribute("aria-posinset")).not.toBe("1");
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
  await expect(page.locator('[role="status"]').filter({ hasText: /нов/ }).first()).toBeAttached();
  await column.locator("[data-arrivals]").click();
  await expect(card(page, order)).toBeInViewport();
});

test("a change of an order whose button is pressed waits until it is let go, and the press counts", async ({ page, request }) => {
  test.skip(!scripted(), "without a script nothing changes");
  await signIn(page);
  const order = await arrive(request);
  await open(page, `/?q=${order.number}`);
  const take = card(page, order).locator('[data-action="take"]');
  const box = await take.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 8, (box?.y ?? 0) + 8);
  await page.mouse.down();
  const message = approved({ id: order.id, number: order.number, source_version: 2, title: "Кольцо «Проба» ".repeat(6) });
  expect((await post(request, message)).status()).toBe(200);
  const { revision } = await (await page.request.get("/api/board?q=нет-такого")).json();
  const rev = (text: string | null) => Number(text?.split(".")[1]);
  await expect.poll(async () => rev(await page.locator("html").getAttribute("data-revision"))).toBeGreaterThanOrEqual(rev(revision));
  expect(await take.boundingBox()).toEqual(box);
  await page.mouse.up();
  await expect(card(page, order).locator(".told")).toBeVisible();
  await expect(card(page, order)).toContainText("«Проба» Кольцо «Проба»");
});

test("without a script every order of a column is reached page by page", async ({ page }) => {
  test.skip(scripted(), "with a script there are no pages");
  await signIn(page);
  await page.locator(`${FREE} .more a`).click();
  const all = await count(page);
  const numbers = new Set<string>();
  let before = 0;
  for (let turned = 0; turned <= all; turned += 1) {
    for (const item of await page.locator("[data-order]").all()) numbers.add((await item.getAttribute("data-order")) ?? "");
    const first = Number(await page.locator("[data-order]").first().getAttribute("aria-posinset"));
    expect(first).toBeGreaterThan(before);
    before = first;
    const next = page.locator(`${FREE} .more a`).filter({ hasText: "дальше" });
    if ((await next.count()) === 0) break;
    await next.click();
  }
  // Others take and bring orders meanwhile.
  expect(Math.abs(numbers.size - all)).toBeLessThan(20);
  await page.locator(`${FREE} .more a`).filter({ hasText: "раньше" }).click();
  expect(Number(await page.locator("[data-order]").first().getAttribute("aria-posinset"))).toBeLessThan(before);
});

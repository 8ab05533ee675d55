import jsQR from "jsqr";
import { approved, arrive, expect, post, ready, signIn, test, type Language } from "../support/floor";
import type { Page } from "@playwright/test";

/** Opens the sheet by the link on the order's page. */
async function openSheet(page: Page, number: string) {
  await page.goto(`/orders/${number}`);
  await ready(page);
  await page.locator(`a[href="/orders/${number}/traveller"]`).click();
  await page.waitForURL(`**/orders/${number}/traveller`);
  await ready(page);
  return page.locator(".paper");
}

/** The pages of what a printer gets: their sizes in points (1/72 inch). */
async function printed(page: Page): Promise<{ width: number; height: number }[]> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => ({
    width: Math.round(Number(width)),
    height: Math.round(Number(height)),
  }));
}
const A6 = { width: 298, height: 420 };

/** What a scanner reads on this page. */
async function scanned(page: Page): Promise<string | undefined> {
  const png = (await page.locator(".qr").screenshot()).toString("base64");
  const { data, width, height } = await (await page.context().newPage()).evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
    canvas.drawImage(image, 0, 0);
    return { data: [...canvas.getImageData(0, 0, image.width, image.height).data], width: image.width, height: image.height };
  }, png);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

for (const [language, words] of [
  ["ru", ["Маршрутный лист", "Взят в работу", "Пожелание заказчика"]],
  ["en", ["Traveller", "Taken", "Customer"]],
] as [Language, string[]][]) {
  test(`an order's traveller is one sheet of A6 with a code that leads back to it (${language})`, async ({ page, request }) => {
    await signIn(page, "operator1", language);
    const order = await arrive(request, { comment: "гравировка внутри: «19.09»", priority: "rush" });
    const sheet = await openSheet(page, order.number);
    for (const word of words) await expect(sheet).toContainText(word);
    await expect(sheet).toContainText("гравировка внутри");
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    expect(await printed(page)).toEqual([A6]);
    if (await page.evaluate(() => "hydrated" in document.documentElement.dataset)) {
      expect(await scanned(page)).toBe(order.number);
    }
  });
}

test("also the longest order fits on the sheet, and what was cut says so", async ({ page, request }) => {
  await signIn(page);
  const number = `Z-${"W".repeat(22)}${Date.now() % 1e8}`.slice(0, 32);
  const order = { number, title: "Щ".repeat(200), comment: "слово ".repeat(333), material: "m".repeat(64), size: "9".repeat(64), quantity: 10_000 };
  expect((await post(request, approved(order))).status()).toBe(201);
  const sheet = await openSheet(page, number);
  await expect(sheet).toContainText("Весь текст в заказе");
  expect(await printed(page)).toEqual([A6]);
  // Nothing is drawn over something else or beyond the paper.
  const boxes = await sheet.locator(":scope > *").evaluateAll((parts) => parts.map((part) => {
    const { top, bottom, left, right } = part.getBoundingClientRect();
    return { top, bottom, left, right };
  }));
  const paper = (await sheet.boundingBox())!;
  boxes.forEach((box, at) => {
    if (at > 0) expect(box.top, `part ${at} begins below part ${at - 1}`).toBeGreaterThanOrEqual(boxes[at - 1].bottom - 1);
    expect(box.bottom).toBeLessThanOrEqual(paper.y + paper.height);
    expect(box.right).toBeLessThanOrEqual(paper.x + paper.width);
  });
  const comment = await sheet.locator(".comment").evaluate((part) => part.scrollHeight - part.clientHeight);
  expect(comment, "the comment is cut by count, not by the edge").toBeLessThanOrEqual(1);
});

test("an order that is not there has no traveller", async ({ page }) => {
  await signIn(page);
  const answer = await page.goto("/orders/NO-SUCH-ORDER/traveller");
  expect(answer?.status()).toBe(404);
  await expect(page.locator("h1")).toContainText("Заказа с таким номером нет");
});

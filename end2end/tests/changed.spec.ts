// A model that the shop changes while somebody makes the piece.
import type { APIRequestContext, Page } from "@playwright/test";
import { Order, bench, expect, find, held, press, ready, scripted, signIn, statusOf, test } from "../support/floor";
import { fits, scan } from "../support/look";
import { changeModel, onDearLine, openModel, stored, withModel, workerReady } from "../support/models";

const change = (page: Page) => page.locator(".change");
const confirm = (page: Page) => page.locator('[data-action="confirm"]');
const width = (page: Page, picture: string) =>
  page.locator(picture).evaluate((img) => (img as HTMLImageElement).naturalWidth);

/** Where the words of a part end, which may be narrower than the part. */
const endOf = (page: Page, part: string) => page.locator(part).evaluate((element) => {
  const words = document.createRange();
  words.selectNodeContents(element);
  return words.getBoundingClientRect().right;
});

/** An order with a model, in the hands of the page's person; the model's hash. */
async function taken(page: Page, request: APIRequestContext): Promise<[Order, string]> {
  const order = await withModel(page, request);
  await find(page, order);
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
  return [order, (await held(page.request, order))?.model?.sha256 ?? ""];
}

async function look(page: Page) {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    expect(await scan(page), theme).toEqual([]);
  }
}

test("a model that changes at the bench is told on the card, shown beside the one before, and confirmed by its operator", async ({ page, browser, request }, info) => {
  await signIn(page);
  const [order, old] = await taken(page, request);
  const now = await changeModel(page, request, order, 2, "quantized.glb");
  const mark = (await find(page, order)).locator(".mark.changed");
  await expect(mark).toHaveAttribute("aria-label", "модель изменена");
  if (scripted()) await look(page);

  const other = await bench(browser, "operator2");
  await other.goto(`/orders/${order.number}`);
  await ready(other);
  await expect(change(other)).toContainText("Ждёт подтверждения");
  await expect(confirm(other)).toHaveCount(0);

  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(change(page).getByRole("heading")).toHaveText("Модель изменена");
  await expect(change(page).locator("tbody tr")).toHaveCount(4);
  await expect(change(page).locator("strong").last()).toHaveText("10\u00a0КБ");
  for (const [picture, sha] of [[".before img.photo", old], ["figure.model img.photo", now]] as const) {
    await expect(page.locator(picture)).toHaveAttribute("src", `/models/${sha}.jpg`);
    await expect.poll(() => width(page, picture)).toBe(320);
  }
  for (const at of [360, 820, 1280, 1920]) {
    await page.setViewportSize({ width: at, height: 900 });
    await fits(page, `${at} px`);
    const [was, is] = await Promise.all([".before .shot", "figure.model"].map((part) => page.locator(part).boundingBox()));
    const beside = was!.x + was!.width <= is!.x && Math.abs(was!.y - is!.y) < 2;
    expect(beside || was!.y + was!.height <= is!.y, `${at} px`).toBe(true);
    expect(beside, `side by side at ${at} px`).toBe(at >= 800);
    if (scripted()) {
      const turn = await page.locator(".before summary").boundingBox();
      expect(await endOf(page, ".before .which"), `at ${at} px`).toBeLessThan(turn!.x);
    }
    await page.screenshot({ path: info.outputPath(`${at}.png`), fullPage: true });
  }
  if (scripted()) await look(page);

  await confirm(page).click();
  await expect(page.locator("[data-notice]")).toContainText("Записано: вы видели новую модель");
  await expect(change(page)).toBeHidden();
  await expect(page.locator('[data-step="MODEL_CONFIRMED"]')).toBeVisible();
  await expect(page.locator("figure.model img.photo")).toHaveAttribute("src", `/models/${now}.jpg`);
  await expect.poll(async () => (await page.request.get(`/models/${old}.glb`)).status()).toBe(404);
  if (!scripted()) await other.reload();
  await expect(change(other)).toBeHidden();
  await expect((await find(page, order)).locator(".mark.changed")).toHaveCount(0);
});

test("an open page tells of the change by itself, turns both models, and keeps but the current one", async ({ page, request }) => {
  test.skip(!scripted(), "the viewer and the worker are scripts");
  await onDearLine(page.context());
  await signIn(page);
  const [order, old] = await taken(page, request);
  await workerReady(page);
  await openModel(page, order);
  await expect.poll(() => stored(page)).toContain(`/models/${old}.glb`);
  const now = await changeModel(page, request, order, 2, "quantized.glb");
  await expect(confirm(page)).toBeVisible();
  await expect(page.locator("#order-changed")).toHaveText("Магазин изменил данные заказа.");
  await expect(page.locator(`[data-viewer][data-src="/models/${now}.glb"] model-viewer`)).toHaveAttribute("data-state", "ready");
  await expect(page.locator("model-viewer"), "the one before waits to be opened").toHaveCount(1);
  await page.locator(".before summary").click();
  await expect(page.locator(`[data-viewer][data-src="/models/${old}.glb"] model-viewer`)).toHaveAttribute("data-state", "ready");
  await expect(page.locator(".before .shot")).toBeHidden();
  await expect.poll(() => stored(page)).toEqual([`/models/${now}.glb`]);
});

test("a model that changes again under the hand that confirms is not confirmed unseen", async ({ page, request }) => {
  test.skip(!scripted(), "without a script nothing changes under a hand");
  await signIn(page);
  const [order, old] = await taken(page, request);
  const seen = await changeModel(page, request, order, 2, "quantized.glb");
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  const shown = page.locator('.change input[name="sha256"]');
  await expect(shown).toHaveValue(seen);
  await confirm(page).hover();
  const heard = await page.locator("html").getAttribute("data-whole");
  const third = await changeModel(page, request, order, 3, "plain.glb");
  await expect(page.locator("html")).not.toHaveAttribute("data-whole", heard ?? "");
  await expect(shown).toHaveValue(seen);
  await confirm(page).click();
  await expect(page.locator("[data-notice]")).toContainText("Заказ уже изменился");
  await expect(shown).toHaveValue(third);
  await expect(page.locator(".before img.photo")).toHaveAttribute("src", `/models/${old}.jpg`);
});

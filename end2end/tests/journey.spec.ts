import { fits } from "../support/look";
import { Language, arrive, card, expect, find, press, ready, scripted, shown, signIn, statusOf, steps, test } from "../support/floor";

const words = {
  ru: { take: "взят вами", ship: "отправлен", shipped: "Отправлен", taken: "Вы" },
  en: { take: "is yours", ship: "is shipped", shipped: "Shipped", taken: "You" },
} as const;

for (const [language, width] of [["ru", 360], ["en", 1920]] as [Language, number][]) {
  test(`on a board ${width} px wide, in ${language}, an operator takes the newest order, makes, packs and ships it`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    await signIn(page, "operator1", language);
    const order = await arrive(request);
    await page.goto("/");
    await ready(page);
    await shown(page, order);
    await expect(page.locator(`[data-column="MANUFACTURING_APPROVED"] [data-order="${order.number}"]`)).toBeVisible();
    for (const [action, status] of steps) {
      await press(page, order, action);
      await expect.poll(() => statusOf(page, order)).toBe(status);
      if (action === "take") {
        await expect(page.getByText(words[language].take).first()).toBeVisible();
        await expect(await find(page, order)).toContainText(words[language].taken);
      }
      if (status) await expect(card(page, order)).toHaveAttribute("data-status", status);
    }
    await expect(page.getByText(`${order.number} ${words[language].ship}`).first()).toBeVisible();
    await find(page, order);
    await expect(card(page, order)).toHaveCount(0);
    await fits(page);
  });
}

for (const [language, width] of [["en", 360], ["ru", 1920]] as [Language, number][]) {
  test(`on an order's page ${width} px wide, in ${language}, its operator takes it through every step, and all of them are on the record`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    await signIn(page, "operator1", language);
    const order = await arrive(request, { comment: "гравировка внутри: «19.09»" });
    await page.goto(`/orders/${order.number}`);
    await ready(page);
    await expect(page.getByText("гравировка внутри: «19.09»")).toBeVisible();
    for (const [action, status] of steps) {
      await page.locator(`[data-action="${action}"]`).first().click();
      await expect.poll(() => statusOf(page, order)).toBe(status);
      if (action === "take") await expect(page.getByText(`${order.number} ${words[language].take}`)).toBeVisible();
    }
    await expect(page.locator(".over")).toHaveText(words[language].shipped);
    await fits(page);
    await page.reload();
    await ready(page);
    await expect(page.locator("[data-step]")).toHaveCount(5);
    await expect(page.locator('[data-step="SHIPPED"]')).toContainText(words[language].shipped);
    await expect(page.locator("[data-action]")).toHaveCount(0);
    expect(await page.locator("html").getAttribute("lang")).toBe(language);
    if (scripted()) await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  });
}

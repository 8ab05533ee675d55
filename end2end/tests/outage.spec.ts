// The database is away: the board is read on and says how old it is, what was typed stays, and is sent when it is back.
import type { Page } from "@playwright/test";
import { byCable } from "../support/cable";
import { alone, card, expect, find, ready, scripted, signIn, statusOf, stepBack, taken } from "../support/floor";
import type { Wire } from "../support/wire";

/** Nothing of it means anything to a page. */
const REASON = "камень «Ж» не тот: </textarea><b>&amp; & 1 < 2";

/** By how much the page that was read just now is behind the database, in milliseconds. */
async function age(page: Page) {
  await page.reload();
  const words = page.locator("#live-words");
  const [now, fresh] = [await words.getAttribute("data-now"), await words.getAttribute("data-fresh")];
  return Date.parse(now ?? "") - Date.parse(fresh ?? "");
}

/** What was certified last when the database went is a look older, and a busy machine's look is late: in milliseconds. */
const SLACK = 2_000;

/** How old the board is by these words, which are cut off to whole seconds or minutes: in milliseconds. */
function told(words: string) {
  const [, count, unit] = /отстаёт на (\d+)\s(с|мин)/.exec(words) ?? [];
  return Number(count) * (unit === "мин" ? 60_000 : 1_000);
}

/** A server of the test's own, whose cable to PostgreSQL is in the test's hand. */
const cabled = alone.extend<{ cable: Wire }>(byCable("DATABASE_URL"));

cabled("without the database the board is read on with its age, and a step back keeps its reason until it is carried out", async ({ page, request, cable }) => {
  await signIn(page);
  const order = await taken(page, request);
  const form = await stepBack(page, order, "release");
  const reason = form.locator('[name="reason"]');
  await reason.fill(REASON);

  const there = Date.now();
  await cable.cut();
  const gone = Date.now();
  const refused = scripted() ? page.waitForResponse((answer) => answer.url().endsWith("/api/release") && answer.status() === 503) : null;
  await form.locator('[data-action="release"]').click();
  await refused;
  await expect(page.locator("[data-notice]")).toHaveRole("alert");
  await expect(page.locator("[data-notice]")).toContainText("Ничего не потеряно");
  await expect(reason).toHaveValue(REASON);

  // Somebody who looks at the board meanwhile has it, and is told how old it is.
  const other = await page.context().newPage();
  await other.goto("/");
  await ready(other);
  const mark = other.locator("[data-live]").first();
  if (scripted()) {
    await expect(mark).toHaveAttribute("data-live", "behind");
    await expect(mark).toHaveText(/отстаёт на \d/);
    // Nobody is told that it is older than the time for which the database can have been gone, or younger.
    const asked = Date.now();
    const shown = told(await mark.innerText());
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeGreaterThanOrEqual(asked - gone - SLACK);
    expect(shown).toBeLessThanOrEqual(Date.now() - there + SLACK);
  } else {
    await expect(mark).toHaveText(/данные на \d/);
    await expect.poll(() => age(other)).toBeGreaterThan(10_000);
    const asked = Date.now();
    const shown = await age(other);
    expect(shown).toBeGreaterThanOrEqual(asked - gone - SLACK);
    expect(shown).toBeLessThanOrEqual(Date.now() - there + SLACK);
  }
  await find(other, order);
  await expect(card(other, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");

  await cable.mend();
  await expect(async () => {
    const again = form.locator('[data-action="release"]');
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    expect(await statusOf(other, order)).toBe("MANUFACTURING_APPROVED");
  }).toPass();
  if (scripted()) await expect(mark).toHaveAttribute("data-live", "live");
  else await expect.poll(() => age(other)).toBeLessThan(5_000);
  await page.goto(`/orders/${order.number}`);
  await expect(page.getByText(REASON).first()).toBeVisible();
});

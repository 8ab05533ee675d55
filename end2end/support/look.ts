// What every page has to be, whatever it shows: no wider than its screen, and nothing serious for axe.
import AxeBuilder from "@axe-core/playwright";
import { Page, expect } from "@playwright/test";

/** Fails when the page is wider than its screen. */
export async function fits(page: Page, what?: string) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, what).toBeLessThanOrEqual(0);
}

/** What axe finds on a page that matters. It is a script: a page without any cannot be asked. */
export async function scan(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

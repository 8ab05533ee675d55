import { arrive, expect, ready, signIn, test } from "../support/floor";

/** The wall of a workshop in India, five and a half hours ahead of UTC. */
const WALL = 330;

test("what the browser draws tells times by the wall that the page names", async ({ page, request }) => {
  await signIn(page);
  await page.route("**/", async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    expect(html).toMatch(/data-clock="-?\d+"/);
    await route.fulfill({ response, body: html.replace(/data-clock="-?\d+"/, `data-clock="${WALL}"`) });
  });
  await page.goto("/");
  await ready(page);
  // It comes while the page is open: drawn by the browser, not by the server.
  const order = await arrive(request);
  const age = page.locator(`[data-order="${order.number}"] time.age`);
  await expect(age).toBeVisible();
  const moment = Date.parse((await age.getAttribute("datetime"))!);
  const onTheWall = new Date(moment + WALL * 60_000).toISOString().slice(11, 16);
  await expect(age).toHaveAttribute("title", new RegExp(`, ${onTheWall}$`));
});

// What a page says of its own age, and how it gets young again: after a sleep, and without the shared cache.
import { Bare } from "../support/bare";
import { alone, arrive, card, elsewhere, expect, ready, signIn, test as base, url } from "../support/floor";
import { byCable } from "../support/cable";
import { required } from "../support/server";
import { Wire } from "../support/wire";

/** What the board in a browser says, and the longest silence of its page: nothing ran in it meanwhile. */
const told = (browser: Bare) => browser.run(() => ({
  visible: !document.hidden,
  live: document.querySelector("[data-live]")?.getAttribute("data-live"),
  orders: Object.fromEntries([...document.querySelectorAll<HTMLElement>("[data-order]")].map(({ dataset }) => [dataset.order, dataset.status])),
  slept: (window as unknown as { verstakSlept?: number }).verstakSlept ?? 0,
}));

/** A browser that Playwright drives believes that it is looked at, and never freezes a page: this one does not. */
const test = base.extend<{ wire: Wire; bare: Bare }>({
  wire: async ({}, use) => {
    const wire = await Wire.to(url);
    await use(wire);
    await wire.cut();
  },
  bare: async ({}, use) => {
    const bare = await Bare.start();
    await use(bare);
    await bare.close();
  },
});

test("a page that slept for a minute without a network catches up with what it missed, and is not loaded anew", async ({ request, wire, bare: browser }) => {
  await browser.open(`${wire.url}/login`);
  await browser.run(async (password) => {
    const body = new URLSearchParams({ login: "operator1", password });
    await fetch("/api/login", { method: "POST", body, headers: { accept: "application/json" } });
  }, required("VERSTAK_DEMO_PASSWORD"));
  const word = `sleep${Math.random().toString(36).slice(2)}`;
  const next = () => arrive(request, { title: `Кольцо ${word}` });
  await browser.open(`${wire.url}/?q=${word}`);
  await expect.poll(() => told(browser)).toMatchObject({ visible: true, live: "live" });
  const order = await next();
  await expect.poll(() => told(browser)).toMatchObject({ orders: { [order.number]: "MANUFACTURING_APPROVED" } });
  await browser.run(() => {
    const seen = Object.assign(window, { verstakSlept: 0 });
    let last = Date.now();
    setInterval(() => {
      seen.verstakSlept = Math.max(seen.verstakSlept, Date.now() - last);
      last = Date.now();
    }, 100);
  });

  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  await wire.cut();
  const asleep = Date.now();
  const missed = [await next(), await next()];
  await elsewhere(request, "operator2", order, ["take"]);
  await expect.poll(() => Date.now() - asleep, { intervals: [1_000] }).toBeGreaterThan(60_000);
  await wire.mend();
  await browser.send("Page.setWebLifecycleState", { state: "active" });
  // Somebody looks at it again.
  await browser.send("Emulation.setFocusEmulationEnabled", { enabled: true });

  const orders = {
    [order.number]: "MANUFACTURING_STARTED",
    [missed[0].number]: "MANUFACTURING_APPROVED",
    [missed[1].number]: "MANUFACTURING_APPROVED",
  };
  await expect.poll(() => told(browser)).toMatchObject({ visible: true, live: "live", orders });
  expect((await told(browser)).slept, "it is the same page, and it slept").toBeGreaterThan(55_000);
});

/** A server of the test's own, whose cable to Redis is in the test's hand. */
const cabled = alone.extend<{ cable: Wire }>(byCable("REDIS_URL"));

cabled("without Redis the board says that it reads from the database, goes on, and says when Redis is back", async ({ page, request, cable }) => {
  await signIn(page, "operator1", "en");
  const mark = page.locator("[data-live]");
  const word = `base${Math.random().toString(36).slice(2)}`;
  await page.goto(`/?q=${word}`);
  await ready(page);
  await expect(mark).toHaveText("live");
  await cable.cut();
  await expect(mark).toHaveText("reading from the database");
  await expect(mark).toHaveAttribute("data-live", "live");
  const order = await arrive(request, { title: `Ring ${word}` });
  await expect(card(page, order)).toBeVisible();
  await card(page, order).locator('[data-action="take"]').click();
  await expect(card(page, order)).toHaveAttribute("data-status", "MANUFACTURING_STARTED");
  await cable.mend();
  await expect(mark).toHaveText("live");
});

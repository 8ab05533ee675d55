// The workshop floor that every journey starts on: people who log in and orders that arrive.
import { randomUUID } from "node:crypto";
import { APIRequestContext, Browser, BrowserContext, BrowserContextOptions, Locator, Page, expect, test as base } from "@playwright/test";
import { Server, required } from "./server";

export const url = required("VERSTAK_URL");
export const adminUrl = required("ADMIN_URL");
const password = required("VERSTAK_DEMO_PASSWORD");
const token = required("INTAKE_TOKEN");

export type Order = { id: string; number: string; title: string };
export type Language = "ru" | "en";

/** What browsers said of the pages since the test began: broken policies and errors that nobody caught. */
const complaints: string[] = [];

/** Listens to a browser: a broken policy or an uncaught error fails the test that opened it. */
export function watch(context: BrowserContext) {
  context.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (failure) => complaints.push(String(failure.error())));
}

/** Every test fails when a page complained while it ran. */
export const test = base.extend<{ quiet: void }>({
  quiet: [
    async ({ context }, use) => {
      complaints.length = 0;
      watch(context);
      await use();
      expect(complaints, "no page breaks its policy or fails by itself").toEqual([]);
    },
    { auto: true },
  ],
});

/** A test with a server of its own: its pages come from there, and the server's counters count them alone. */
export const alone = test.extend<{ server: Server }>({
  server: async ({}, use, info) => Server.lend(info.outputPath("server.log"), use),
  baseURL: async ({ server }, use) => use(server.url),
});

/** The body of an approved-order message; every call is another order. */
export function approved(change: Record<string, unknown> = {}) {
  const id = randomUUID();
  return {
    message_id: randomUUID(),
    type: "order.status_changed",
    occurred_at: new Date().toISOString(),
    order: {
      id,
      number: `T-${id.slice(0, 8).toUpperCase()}`,
      status: "MANUFACTURING_APPROVED",
      source_version: 1,
      title: "Кольцо «Проба»",
      material: "gold-585-yellow",
      size: "17.5",
      quantity: 1,
      price: { amount: "45900.00", currency: "RUB" },
      operator_pay: { amount: "6900.00", currency: "RUB" },
      ...change,
    },
  };
}

/** Sends a message the way the shop does. */
export async function post(request: APIRequestContext, body: unknown) {
  return request.post("/intake/orders", { data: body as object, headers: { authorization: `Bearer ${token}` } });
}

/** A new approved order, on the board when this returns. */
export async function arrive(request: APIRequestContext, change: Record<string, unknown> = {}): Promise<Order> {
  const message = approved(change);
  const answer = await post(request, message);
  expect(answer.status(), await answer.text()).toBe(201);
  return message.order as Order;
}

/** Opens the log-in in a language. */
export async function openLogin(page: Page, language: Language) {
  await page.goto("/login");
  if ((await page.locator("html").getAttribute("lang")) !== language) {
    await page.locator(`a[hreflang="${language}"]`).click();
  }
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

/** Signs in through the page, as a person does. */
export async function signIn(page: Page, login = "operator1", language: Language = "ru") {
  await openLogin(page, language);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form[action^="/api/login"] button').click();
  await page.waitForURL((at) => at.pathname === "/");
  await ready(page);
}

/** Signs in with the keys alone; the log-in's first field waits for them. */
export async function typeIn(page: Page, login = "operator1") {
  await openLogin(page, "ru");
  await expect(page.locator('input[name="login"]')).toBeFocused();
  await page.keyboard.type(login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL((at) => at.pathname === "/");
  await ready(page);
}

/** Goes to a control by Tab, from wherever the focus is. */
export async function reach(page: Page, control: Locator) {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(control).toBeFocused();
}

/** Whether the pages of this project run scripts. */
export const scripted = () => base.info().project.use.javaScriptEnabled ?? true;

/** Waits until the page answers to hands: at once without scripts, after hydration with them. */
export async function ready(page: Page) {
  await expect(page.locator("html")).toBeAttached();
  if (scripted()) await expect(page.locator("html[data-hydrated]")).toBeAttached();
}

/** A second person at a second bench, with a browser of their own, which may be of another kind. */
export async function bench(browser: Browser, login: string, kind: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    locale: "ru-RU",
    javaScriptEnabled: scripted(),
    ...kind,
  });
  watch(context);
  const page = await context.newPage();
  await signIn(page, login);
  return page;
}

/** The board narrowed to one order. */
export async function find(page: Page, order: Order) {
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  await shown(page, order);
  return card(page, order);
}

/** Opens the page again until the order is on it: without scripts it stays what it was, perhaps a moment before that. */
export async function shown(page: Page, order: Order) {
  for (let tries = 0; tries < 3 && !scripted() && (await card(page, order).count()) === 0; tries += 1) await page.reload();
}

/** The card of an order. */
export function card(page: Page, order: Order) {
  return page.locator(`[data-order="${order.number}"]`).first();
}

/** Presses a card's or a page's button. */
export async function press(page: Page, order: Order, action: string) {
  await card(page, order).locator(`[data-action="${action}"]`).first().click();
}

/** A new order that whoever is signed in has taken. */
export async function taken(page: Page, request: APIRequestContext): Promise<Order> {
  const order = await arrive(request);
  await find(page, order);
  await take(page, order);
  return order;
}

/** Takes an order that the page shows. */
export async function take(page: Page, order: Order) {
  await press(page, order, "take");
  await expect.poll(() => statusOf(page, order)).toBe("MANUFACTURING_STARTED");
}

const BACK = { release: /Вернуть в свободные/, rework: /На доработку/ };

/** The form of a step back on an order's page, open. */
export async function stepBack(page: Page, order: Order, command: keyof typeof BACK): Promise<Locator> {
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await page.locator("summary", { hasText: BACK[command] }).first().click();
  return page.locator("form", { has: page.locator(`[data-action="${command}"]`) });
}

/** The status that the server holds, asked anew. */
export async function statusOf(page: Page, order: Order): Promise<string | null> {
  return (await held(page.request, order))?.status ?? null;
}

type Held = { number: string; status: string; version: number; model_state: string; model: { sha256: string } | null; operator: { login: string; name: string } | null };

/** The order as the server's board holds it; `null` when it is not there. */
export async function held(request: APIRequestContext, order: Order): Promise<Held | null> {
  const answer = await request.get(`/api/board?q=${order.number}`);
  const body: { orders: Held[] } = await answer.json();
  return body.orders.find((one) => one.number === order.number) ?? null;
}

/** What each command makes of an order. */
export const steps = [
  ["take", "MANUFACTURING_STARTED"],
  ["complete", "MANUFACTURING_COMPLETED"],
  ["pack", "PACKAGING"],
  ["ship", null],
] as const;

/** Somebody elsewhere carries out these commands: by the same addresses, without a page. */
export async function elsewhere(request: APIRequestContext, login: string, order: Order, commands: readonly string[]) {
  const headers = { "sec-fetch-site": "same-origin", accept: "application/json" };
  const entered = await request.post("/api/login", { form: { login, password }, headers });
  expect(entered.ok(), await entered.text()).toBe(true);
  let version = 0;
  for (const command of commands) {
    // The board may be a moment behind what has just been done.
    const before = version;
    await expect.poll(async () => (version = (await held(request, order))?.version ?? 0)).toBeGreaterThan(before);
    const form = { id: order.id, version, request_id: randomUUID() };
    const answer = await request.post(`/api/${command}`, { form, headers });
    expect(answer.status(), `${command}: ${await answer.text()}`).toBe(200);
  }
}

/** One Prometheus counter, summed over the labels that begin as given. */
export async function metric(request: APIRequestContext, name: string, labels = "", admin = adminUrl): Promise<number> {
  const text = await (await request.get(`${admin}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{${labels}`) || (labels === "" && line.startsWith(`${name} `)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

export { expect };

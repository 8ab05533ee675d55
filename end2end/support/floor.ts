// The workshop floor that every journey starts on: people who log in and orders that arrive.
import { randomUUID } from "node:crypto";
import { APIRequestContext, Browser, Page, expect, test as base } from "@playwright/test";

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests through \`make test\``);
  return value;
}

export const url = required("VERSTAK_URL");
export const adminUrl = required("ADMIN_URL");
const password = required("VERSTAK_DEMO_PASSWORD");
const token = required("INTAKE_TOKEN");

export type Order = { id: string; number: string; title: string };

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

/** Signs in through the page, as a person does. */
export async function signIn(page: Page, login = "operator1") {
  await page.goto("/login");
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form[action^="/api/login"] button').click();
  await page.waitForURL((at) => at.pathname === "/");
  await ready(page);
}

/** Whether the pages of this project run scripts. */
export const scripted = () => base.info().project.use.javaScriptEnabled ?? true;

/** Waits until the page answers to hands: at once without scripts, after hydration with them. */
export async function ready(page: Page) {
  await expect(page.locator("html")).toBeAttached();
  if (scripted()) await expect(page.locator("html[data-hydrated]")).toBeAttached();
}

/** A second person at a second bench, with a browser of their own. */
export async function bench(browser: Browser, login: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    locale: "ru-RU",
    javaScriptEnabled: scripted(),
  });
  const page = await context.newPage();
  await signIn(page, login);
  return page;
}

/** The board narrowed to one order. */
export async function find(page: Page, order: Order) {
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  return card(page, order);
}

/** The card of an order. */
export function card(page: Page, order: Order) {
  return page.locator(`[data-order="${order.number}"]`).first();
}

/** Presses a card's or a page's button. */
export async function press(page: Page, order: Order, action: string) {
  await card(page, order).locator(`[data-action="${action}"]`).first().click();
}

/** The status that the server holds, asked anew. */
export async function statusOf(page: Page, order: Order): Promise<string | null> {
  const answer = await page.request.get(`/api/board?q=${order.number}`);
  const body = await answer.json();
  return body.orders.find((held: { number: string; status: string }) => held.number === order.number)?.status ?? null;
}

/** One Prometheus counter, summed over its labels. */
export async function metric(request: APIRequestContext, name: string): Promise<number> {
  const text = await (await request.get(`${adminUrl}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

export { base as test, expect };

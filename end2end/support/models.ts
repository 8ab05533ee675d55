// Orders with models, and what a browser keeps of them.
import { randomUUID } from "node:crypto";
import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";
import { put, sample } from "./bucket";
import { Order, approved, arrive, card, expect, held, post, ready } from "./floor";
import type { StoreLine } from "./store";

/** An order with a model of its own, checked and ready. The page's person asks, so somebody must be signed in. */
export async function withModel(page: Page, request: APIRequestContext, file = "plain.glb", change: Record<string, unknown> = {}, ballast = 0): Promise<Order> {
  const bytes = sample(file, ballast);
  const key = `test/${randomUUID()}.glb`;
  await put(key, bytes);
  return withKey(page, request, { key, size: bytes.length }, change);
}

/** An order with a model that lies in the bucket. */
export async function withKey(page: Page, request: APIRequestContext, model: { key: string; size: number }, change: Record<string, unknown> = {}): Promise<Order> {
  const order = await arrive(request, { ...change, model });
  await expect.poll(async () => (await held(page.request, order))?.model_state).toBe("ready");
  return order;
}

/** Opens an order's page and waits until its model can be turned. */
export async function openModel(page: Page, order: Order) {
  await page.goto(`/orders/${order.number}`);
  await ready(page);
  await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
}

/** Waits until the worker answers for this page's models. */
export async function workerReady(page: Page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Ends the worker, as the browser does whenever it likes: what it had in memory is gone. */
export async function endWorker(page: Page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send("ServiceWorker.enable");
  await tools.send("ServiceWorker.stopAllWorkers");
  await tools.detach();
}

/** In a page: its line costs money. Then nothing is fetched ahead of the reader, and every byte has somebody who asked. */
export function dearLine() {
  Object.defineProperty(navigator, "connection", { value: Object.assign(new EventTarget(), { saveData: true }), configurable: true });
}

/** Every page of this browser is on such a line. */
export const onDearLine = (context: BrowserContext) => context.addInitScript(dearLine);

/** The models that Cache Storage holds of this origin. */
export async function stored(page: Page): Promise<string[]> {
  return (await everything(page)).filter((path) => path.endsWith(".glb"));
}

/** All that Cache Storage holds of this origin: models and their pictures. */
export async function everything(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found;
  });
}

/** The address of an order's model, as its card names it. */
export const modelOf = async (page: Page, order: Order) => `/models/${await card(page, order).getAttribute("data-model-sha")}.glb`;

/** The address of an order's model, as its page names it. */
export async function addressOf(page: Page): Promise<string> {
  return (await page.locator("[data-viewer]").getAttribute("data-src")) ?? "";
}

/** What a fetch of this address gives in the page: its status, and since when it is unverified. */
export async function fetched(page: Page, path: string): Promise<{ status: number; unverified: string | null }> {
  return page.evaluate(async (path) => {
    const answer = await fetch(path).catch(() => null);
    await answer?.arrayBuffer();
    return { status: answer?.status ?? 0, unverified: answer?.headers.get("x-verstak-unverified") ?? null };
  }, path);
}

/** A download in a page: the bytes that came, and how it ended. */
type Coming = { bytes: number; over: "whole" | "broken" | null };

declare global {
  interface Window { coming?: Coming }
}

/** In a page: begins to download, and counts what comes. */
export function bring(path: string) {
  const coming: Coming = { bytes: 0, over: null };
  window.coming = coming;
  void (async () => {
    const reader = (await fetch(path)).body?.getReader();
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) coming.bytes += next.value.length;
  })().then(() => { coming.over = "whole"; }, () => { coming.over = "broken"; });
}

/** In a page: what has come by now. */
export const come = (): Coming => window.coming ?? { bytes: 0, over: null };

/** Lets the first bytes of a download come, a piece at a time. */
export async function firstBytes(store: StoreLine, coming: () => Promise<Coming>) {
  await expect.poll(async () => (store.allow(50_000), (await coming()).bytes), { intervals: [50] }).toBeGreaterThan(0);
  expect((await coming()).over, "it is under way").toBeNull();
}

/** The shop names another file for an order that it has sent before; the hash by which the board knows it. */
export async function changeModel(page: Page, request: APIRequestContext, order: Order, version: number, file: string): Promise<string> {
  const before = (await held(page.request, order))?.model?.sha256;
  const bytes = sample(file);
  const key = `test/${randomUUID()}.glb`;
  await put(key, bytes);
  const again = { id: order.id, number: order.number, source_version: version, model: { key, size: bytes.length } };
  const answer = await post(request, approved(again));
  expect(answer.status(), await answer.text()).toBe(200);
  const now = async () => (await held(page.request, order))?.model?.sha256 ?? before;
  await expect.poll(now).not.toBe(before);
  return (await now()) ?? "";
}

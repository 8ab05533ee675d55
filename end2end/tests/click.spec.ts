// An engineer follows one slow click: from the browser over the server to the statements in the database.
import { randomBytes } from "node:crypto";
import type { Locator } from "@playwright/test";
import { alone, approved, bench, card, expect, post, press, ready, signIn } from "../support/floor";
import { Server } from "../support/server";

/** The test's own server keeps whatever takes a moment, but not the showing of others' orders, of which there is a lot. */
const test = alone.extend({
  server: async ({}, use, info) => Server.lend(info.outputPath("server.log"), use, { SLOW_TRACE_MS: "1" }),
});

type Span = { name: string; depth: number };

/** What was done in a trace, each after that within which it was done. */
const spansOf = (trace: Locator): Promise<Span[]> => trace.locator("tr[data-span]").evaluateAll((rows) => rows.map((row) => {
  const { span = "", depth = "" } = (row as HTMLElement).dataset;
  return { name: span, depth: Number(depth) };
}));

/** The names from the beginning down to this one. */
function wayTo(spans: Span[], name: string): string[] {
  const way: string[] = [];
  let depth = Infinity;
  for (let at = spans.findIndex((span) => span.name === name); at >= 0; at -= 1) {
    if (spans[at].depth >= depth) continue;
    depth = spans[at].depth;
    way.unshift(spans[at].name);
  }
  return way;
}

test("a press on Take goes on with the order's trace, and a supervisor reads in it every statement that it waited for", async ({ page, browser, request, server }) => {
  const boss = await bench(browser, "supervisor1", { baseURL: server.url });
  const trace = randomBytes(16).toString("hex");
  const message = { ...approved(), traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-01` };
  const { order } = message;
  await signIn(page);
  // The board is there before the order: it has to hear of it, and of the trace that it came with.
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  await expect(page.locator("[data-live]")).toHaveAttribute("data-live", "live");
  expect((await post(request, message)).status()).toBe(201);
  await expect(card(page, order)).toBeVisible();

  const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/take"));
  await press(page, order, "take");
  const answer = await answered;
  expect(answer.status()).toBe(200);
  const { traceparent } = await answer.request().allHeaders();
  expect(traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  expect(traceparent, "it goes on from where the order was shown").not.toBe(message.traceparent);
  expect(answer.headers()["server-timing"]).toContain(`trace;desc="${trace}"`);

  // From the order's passport, as whoever is told of one slow order goes.
  await boss.goto(`/orders/${order.number}/passport`);
  await boss.locator(`tr[data-step="MANUFACTURING_STARTED"] a[data-trace="${trace}"]`).click();
  await boss.waitForURL((at) => at.pathname === "/slow" && at.searchParams.get("trace") === trace);
  const kept = boss.locator("details[data-trace]");
  await expect(kept.first()).toBeVisible();
  const ids = await kept.evaluateAll((all) => all.map((one) => one.getAttribute("data-trace")));
  expect(new Set(ids), "no other trace is in the way").toEqual(new Set([trace]));
  const taken = kept.filter({ has: boss.locator('tr[data-depth="0"][data-span="POST /api/take"]') });
  await expect(taken).toHaveCount(1);
  const spans = await spansOf(taken);
  expect(wayTo(spans, "press_command")).toEqual(["POST /api/take", "command", "carry out", "press_command"]);
  await expect(taken.locator('tr[data-span="press_command"] td.number')).toHaveText(/\d/);
  await boss.context().close();
});

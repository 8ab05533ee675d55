// What a browser that was never here is sent before its board is live: program, scripts and styles, those of the worker
// that holds the stream included. The other worker is about models, and is not part of the page.
import { get } from "node:http";
import type { Page } from "@playwright/test";
import { bench, expect, ready, signIn, test, url } from "../support/floor";
import { Wire } from "../support/wire";

/** Bytes, packed with brotli. */
const BOUND = 200_000;
/** Of the first page alone. */
const PAGE = 60_000;
/** Cards in it at least: half of what the columns of a full board have. */
const CARDS = 28;
/** What comes after everything else, each by the script that wants it. */
const LAST = ["vitals.js", "ahead.js", "queue.js"];
/** What shows models is apart: a board loads it once an order of mine has its model here. */
const APART = /\/(offline|viewer|download|measure|tools|section)\.js$|\/vendor\./;

/** Bytes of a page as they are on the wire, for the person of this page. */
async function packed(page: Page, path: string): Promise<number> {
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  return new Promise((resolve, reject) => {
    const asked = get(new URL(path, url), { headers: { cookie, accept: "text/html", "accept-encoding": "br" } }, (answer) => {
      expect([answer.statusCode, answer.headers["content-encoding"]]).toEqual([200, "br"]);
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => { bytes += chunk.length; });
      answer.on("end", () => resolve(bytes));
      answer.on("error", reject);
    });
    asked.on("error", reject);
  });
}

test("the first route weighs at most 200,000 bytes, each part packed, and each but the stream's worker named by its content and kept for good", async ({ browser, request }) => {
  const wire = await Wire.to(url);
  const page = await bench(browser, "operator1", { baseURL: wire.url });
  await page.goto("/");
  await ready(page);
  await expect(page.locator("html[data-whole]")).toBeAttached();
  await expect.poll(() => wire.streams, "the board is live").toBeGreaterThan(0);
  await expect.poll(() => LAST.filter((name) => !wire.asked.some((path) => path.endsWith(`/${name}`))), "not asked for yet").toEqual([]);

  const parts: Record<string, number> = {};
  for (const path of wire.asked.map((asked) => asked.split("?")[0]).filter((path) => /\.(js|mjs|css|wasm)$/.test(path) && !/^\/sw[-.]/.test(path) && !APART.test(path))) {
    const answer = await request.get(path, { headers: { "accept-encoding": "br" } });
    expect(answer.status(), path).toBe(200);
    const { "content-encoding": packed, "content-length": length, "cache-control": kept } = answer.headers();
    if (Number(length) > 1000) expect(packed, path).toBe("br");
    // The stream's worker is one for tabs of every version.
    expect(kept, path).toContain(path === "/live.js" ? "no-cache" : "immutable");
    parts[path] = Number(length);
  }
  expect(Object.keys(parts).filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  const weight = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  expect(weight, JSON.stringify(parts, null, 1)).toBeLessThanOrEqual(BOUND);
  await page.context().close();
  await wire.cut();
});

test("the first page is at most 60,000 bytes, packed, with a whole screen of cards", async ({ page }) => {
  await signIn(page);
  expect(await (await page.request.get("/")).text().then((html) => html.match(/<li class="card/g)?.length)).toBeGreaterThanOrEqual(CARDS);
  const bytes = await packed(page, "/");
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(PAGE);
});

// What is left in a browser after an order's end, a log-out and the worker's own retirement.
import { handIn, signIn, sleep, withBrowser } from "./browser.mjs";
import { command, dear, held, message, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url] = process.argv.slice(2);
let left = 0;
const notes = [];
const until = async (page) => {
  for (let tries = 0; tries < 50 && (await held(page)).length > 0; tries += 1) await sleep(100);
  return held(page);
};
/** What the browser answers for a model without asking anybody. */
const cached = (page, sha256) => page.evaluate(async (path) => {
  const answer = await fetch(path, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
  return answer?.ok ? 1 : 0;
}, `/models/${sha256}.glb`);

for (const end of ["ship", "cancel", "log-out"]) {
  const cookie = await signIn(url);
  await withBrowser(url, cookie, dear, async (page) => {
    const order = await orderWithModel(url, cookie);
    await page.goto(`${url}/`);
    await workerReady(page);
    await openModel(page, url, order.number);
    await sleep(1_500);
    if ((await held(page)).length === 0) throw new Error("nothing was kept, so nothing can be left");
    await page.goto(`${url}/`);
    if (end === "ship") for (const name of ["take", "complete", "pack", "ship"]) await command(url, cookie, name, order);
    if (end === "cancel") await message(url, { id: order.id, number: order.number, status: "CANCELLED", source_version: 9 });
    if (end === "log-out") {
      await page.locator("details.menu > summary").click();
      await page.locator("form[data-logout] button").click();
      await page.waitForURL("**/login");
    }
    const files = await until(page);
    const more = end === "log-out" ? await page.evaluate(async () => (await indexedDB.databases()).length) : 0;
    const http = await cached(page, order.sha256);
    left += files.length + more + http;
    notes.push(`${end}: ${files.length} files, ${more} databases, ${http} in the HTTP cache`);
  });
}
handIn("left", left, `${notes.join("; ")}; retirement is watched by end2end/tests`);

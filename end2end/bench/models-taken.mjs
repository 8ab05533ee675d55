// A hundred orders taken on the board and opened a little later: how many open from the browser.
import { handIn, signIn, sleep, withBrowser } from "./browser.mjs";
import { counter, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url, admin] = process.argv.slice(2);
const OPENINGS = Number(process.env.OPENINGS ?? 100);
/** A person looks at what they took before they open it. */
const LOOK = 2_000;
const cookie = await signIn(url);
let here = 0;
await withBrowser(url, cookie, undefined, async (page) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const order = await orderWithModel(url, cookie, 1_500_000);
    await page.goto(`${url}/?q=${order.number}`);
    await page.waitForSelector("html[data-hydrated]", { state: "attached" });
    const card = page.locator(`[data-order="${order.number}"]`).first();
    await card.hover();
    await card.locator('[data-action="take"]').click();
    await page.locator(`[data-order="${order.number}"][data-status="MANUFACTURING_STARTED"]`).first().waitFor();
    await sleep(LOOK);
    const path = `/models/${order.sha256}.glb`;
    const kept = await page.evaluate(async (path) => Boolean(await caches.match(path)), path);
    const before = await counter(admin, "model_store_reads_total", 'by="reader"');
    await openModel(page, url, order.number);
    here += kept && (await counter(admin, "model_store_reads_total", 'by="reader"')) === before ? 1 : 0;
  }
});
handIn("taken", (100 * here) / OPENINGS, `${here} of ${OPENINGS}, 1.5 MB each, opened ${LOOK} ms after the take`);

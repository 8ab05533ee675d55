// A hundred orders taken on the board and opened a little later: how many open from the browser.
import { handIn, signIn, sleep, withBrowser } from "./browser.mjs";
import { counter, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url, admin] = process.argv.slice(2);
const OPENINGS = Number(process.env.OPENINGS ?? 100);
/** A person looks at what they took before they open it. */
const LOOK = 2_000;
const cookie = await signIn(url);
let [here, early] = [0, 0];
const kept = (page, path) => page.evaluate(async (path) => Boolean(await caches.match(path)), path);
await withBrowser(url, cookie, undefined, async (page) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const order = await orderWithModel(url, cookie, 1_500_000);
    const path = `/models/${order.sha256}.glb`;
    await page.goto(`${url}/?q=${order.number}`);
    await page.waitForSelector("html[data-hydrated]", { state: "attached" });
    const card = page.locator(`[data-order="${order.number}"]`).first();
    // By the keyboard: a pointer over the card would have its model fetched before the take.
    early += (await kept(page, path)) ? 1 : 0;
    await card.locator('[data-action="take"]').press("Enter");
    await page.locator(`[data-order="${order.number}"][data-status="MANUFACTURING_STARTED"]`).first().waitFor();
    await sleep(LOOK);
    const taken = await kept(page, path);
    const before = await counter(admin, "model_store_reads_total", 'by="reader"');
    await openModel(page, url, order.number);
    here += taken && (await counter(admin, "model_store_reads_total", 'by="reader"')) === before ? 1 : 0;
  }
});
handIn("taken", (100 * here) / OPENINGS, `${here} of ${OPENINGS}, 1.5 MB each, opened ${LOOK} ms after the take; ${early} were there before it`);

// What is left in a browser after an order's end, a log-out and the worker's own retirement.
import { handIn, signIn, sleep, withBrowser } from "./browser.mjs";
import { command, dear, held, message, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url] = process.argv.slice(2);
let left = 0;
const notes = [];
/** Waits at most five seconds until nothing is left; the files that are. The board's other orders keep their pictures. */
const until = async (page, sha256, all) => {
  const files = async () => (await held(page)).filter((path) => all || path.includes(sha256));
  const isThere = async () => (await files()).length + (await indexed(page, sha256)) > 0;
  for (let tries = 0; tries < 50 && (await isThere()); tries += 1) await sleep(100);
  return files();
};
/** What the HTTP cache answers for a model without asking anybody, and past the worker. */
async function cached(page, sha256) {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.setBypassServiceWorker", { bypass: true });
  const found = await page.evaluate(async (path) => {
    const answer = await fetch(path, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
    return answer?.ok ? 1 : 0;
  }, `/models/${sha256}.glb`);
  await wire.detach();
  return found;
}

/** What the worker's index knows of a model: its file, its picture, orders that name it. */
const indexed = (page, sha256) => page.evaluate(async (sha256) => {
  // To open a database that is not there would make one.
  if (!(await indexedDB.databases()).some(({ name }) => name === "verstak-models")) return 0;
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("verstak-models"));
  const stores = database.transaction(["entries", "pictures", "orders"]);
  const counts = [
    stores.objectStore("entries").count(sha256), stores.objectStore("pictures").count(sha256),
    stores.objectStore("orders").index("sha256").count(sha256),
  ];
  const found = await Promise.all(counts.map(done));
  database.close();
  return found.reduce((sum, count) => sum + count, 0);
}, sha256);

for (const end of ["ship", "cancel", "log-out"]) {
  const cookie = await signIn(url);
  await withBrowser(url, cookie, dear, async (page) => {
    const order = await orderWithModel(url, cookie);
    await page.goto(`${url}/`);
    await workerReady(page);
    await openModel(page, url, order.number);
    await sleep(1_500);
    const kept = (await held(page)).includes(`/models/${order.sha256}.glb`) && (await indexed(page, order.sha256)) > 0;
    if (!kept) throw new Error("nothing was kept, so nothing can be left");
    await page.goto(`${url}/`);
    if (end === "ship") for (const name of ["take", "complete", "pack", "ship"]) await command(url, cookie, name, order);
    if (end === "cancel") await message(url, { id: order.id, number: order.number, status: "CANCELLED", source_version: 9 });
    if (end === "log-out") {
      await page.locator("details.menu > summary").click();
      await page.locator("form[data-logout] button").click();
      await page.waitForURL("**/login");
    }
    const files = await until(page, order.sha256, end === "log-out");
    const databases = end === "log-out" ? await page.evaluate(async () => (await indexedDB.databases()).length) : 0;
    const entries = await indexed(page, order.sha256);
    const http = await cached(page, order.sha256);
    left += files.length + databases + entries + http;
    const more = end === "log-out" ? `${databases} databases` : `${entries} entries of the index`;
    notes.push(`${end}: ${files.length} files, ${more}, ${http} in the HTTP cache`);
  });
}
handIn("left", left, `${notes.join("; ")}; retirement is watched by end2end/tests`);

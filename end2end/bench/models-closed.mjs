// Events that a browser missed while it was closed: what its first answers are, and when it has caught up.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { handIn, ms, percentile, signIn, sleep } from "./browser.mjs";
import { counter, dear, held, message, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url, admin] = process.argv.slice(2);
const ROUNDS = 5;
const cookie = await signIn(url);
const profile = await mkdtemp(join(tmpdir(), "verstak-bench-"));
const open = async () => {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"], locale: "ru-RU",
  });
  await context.addCookies([{ ...cookie, url }]);
  await context.addInitScript(dear);
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
};
/** The service worker of this browser, as soon as it runs. */
async function workerOf(context) {
  const isIt = (worker) => new URL(worker.url()).pathname === "/sw.js";
  return context.serviceWorkers().find(isIt) ?? context.waitForEvent("serviceworker", isIt);
}
/** In the worker, because a page that opens has no time to look: when a file was gone, by the machine's clock. */
async function whenDeleted(path) {
  const late = Date.now() + 10_000;
  while (await caches.match(path)) {
    if (Date.now() > late) break;
    await new Promise((done) => setTimeout(done, 5));
  }
  return Date.now();
}
/** In the page: when its first byte came. */
const answered = () => performance.timeOrigin + performance.getEntriesByType("navigation")[0].responseStart;
let wrong = 0;
const times = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [kept, ended] = [await orderWithModel(url, cookie), await orderWithModel(url, cookie)];
    let { context, page } = await open();
    await page.goto(`${url}/`);
    await workerReady(page);
    await openModel(page, url, kept.number);
    await openModel(page, url, ended.number);
    await sleep(1_000);
    await context.close();
    await message(url, { id: ended.id, number: ended.number, status: "CANCELLED", source_version: 9 });
    ({ context, page } = await open());
    const worker = workerOf(context);
    await page.goto(`${url}/`, { waitUntil: "commit" });
    // The first thing asked for is what must not be answered from here any more.
    const gone = `/models/${ended.sha256}.glb`;
    const deleted = worker.then((running) => running.evaluate(whenDeleted, gone));
    const before = await counter(admin, "model_responses_total");
    const opened = await page.evaluate(async (path) => {
      await navigator.serviceWorker.ready;
      return (await fetch(path)).ok;
    }, gone);
    // An answer that the server did not count is one that the browser gave by itself.
    if (opened && (await counter(admin, "model_responses_total")) === before) wrong += 1;
    times.push((await deleted) - (await page.evaluate(answered)));
    if ((await held(page)).includes(gone)) wrong += 1;
    await context.close();
  }
} finally {
  await rm(profile, { recursive: true, force: true });
}
handIn("closed", wrong, `${ROUNDS} times closed while one of two orders was cancelled`);
handIn("converged", percentile(times, 1), `from the first answer of the page to the file's deletion, worst of ${ROUNDS}; median ${ms(percentile(times, 0.5))}`);

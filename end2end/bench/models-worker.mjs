// Second openings, a large model from the worker, a status change, and whose requests the worker sees.
import { handIn, least, ms, percentile, signIn, sleep, withBrowser } from "./browser.mjs";
import { command, counter, dear, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url, admin] = process.argv.slice(2);
const ROUNDS = 10;
const cookie = await signIn(url);
const small = await orderWithModel(url, cookie);
const large = await orderWithModel(url, cookie, 20_000_000);
const reads = () => counter(admin, "model_store_reads_total", 'by="reader"');
const sent = () => counter(admin, "model_responses_total");

await withBrowser(url, cookie, dear, async (page) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  await openModel(page, url, small.number);
  await sleep(1_000);
  const [readsBefore, sentBefore] = [await reads(), await sent()];
  for (let round = 0; round < ROUNDS; round += 1) await openModel(page, url, small.number);
  handIn("second-requests", (await reads()) - readsBefore, `${ROUNDS} openings, counted at the server`);
  handIn("second-bytes", (await sent()) - sentBefore, `answers with a model during ${ROUNDS} openings, counted at the server`);

  const before = await sent();
  await command(url, cookie, "take", small);
  await sleep(1_500);
  await openModel(page, url, small.number);
  handIn("status", (await sent()) - before, "answers with a model after a take seen live, and an opening after it");

  await openModel(page, url, large.number);
  await sleep(2_000);
  const times = await page.evaluate(async ({ path, rounds }) => {
    const found = [];
    for (let round = 0; round < rounds; round += 1) {
      const begun = performance.now();
      const reader = (await fetch(path)).body.getReader();
      await reader.read();
      const first = performance.now() - begun;
      while (!(await reader.read()).done);
      found.push({ first, whole: performance.now() - begun });
    }
    return found;
  }, { path: `/models/${large.sha256}.glb`, rounds: ROUNDS });
  const [firsts, wholes] = [times.map(({ first }) => first), times.map(({ whole }) => whole)];
  handIn("first-byte", percentile(firsts, 0.5), `median of ${ROUNDS}; best ${ms(least(firsts))}`);
  handIn("complete", percentile(wholes, 0.5), `median of ${ROUNDS}; best ${ms(least(wholes))}`);
});

await withBrowser(url, cookie, dear, async (page, context) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  let [answered, others] = [0, 0];
  page.on("response", (response) => {
    if (new URL(response.url()).pathname.startsWith("/models/")) return;
    others += 1;
    answered += response.fromServiceWorker() ? 1 : 0;
  });
  // What the worker is asked is counted in the worker itself, beside its own listener.
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(() => {
    self.seen = [];
    self.addEventListener("fetch", (event) => self.seen.push(new URL(event.request.url).pathname));
  });
  await page.reload();
  await page.waitForSelector("html[data-hydrated]", { state: "attached" });
  await page.evaluate(() => fetch("/api/board"));
  await page.goto(`${url}/orders/${small.number}`);
  await sleep(3_000);
  const seen = await worker.evaluate(() => self.seen.filter((path) => !path.startsWith("/models/")));
  handIn("answered", answered, `of ${others} requests of pages, the API and the stream`);
  handIn("routed", seen.length, `fetch events in the worker for anything but models: ${seen.slice(0, 5).join(" ") || "none"}`);
});

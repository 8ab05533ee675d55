// Second openings, a large model from the worker, a status change, and whose requests the worker sees.
import { handIn, least, ms, percentile, signIn, sleep, withBrowser } from "./browser.mjs";
import { command, counter, dear, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url, admin] = process.argv.slice(2);
const ROUNDS = 10;
// Nobody asks for the next look in the instant in which the last byte of one is read, and the browser is still putting
// away what was read then: every second reading would wait 30 ms for that, though the worker answers it as quickly.
const PAUSE = 100;
const cookie = await signIn(url);
const small = await orderWithModel(url, cookie);
const large = await orderWithModel(url, cookie, 20_000_000);
const reads = () => counter(admin, "model_store_reads_total", 'by="reader"');
const sent = () => counter(admin, "model_responses_total");
/** The bytes of a model, as this page gets it. */
const sizeOf = (page, { sha256 }) => page.evaluate(async (path) => {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}, `/models/${sha256}.glb`);

await withBrowser(url, cookie, dear, async (page) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  await openModel(page, url, small.number);
  await sleep(1_000);
  const size = await sizeOf(page, small);
  const [readsBefore, sentBefore] = [await reads(), await sent()];
  for (let round = 0; round < ROUNDS; round += 1) await openModel(page, url, small.number);
  handIn("second-requests", (await reads()) - readsBefore, `${ROUNDS} openings, counted at the server`);
  const again = (await sent()) - sentBefore;
  handIn("second-bytes", again * size, `${again} answers with a model of ${size} bytes during ${ROUNDS} openings, counted at the server`);

  const before = await sent();
  await command(url, cookie, "take", small);
  await sleep(1_500);
  await openModel(page, url, small.number);
  const after = (await sent()) - before;
  handIn("status", after * size, `${after} answers with a model of ${size} bytes after a take seen live, and an opening after it`);

  await openModel(page, url, large.number);
  await sleep(2_000);
  const sentBeforeLarge = await sent();
  const times = await page.evaluate(async ({ path, rounds, pause }) => {
    const found = [];
    for (let round = 0; round < rounds; round += 1) {
      await new Promise((done) => setTimeout(done, pause));
      const begun = performance.now();
      const reader = (await fetch(path)).body.getReader();
      await reader.read();
      const first = performance.now() - begun;
      while (!(await reader.read()).done);
      found.push({ first, whole: performance.now() - begun });
    }
    return found;
  }, { path: `/models/${large.sha256}.glb`, rounds: ROUNDS, pause: PAUSE });
  if ((await sent()) !== sentBeforeLarge) throw new Error("the large model came from the server, so the times are not the worker's");
  const [firsts, wholes] = [times.map(({ first }) => first), times.map(({ whole }) => whole)];
  handIn("first-byte", percentile(firsts, 0.5), `median of ${ROUNDS}; best ${ms(least(firsts))}`);
  handIn("complete", percentile(wholes, 0.5), `median of ${ROUNDS}; best ${ms(least(wholes))}`);
});

await withBrowser(url, cookie, dear, async (page, context) => {
  await page.goto(`${url}/`);
  await workerReady(page);
  let [answered, others, models] = [0, 0, 0];
  page.on("response", (response) => {
    if (new URL(response.url()).pathname.startsWith("/models/")) {
      models += response.fromServiceWorker() ? 1 : 0;
      return;
    }
    others += 1;
    answered += response.fromServiceWorker() ? 1 : 0;
  });
  // Beside the worker's own listener another one hears what that one leaves unanswered: an answer stops the event.
  const worker = context.serviceWorkers().find((one) => new URL(one.url()).pathname === "/sw.js");
  if (!worker) throw new Error("the page has a worker, but the browser does not say so");
  const PROBE = "/heard";
  await worker.evaluate((path) => {
    self.heard = [];
    self.addEventListener("fetch", (event) => self.heard.push(new URL(event.request.url).pathname));
    self.dispatchEvent(new FetchEvent("fetch", { request: new Request(path) }));
  }, PROBE);
  // And what the browser tells of each request of the page: by which way it went (Resource Timing).
  const told = () => page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .map(({ name, workerFinalSourceType }) => ({ path: new URL(name).pathname, by: workerFinalSourceType })));
  await page.reload();
  await page.waitForSelector("html[data-hydrated]", { state: "attached" });
  await page.evaluate(() => fetch("/api/board"));
  const all = await told();
  await openModel(page, url, small.number);
  await sleep(3_000);
  all.push(...(await told()));
  const heard = await worker.evaluate(() => self.heard);
  if (heard.shift() !== PROBE) throw new Error("the listener in the worker does not hear what nobody answers");
  const asked = all.filter(({ path }) => !path.startsWith("/models/"));
  const seen = [...heard, ...asked.filter(({ by }) => by !== "network").map(({ path }) => path)];
  if (models === 0) throw new Error("no answer with a model came from the worker, so none would have been told apart");
  handIn("answered", answered, `of ${others} requests of pages, the API and the stream`);
  handIn("routed", seen.length, `of ${asked.length} requests of the page for anything but models, and the stream; those that the worker was given: ${seen.slice(0, 5).join(" ") || "none"}`);
});

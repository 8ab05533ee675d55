// A browser that is closed and opened again: what happened meanwhile, and what was interrupted.
import type { APIRequestContext, Page } from "@playwright/test";
import { type Order, approved, elsewhere, expect, held, metric, post, ready, signIn } from "../support/floor";
import { addressOf, bring, come, endWorker, everything, fetched, firstBytes, modelOf, openModel, stored, withModel, workerReady } from "../support/models";
import { noted, notedModels, notes, onDisk, spoil, tell } from "../support/profile";
import { StoreLine, onALine } from "../support/store";

declare global {
  interface Window { first?: Promise<number> }
}

// For its traces Playwright asks the server once more for what a worker answered, and the server counts that.
onDisk.use({ trace: "off" });

/** The next page asks for this before anything else of it runs. */
const askFirst = (page: Page, path: string) => page.addInitScript((path) => {
  window.first ??= fetch(path).then(async (answer) => (await answer.arrayBuffer(), answer.status), () => 0);
}, path);

const hashIn = (path: string) => /[0-9a-f]{64}/.exec(path)?.[0] ?? path;

/** Neither the file, nor the picture, nor a word about either. */
async function nothingOf(page: Page, path: string) {
  await expect.poll(() => everything(page)).not.toContainEqual(expect.stringContaining(hashIn(path)));
  await expect.poll(() => notes(page)).not.toContain(hashIn(path));
}

for (const end of ["cancelled", "shipped"] as const) {
  onDisk(`of an order that was ${end} while the browser was closed, not even the first answer comes from here, and nothing stays`, async ({ page: before, profile, request, server }) => {
    const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
    await signIn(before);
    const [kept, ended] = [await withModel(before, request), await withModel(before, request)];
    await workerReady(before);
    await openModel(before, kept);
    const stays = await addressOf(before);
    await openModel(before, ended);
    const gone = await addressOf(before);
    await expect.poll(() => stored(before)).toHaveLength(2);
    expect(await notes(before), "the notes are read").toContain(hashIn(gone));
    await profile.close();

    if (end === "shipped") await elsewhere(request, "operator2", ended, ["take", "complete", "pack", "ship"]);
    else expect((await post(request, approved({ id: ended.id, number: ended.number, status: "CANCELLED", source_version: 9 }))).ok()).toBe(true);
    const sent = await answers();

    const page = await profile.reopen();
    await askFirst(page, gone);
    await page.goto("/");
    await page.evaluate(() => window.first);
    expect(await answers(), "the server was asked for it").toBe(sent + 1);
    await nothingOf(page, gone);
    expect(await stored(page)).toEqual([stays]);
    expect(await fetched(page, stays)).toEqual({ status: 200, unverified: null });
    expect(await answers(), "what stayed is answered from here").toBe(sent + 1);
  });
}

onDisk("what ended while the browser was closed goes as soon as it is open again, though no page says a word of it", async ({ page: before, profile, request }) => {
  await signIn(before);
  const [kept, ended] = [await withModel(before, request), await withModel(before, request)];
  await workerReady(before);
  await openModel(before, kept);
  const stays = await addressOf(before);
  await openModel(before, ended);
  const gone = await addressOf(before);
  await expect.poll(() => stored(before)).toHaveLength(2);
  await profile.close();
  await elsewhere(request, "operator2", ended, ["take", "complete", "pack", "ship"]);

  const page = await profile.reopen();
  let silenced = 0;
  await page.route(/\/client\.js$/, (route) => (silenced += 1, route.abort()));
  await page.goto("/");
  await nothingOf(page, gone);
  expect(await stored(page)).toEqual([stays]);
  expect(silenced, "the page's side of the worker did not come").toBe(1);
});

onDisk("who signs in to a browser that another person closed without a log-out finds no byte of theirs", async ({ page: before, profile, request, server }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await signIn(before, "operator1");
  const order = await withModel(before, request);
  await workerReady(before);
  await openModel(before, order);
  const path = await addressOf(before);
  await expect.poll(() => stored(before)).toEqual([path]);
  expect(await notes(before)).toContain("operator1");

  const page = await profile.reopen();
  await page.context().clearCookies();
  await signIn(page, "operator2");
  await expect.poll(() => notes(page)).toContain("operator2");
  expect(await everything(page)).not.toContain(path);
  expect(await notes(page)).not.toContain("operator1");
  const sent = await answers();
  await openModel(page, order);
  expect(await answers(), "it came from the server").toBe(sent + 1);
});

const rationed = onDisk.extend<{ store: StoreLine }>(onALine);

/** Begins to download in the page, and lets the first bytes of the file come. */
async function begin(page: Page, path: string, store: StoreLine) {
  store.ration();
  await page.evaluate(bring, path);
  await firstBytes(store, () => page.evaluate(come));
}

/** An order with a model of so many bytes, whose address the page at hand names; nothing of the model has come. */
async function named(page: Page, request: APIRequestContext, size: number): Promise<{ order: Order; path: string }> {
  await signIn(page);
  const order = await withModel(page, request, "plain.glb", {}, size);
  await workerReady(page);
  await page.goto(`/?q=${order.number}`);
  await ready(page);
  return { order, path: await modelOf(page, order) };
}

const over = (page: Page) => expect.poll(async () => (await page.evaluate(come)).over).not.toBeNull();

rationed("a worker that is killed, or a browser that is closed, in the middle of a download leaves no part of the file, and the next look has it whole", async ({ page: before, profile, request, store }) => {
  const size = 2_000_000;
  const { order, path } = await named(before, request, size);
  const nothing = async (page: Page) => {
    expect(await stored(page)).toEqual([]);
    expect(await notedModels(page)).toEqual([]);
  };

  await begin(before, path, store);
  await endWorker(before);
  await over(before);
  expect((await before.evaluate(come)).bytes).toBeLessThan(size);
  await nothing(before);

  await begin(before, path, store);
  const page = await profile.reopen();
  await page.goto("/");
  await workerReady(page);
  await nothing(page);

  store.allow(Infinity);
  await openModel(page, order);
  await expect.poll(() => stored(page)).toEqual([path]);
  await expect.poll(() => notedModels(page)).toEqual([hashIn(path)]);
});

rationed("who asks for a model that is on its way to another tab gets at once what has come of it, and the server is asked once", async ({ page, context, request, server, store }) => {
  const { path } = await named(page, request, 2_000_000);
  await begin(page, path, store);
  const other = await context.newPage();
  await other.goto("/");
  await workerReady(other);
  await other.evaluate(bring, path);
  await expect.poll(async () => (await other.evaluate(come)).bytes).toBeGreaterThan(0);
  expect((await page.evaluate(come)).over, "it is still under way").toBeNull();

  store.allow(Infinity);
  await over(page);
  await over(other);
  const came = await page.evaluate(come);
  expect(came.over).toBe("whole");
  expect(await other.evaluate(come)).toEqual(came);
  expect(await metric(request, "model_responses_total", "", server.adminUrl)).toBe(1);
  await expect.poll(() => stored(page)).toEqual([path]);
});

onDisk("a stored file that went bad while the browser was closed is noticed, dropped and fetched again", async ({ page: before, profile, request, server }) => {
  const answers = () => metric(request, "model_responses_total", 'status="200"', server.adminUrl);
  await signIn(before);
  const order = await withModel(before, request);
  await workerReady(before);
  await openModel(before, order);
  const path = await addressOf(before);
  await expect.poll(() => stored(before)).toEqual([path]);
  await spoil(before, path);
  expect(await answers()).toBe(1);

  const page = await profile.reopen();
  await openModel(page, order);
  expect(await answers(), "fetched again").toBe(2);
  // And now it is sound: the next look moves no byte.
  await expect.poll(() => stored(page)).toEqual([path]);
  await openModel(page, order);
  expect(await answers()).toBe(2);
});

onDisk("stored files that nobody opens are hashed again one after another, and one that went bad at rest is dropped", async ({ page, request }) => {
  await signIn(page);
  await workerReady(page);
  const paths: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    await openModel(page, await withModel(page, request));
    paths.push(await addressOf(page));
    await expect.poll(() => stored(page)).toContain(paths[count]);
  }
  const sample = async () => (await tell(page, { type: "sample" })).sampled;
  expect(await sample(), "both came a moment ago").toBeNull();
  await spoil(page, paths[1]);
  await noted(page, { checked: Date.now() - 7_200_000 });
  expect(new Set([await sample(), await sample()])).toEqual(new Set(paths.map(hashIn)));
  expect(await sample(), "each is looked at once").toBeNull();
  expect(await stored(page)).toEqual([paths[0]]);
  expect(await notedModels(page)).toEqual([hashIn(paths[0])]);
});

onDisk("a look at a stored file that was not checked for long checks it, and drops what went bad", async ({ page, request }) => {
  await signIn(page);
  await workerReady(page);
  await openModel(page, await withModel(page, request));
  const path = await addressOf(page);
  await expect.poll(() => stored(page)).toEqual([path]);
  await spoil(page, path);
  expect((await fetched(page, path)).status).toBe(200);
  expect(await stored(page), "it was checked a moment ago").toEqual([path]);
  await noted(page, { checked: 0 });
  expect((await fetched(page, path)).status).toBe(200);
  await expect.poll(() => stored(page)).toEqual([]);
});

onDisk("what a page saw of an order holds against a manifest that does not know it yet, whatever revision that claims", async ({ page, request, server }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await signIn(page);
  const order = await withModel(page, request);
  await workerReady(page);
  await openModel(page, order);
  const path = await addressOf(page);
  await expect.poll(() => stored(page)).toEqual([path]);
  const revision = await page.locator("html").getAttribute("data-revision");
  const version = (await held(page.request, order))?.version ?? 0;
  const seen = { type: "order", order: order.id, status: "MANUFACTURING_APPROVED", revision, sha256: hashIn(path) };
  const asked = await answers();

  await tell(page, { ...seen, version });
  expect((await fetched(page, path)).status).toBe(200);
  expect(await answers(), "this version is the one that the manifest names").toBe(asked);
  await tell(page, { ...seen, version: version + 1 });
  expect((await tell(page, { type: "ask", sha256: [hashIn(path)] })).held).toEqual([]);
  expect((await fetched(page, path)).status).toBe(200);
  expect(await answers(), "the server was asked for it").toBe(asked + 1);

  await elsewhere(request, "operator2", order, ["take"]);
  await expect.poll(async () => (await tell(page, { type: "ask", sha256: [hashIn(path)] })).held).toEqual([hashIn(path)]);
  expect((await fetched(page, path)).status).toBe(200);
  expect(await answers(), "now it is confirmed").toBe(asked + 1);
});

onDisk("files that others' tools packed, with Draco, meshopt or pictures, open from here after the browser was closed", async ({ page: before, profile, request, server }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  await signIn(before);
  await workerReady(before);
  const orders = [];
  for (const file of ["draco.glb", "meshopt.glb", "gltfpack.glb", "painted-draco.glb", "painted-gltfpack.glb"]) {
    const order = await withModel(before, request, file);
    await openModel(before, order);
    orders.push(order);
  }
  await expect.poll(() => stored(before)).toHaveLength(orders.length);
  const sent = await answers();
  const page = await profile.reopen();
  for (const order of orders) await openModel(page, order);
  expect(await answers()).toBe(sent);
});

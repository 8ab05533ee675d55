import { appendFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { Bare } from "../support/bare";
import { alone, expect, held, metric, signIn } from "../support/floor";
import { bring, come, dearLine, firstBytes, onDearLine, withModel } from "../support/models";
import { required, type Server } from "../support/server";
import { StoreLine, onALine } from "../support/store";

const test = alone.extend<{ bare: Bare }>({
  bare: async ({}, use) => {
    const bare = await Bare.start();
    await bare.first(dearLine);
    await use(bare);
    await bare.close();
  },
});

/** What a browser holds of this origin. */
const kept = (browser: Bare) => browser.run(async () => {
  const registrations = await navigator.serviceWorker.getRegistrations();
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  return { registrations: registrations.length, caches: await caches.keys(), databases };
});
/** What the HTTP cache has of an address, without a word to the network. */
const inHttpCache = (browser: Bare, path: string) => browser.run(async (path) => {
  const answer = await fetch(path, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
  return answer?.ok ?? false;
}, path);
const nothing = { registrations: 0, caches: [], databases: [] };
/** The worker, and the one that lets the stream go by. */
const something = { registrations: 2, caches: ["glb-v1"], databases: ["verstak-models"] };

/** Whether the worker has read the manifest, by its own notes. */
const isTold = async (browser: Bare) => (await kept(browser)).databases.length > 0 && browser.run(() => new Promise<boolean>((resolve) => {
  const opening = indexedDB.open("verstak-models");
  opening.onsuccess = () => {
    const now = opening.result.transaction("facts").objectStore("facts").get("now");
    now.onsuccess = () => {
      opening.result.close();
      resolve(typeof now.result?.revision === "string");
    };
  };
}));

/** The status of a fetch in the page, read to its end. */
const fetched = (browser: Bare, path: string) => browser.run(async (path) => {
  const answer = await fetch(path);
  await answer.arrayBuffer();
  return answer.status;
}, path);

/** The address of the model of a new order. */
async function newModel(page: Page, request: APIRequestContext): Promise<string> {
  await onDearLine(page.context());
  await signIn(page);
  const order = await withModel(page, request);
  return `/models/${(await held(page.request, order))?.model?.sha256}.glb`;
}

/** Signs in and opens a model, which the worker keeps. */
async function keep(browser: Bare, server: Server, path: string) {
  await browser.open(`${server.url}/login`);
  const status = await browser.run(async (password) => {
    const body = new URLSearchParams({ login: "operator1", password });
    return (await fetch("/api/login", { method: "POST", body, headers: { accept: "application/json" } })).status;
  }, required("VERSTAK_DEMO_PASSWORD"));
  expect(status).toBe(200);
  await keepAgain(browser, server, path);
}

async function keepAgain(browser: Bare, server: Server, path: string) {
  await browser.open(`${server.url}/`);
  await expect.poll(() => browser.run(() => navigator.serviceWorker.controller !== null)).toBe(true);
  // Before it knows which orders there are, a worker keeps nothing.
  await expect.poll(() => isTold(browser)).toBe(true);
  expect(await fetched(browser, path)).toBe(200);
  await expect.poll(() => browser.run(async (path) => (await caches.match(path)) !== undefined, path)).toBe(true);
  expect(await kept(browser)).toEqual(something);
}

test("switched off on the server, the worker deletes what it kept and goes, and models open without it", async ({ page, request, server, bare: browser }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const model = await newModel(page, request);
  await keep(browser, server, model);
  expect(await fetched(browser, model)).toBe(200);
  expect(await answers(), "the second one came from the worker").toBe(1);

  await server.stop();
  await server.start({ WORKER: "off" });
  await browser.open(`${server.url}/`);
  await expect.poll(() => kept(browser)).toEqual(nothing);
  const parts = await browser.run(() => [...document.scripts].map(({ src }) => src).filter((src) => src.includes("/pkg/")));
  expect(await inHttpCache(browser, parts[0]), "what is kept there is seen there").toBe(true);
  expect(await inHttpCache(browser, model)).toBe(false);
  for (const count of [1, 2]) {
    await browser.open(`${server.url}/?q=${count}`);
    expect(await fetched(browser, model)).toBe(200);
    expect(await answers(), "it came from the server").toBe(count);
    expect(await kept(browser), "nothing comes back").toEqual(nothing);
    expect(await inHttpCache(browser, model)).toBe(false);
  }

  await server.stop();
  await server.start();
  await keepAgain(browser, server, model);
});

test("a worker that is killed while it deletes what it kept goes all the same", async ({ page, request, server, bare: browser }) => {
  const model = await newModel(page, request);
  await keep(browser, server, model);
  const files = () => browser.run(async () => {
    const kept = await caches.has("glb-v1") ? await (await caches.open("glb-v1")).keys() : [];
    return kept.length;
  });
  // Enough that the deletion takes its time.
  await browser.run(async () => {
    const cache = await caches.open("glb-v1");
    for (let n = 0; n < 3_000; n += 1) await cache.put(`/models/${n}.glb`, new Response("glTF"));
  });
  const many = await files();
  expect(many).toBeGreaterThan(3_000);

  await server.stop();
  await server.start({ WORKER: "off" });
  await browser.send("ServiceWorker.enable");
  await browser.open(`${server.url}/`);
  await expect.poll(files, { intervals: [20] }).toBeLessThan(many);
  await browser.send("ServiceWorker.stopAllWorkers");
  expect(await files(), "it was not done yet").toBeGreaterThan(0);
  await browser.open(`${server.url}/?again=1`);
  await expect.poll(() => kept(browser)).toEqual(nothing);
});

/** The site as it was built, for a server of its own. */
const copy = (site: string) => cp(required("LEPTOS_SITE_ROOT"), site, { recursive: true });

/** Another version of the worker: what a server that reads its files anew hands out, it must hand out whole. */
async function change(site: string) {
  await appendFile(join(site, "sw.js"), "\n// The next version.\n");
  await unpack(join(site, "sw.js"));
}

/** A file that was changed is served as it is, not as it was packed before. */
async function unpack(file: string) {
  for (const packed of [".br", ".gz"]) await rm(`${file}${packed}`, { force: true });
}

/** Notes when another version answers for the page. */
const attend = (browser: Bare) => browser.run(() => {
  navigator.serviceWorker.addEventListener("controllerchange", () => document.documentElement.setAttribute("data-next", ""));
});
const isNext = (browser: Bare) => browser.run(() => {
  // Until then Chromium may ask the network.
  const isActive = navigator.serviceWorker.controller?.state === "activated";
  return isActive && document.documentElement.hasAttribute("data-next");
});

/** What the browser does by itself when somebody opens another page. Whether there is another version. */
const look = (browser: Bare) => browser.run(async () => {
  const registration = await (await navigator.serviceWorker.getRegistration("/"))?.update();
  return Boolean(registration?.installing ?? registration?.waiting);
});

/** Another version takes over under the open page; `edit` says how its site differs besides. */
async function takeOver(browser: Bare, server: Server, site: string, edit: () => Promise<void> = async () => {}) {
  await attend(browser);
  await server.stop();
  await copy(site);
  await change(site);
  await edit();
  await server.start({ LEPTOS_SITE_ROOT: site });
  await look(browser);
  await expect.poll(() => isNext(browser)).toBe(true);
}

test("a new version of the worker takes over under an open page, and throws away nothing that the old one stored", async ({ page, request, server, bare: browser }, info) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const model = await newModel(page, request);
  await keep(browser, server, model);
  await takeOver(browser, server, info.outputPath("site"));

  expect(await fetched(browser, model), "the page that was open before").toBe(200);
  expect(await kept(browser)).toEqual(something);
  await browser.open(`${server.url}/`);
  expect(await fetched(browser, model), "and one that is opened now").toBe(200);
  expect(await answers(), "both from what the old version stored").toBe(0);
});

test("a worker that speaks another protocol than an open page shows its models all the same, and believes none of its words", async ({ page, request, server, bare: browser }, info) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const model = await newModel(page, request);
  await keep(browser, server, model);
  const site = info.outputPath("site");
  await takeOver(browser, server, site, async () => {
    const rules = join(site, "sw-index.js");
    const next = (await readFile(rules, "utf8")).replace(/PROTOCOL ?= ?1\b/, "PROTOCOL=2");
    expect(next).toContain("PROTOCOL=2");
    await writeFile(rules, next);
    await unpack(rules);
  });
  const said = () => browser.run(() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    navigator.serviceWorker.controller?.postMessage({ protocol: 1, type: "forget" }, [port2]);
  }));
  expect(await said()).toEqual({ protocol: 2, type: "refused", reason: "protocol" });
  expect(await fetched(browser, model)).toBe(200);
  expect(await kept(browser), "it emptied nothing").toEqual(something);
  expect(await answers(), "from what the old version stored").toBe(0);
});

test("what a version with an older index stored stays, and is answered once the manifest names it again", async ({ page, request, server, bare: browser }) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const model = await newModel(page, request);
  await keep(browser, server, model);
  const asked = await answers();
  // As the first version had it: no pictures, and no mark of my orders.
  const version = await browser.run(async () => {
    const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const name = "verstak-models";
    const now = await done(indexedDB.open(name));
    const entries = await done(now.transaction("entries").objectStore("entries").getAll());
    const facts = await done(now.transaction("facts").objectStore("facts").get("now"));
    now.close();
    await done(indexedDB.deleteDatabase(name));
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("facts");
      opening.result.createObjectStore("entries", { keyPath: "sha" });
      const orders = opening.result.createObjectStore("orders", { keyPath: "order" });
      orders.createIndex("sha256", "sha256");
      orders.createIndex("wanted", "wanted");
    };
    const old = await done(opening);
    const writing = old.transaction(["facts", "entries", "orders"], "readwrite");
    // It had heard of everything, so no news would name these orders again.
    writing.objectStore("facts").put(facts, "now");
    writing.objectStore("orders").put({ order: "old", sha256: "0".repeat(64), size: 1, version: 1, mine: true });
    for (const entry of entries) writing.objectStore("entries").put(entry);
    await new Promise((resolve) => { writing.oncomplete = resolve; });
    old.close();
    return entries.length;
  });
  expect(version).toBe(1);
  await browser.send("ServiceWorker.enable");
  await browser.send("ServiceWorker.stopAllWorkers");
  await browser.open(`${server.url}/?again=1`);
  await expect.poll(() => isTold(browser)).toBe(true);
  expect(await fetched(browser, model)).toBe(200);
  expect(await answers(), "no byte of it came again").toBe(asked);
  const now = await browser.run(() => new Promise<[number, string[], unknown[]]>((resolve) => {
    const opening = indexedDB.open("verstak-models");
    opening.onsuccess = () => {
      const { version, objectStoreNames } = opening.result;
      const orders = opening.result.transaction("orders").objectStore("orders").getAllKeys();
      orders.onsuccess = () => {
        opening.result.close();
        resolve([version, [...objectStoreNames], orders.result]);
      };
    };
  }));
  expect(now).toEqual([2, ["entries", "facts", "orders", "pictures"], expect.any(Array)]);
  expect(now[2], "what lacked the mark is named anew").not.toContain("old");
  expect(now[2].length).toBeGreaterThan(1);
});

const lined = test.extend<{ store: StoreLine }>(onALine);

lined("a new version of the worker that comes in the middle of a download breaks nothing off, and has the file afterwards", async ({ page, request, server, store, bare: browser }, info) => {
  const answers = () => metric(request, "model_responses_total", "", server.adminUrl);
  const first = await newModel(page, request);
  const size = 2_000_000;
  const order = await withModel(page, request, "plain.glb", {}, size);
  const model = `/models/${(await held(page.request, order))?.model?.sha256}.glb`;
  const site = info.outputPath("site");
  await copy(site);
  await server.stop();
  // As in development, its files are read anew for every request.
  await server.start({ S3_ENDPOINT: store.url, LEPTOS_SITE_ROOT: site, LEPTOS_WATCH: "on" });
  await keep(browser, server, first);
  await attend(browser);
  const sent = await answers();

  store.ration();
  await browser.run(bring, model);
  const coming = () => browser.run(come);
  await firstBytes(store, coming);
  await change(site);
  expect(await look(browser), "there is another version").toBe(true);
  expect((await coming()).over, "the model is under way").toBeNull();

  store.allow(Infinity);
  await expect.poll(coming).toEqual({ bytes: expect.any(Number), over: "whole" });
  expect((await coming()).bytes).toBeGreaterThan(size);
  await expect.poll(() => isNext(browser)).toBe(true);
  for (const path of [first, model]) expect(await fetched(browser, path)).toBe(200);
  expect(await answers(), "the second look cost no byte").toBe(sent + 1);
});

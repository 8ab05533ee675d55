// Pictures in the service worker: which of them go, and what they take of the budget. Without a browser.
import assert from 'node:assert/strict';
import { webcrypto as crypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const read = (name) => readFile(new URL(`../../public/${name}`, import.meta.url), 'utf8');
const names = ['/sw.js', '/sw-index.js', '/sw-manifest.js', '/sw-pictures.js', '/sw-flight.js', '/sw-ahead.js'];
const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name.slice(1))])));
const shaOf = (at) => at.toString(16).padStart(64, '0');
const pathOf = (at) => `/models/${shaOf(at)}.jpg`;
const HOUR = 3_600_000;

/** A worker with pictures by their number and when they were last of use, and with files; every order names them all. */
function load({ pictures = [], entries = [] } = {}) {
  const request = (result) => {
    const pending = { result };
    queueMicrotask(() => pending.onsuccess?.());
    return pending;
  };
  const kept = new Map(pictures.map(([at, when]) => [shaOf(at), when]));
  const cached = new Map(pictures.map(([at]) => [pathOf(at), new Response('picture')]));
  const said = { puts: 0, deleted: [] };
  const byUse = () => [...kept].sort(([, a], [, b]) => a - b).map(([sha]) => sha);
  const stores = {
    pictures: {
      count: () => request(kept.size),
      get: (sha) => request(kept.has(sha) ? { sha, kept: kept.get(sha) } : undefined),
      put: ({ sha, kept: when }) => { said.puts += 1; kept.set(sha, when); return request(sha); },
      delete: (sha) => { kept.delete(sha); },
      index: () => ({ getAllKeys: (_, most) => request(byUse().slice(0, most)) }),
    },
    entries: { getAll: () => request(entries), put: () => request(), delete: (sha) => { said.deleted.push(sha); } },
    orders: { index: () => ({ getKey: () => request('o'), getAll: () => request([]) }) },
  };
  const cache = {
    put: async (path, response) => { cached.set(path, response); },
    delete: async (path) => cached.delete(path),
  };
  const context = vm.createContext({
    self: { addEventListener: () => {}, clients: { matchAll: async () => [] } },
    AbortController, URL, Headers, Response, crypto, Uint8Array, Date,
    setTimeout: (work) => queueMicrotask(work),
    navigator: { locks: { request: async (_, work) => work() } },
    caches: { open: async () => cache, match: async (path) => cached.get(path) },
    importScripts: (...paths) => paths.forEach((path) => vm.runInContext(files[path], context)),
  });
  vm.runInContext(files['/sw.js'], context);
  const inside = (code) => vm.runInContext(code, context);
  inside('globalThis').transact = async (_, work) => work(stores);
  /** Shows a picture, and waits for what the worker does besides. */
  const show = async (at) => {
    const waits = [];
    await context.showPicture({ waitUntil: (work) => waits.push(work) }, shaOf(at));
    await Promise.all(waits);
  };
  const keepPicture = (at, bytes = 9) =>
    context.keepPicture(shaOf(at), new Response(new Uint8Array(bytes)), new AbortController().signal);
  return { said, show, keepPicture, inside, holds: (at) => cached.has(pathOf(at)) };
}

test('of too many pictures those go that nobody saw for the longest time, not those that came first', async () => {
  const long = Date.now() - 1_000 * HOUR;
  const it = load({ pictures: Array.from({ length: 2_000 }, (_, at) => [at, long + at]) });
  await it.show(0);
  await it.keepPicture(5_000);
  assert.deepEqual([0, 1, 50, 51, 5_000].map(it.holds), [true, false, false, true, true]);
});

test('a board that is seen again soon notes nothing', async () => {
  const it = load({ pictures: [[1, Date.now() - 1_000], [2, Date.now() - HOUR]] });
  await it.show(1);
  assert.equal(it.said.puts, 0);
  await Promise.all([it.show(1), it.show(2)]);
  assert.equal(it.said.puts, 1);
});

test('a picture larger than the server makes them is not kept', async () => {
  const it = load();
  for (const [at, bytes] of [[1, 10_000], [2, 10_001]]) await it.keepPicture(at, bytes);
  assert.deepEqual([it.holds(1), it.holds(2)], [true, false]);
});

test('models leave the room of pictures within the budget', async () => {
  const budget = 2 * 1024 ** 3;
  const entry = (at, size) => ({ sha: shaOf(at), size, used: at, checked: 0 });
  const keep = async (held) => {
    const it = load({ entries: [entry(1, 1_000), entry(2, held - 1_000)] });
    await it.inside('keep')(shaOf(3), new Uint8Array(9), new AbortController().signal);
    return it.said.deleted;
  };
  assert.deepEqual(await keep(budget - 20_000_000 - 9), []);
  assert.deepEqual(await keep(budget - 20_000_000 - 8), [shaOf(1)]);
});

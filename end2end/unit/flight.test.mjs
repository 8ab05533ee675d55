// Models on their way through the service worker, and who joins them. Without a browser: the server is a fake.
import assert from 'node:assert/strict';
import { createHash, webcrypto as crypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const read = (name) => readFile(new URL(`../../public/${name}`, import.meta.url), 'utf8');
const names = ['/sw.js', '/sw-index.js', '/sw-manifest.js', '/sw-pictures.js', '/sw-flight.js', '/sw-ahead.js'];
const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name.slice(1))])));
const BYTES = Uint8Array.from({ length: 12 }, (_, at) => at);
const SHA = createHash('sha256').update(BYTES).digest('hex');

/** A worker whose index names one model, whose cache is empty, and whose downloads the test feeds. */
function load(size = BYTES.length) {
  const bodies = [];
  const request = (result) => {
    const pending = { result };
    queueMicrotask(() => pending.onsuccess());
    return pending;
  };
  const empty = { get: () => request(undefined), count: () => request(0), index: () => ({ getKey: () => request(undefined) }) };
  const context = vm.createContext({
    self: { addEventListener: () => {}, location: { origin: 'https://mes.example' } },
    AbortController, AbortSignal, URL, Headers, ReadableStream, Response, crypto, Uint8Array, Date, setTimeout,
    navigator: { locks: { request: async (_, work) => work() } },
    importScripts: (...paths) => paths.forEach((path) => vm.runInContext(files[path], context)),
    fetch: async (_, { signal }) => {
      let feed;
      const body = new ReadableStream({ start: (controller) => { feed = controller; } });
      signal?.throwIfAborted();
      // The end of a download takes its time.
      signal?.addEventListener('abort', () => setImmediate(() => feed.error(signal.reason)));
      bodies.push(feed);
      const response = new Response(body);
      Object.defineProperty(response, 'type', { value: 'basic' });
      return response;
    },
  });
  // Browsers have it; Node 20 does not.
  vm.runInContext(`Promise.withResolvers ??= () => {
    const it = {};
    it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
    return it;
  }`, context);
  vm.runInContext(files['/sw.js'], context);
  Object.assign(vm.runInContext('globalThis', context), {
    judge: async () => ({ row: { sha256: SHA, size }, doubt: null }),
    stored: async () => null,
    transact: async (_, work) => work({ facts: empty, orders: empty, entries: empty, pictures: empty }),
  });
  const waits = [];
  return { ...context, bodies, answer: () => context.answer({ waitUntil: (work) => waits.push(work) }, SHA) };
}

/** Waits until something is so, for a bounded time. */
async function settled(is) {
  for (const end = Date.now() + 5_000; Date.now() < end && !is();) await new Promise(setImmediate);
  assert.ok(is(), String(is));
}

/** What comes of an answer, as it comes. */
function reading(answer) {
  const seen = { bytes: [], over: null };
  (async () => {
    for await (const chunk of (await answer).body) seen.bytes.push(...chunk);
  })().then(() => { seen.over = 'whole'; }, () => { seen.over = 'broken'; });
  return seen;
}

test('who opens a model that is on its way ahead sees the bytes come, the last of them when the hash is right', async () => {
  const it = load();
  const ahead = it.fetchAhead(SHA);
  await settled(() => it.bodies.length === 1);
  it.bodies[0].enqueue(BYTES.slice(0, 4));
  it.bodies[0].enqueue(BYTES.slice(4, 8));
  await new Promise(setImmediate);
  const seen = reading(it.answer());
  await settled(() => seen.bytes.length === 4);
  it.bodies[0].enqueue(BYTES.slice(8));
  await settled(() => seen.bytes.length === 8);
  assert.equal(seen.over, null);
  it.bodies[0].close();
  await settled(() => seen.over === 'whole');
  assert.deepEqual(seen.bytes, [...BYTES]);
  await ahead;
  assert.equal(it.bodies.length, 1, 'it came once');
});

test('two readers of one model get the same bytes of one download', async () => {
  const it = load();
  const first = reading(it.answer());
  await settled(() => it.bodies.length === 1);
  for (const at of [0, 6]) it.bodies[0].enqueue(BYTES.slice(at, at + 6));
  await settled(() => first.bytes.length === 6);
  const second = reading(it.answer());
  await settled(() => second.bytes.length === 6);
  it.bodies[0].close();
  await settled(() => first.over === 'whole' && second.over === 'whole');
  assert.deepEqual([first.bytes, second.bytes], [[...BYTES], [...BYTES]]);
  assert.equal(it.bodies.length, 1);
});

test('a file that is not what its key says reaches whole nobody who joined', async () => {
  const it = load();
  void it.fetchAhead(SHA);
  await settled(() => it.bodies.length === 1);
  it.bodies[0].enqueue(BYTES.slice(0, 6));
  it.bodies[0].enqueue(new Uint8Array(6));
  const seen = reading(it.answer());
  await settled(() => seen.bytes.length === 6);
  it.bodies[0].close();
  await settled(() => seen.over !== null);
  assert.deepEqual([seen.over, seen.bytes.length], ['broken', 6]);
});

test('what somebody joined gives way to nobody any more', async () => {
  const it = load();
  void it.fetchAhead(SHA);
  await settled(() => it.bodies.length === 1);
  const seen = reading(it.answer());
  await new Promise(setImmediate);
  it.giveWay('another');
  it.bodies[0].enqueue(BYTES);
  it.bodies[0].close();
  await settled(() => seen.over === 'whole');
  assert.equal(it.bodies.length, 1);
});

test('who opens a model whose flight was just given up gets a download of their own', async () => {
  const it = load();
  void it.fetchAhead(SHA);
  await settled(() => it.bodies.length === 1);
  it.giveWay('another');
  const seen = reading(it.answer());
  await settled(() => it.bodies.length === 2);
  it.bodies[1].enqueue(BYTES);
  it.bodies[1].close();
  await settled(() => seen.over === 'whole');
});

test('a reader who leaves takes nothing from the others', async () => {
  const it = load();
  void it.fetchAhead(SHA);
  await settled(() => it.bodies.length === 1);
  const left = await it.answer();
  const seen = reading(it.answer());
  await new Promise(setImmediate);
  await left.body.cancel();
  it.bodies[0].enqueue(BYTES);
  it.bodies[0].close();
  await settled(() => seen.over === 'whole');
});

// A server that answers, but not with a manifest: what the service worker makes of it. Without a browser or a clock.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const read = (name) => readFile(new URL(`../../public/${name}`, import.meta.url), 'utf8');
const names = ['sw.js', 'sw-index.js', 'sw-manifest.js', 'sw-pictures.js', 'sw-flight.js', 'sw-ahead.js'];
const files = Object.fromEntries(await Promise.all(names.map(async (name) => [`/${name}`, await read(name)])));
const SHA = 'a'.repeat(64);
const SINCE = 1_000;
const MANIFEST = { revision: '1.1', full: false, models: [], removed: [] };
const same = (actual, expected) => assert.deepEqual(JSON.parse(JSON.stringify(actual)), expected);
const refusal = (status, retryAfter) => new Response('{}', { status, headers: retryAfter ? { 'retry-after': retryAfter } : {} });
const whole = () => Response.json(MANIFEST);

/** A worker that knows one order since long ago; the server gives these answers, or throws them. */
function load(answers, { wanted } = {}) {
  const request = (result) => {
    const pending = { result };
    queueMicrotask(() => pending.onsuccess());
    return pending;
  };
  const row = { order: 'o', sha256: SHA, size: 9, status: 'MANUFACTURING_APPROVED', version: 1, mine: false, wanted };
  let known = { revision: '1.0', seen: null, user: 'operator1', checked: SINCE };
  const timers = [];
  let asked = 0;
  const context = vm.createContext({
    self: { addEventListener: () => {}, location: { origin: 'https://mes.example' } },
    AbortController, AbortSignal, URL, Headers, Response, Date,
    navigator: { locks: { request: async (_, work) => work() } },
    setTimeout: (work, ms) => timers.push({ work, ms }),
    importScripts: (...paths) => paths.forEach((path) => vm.runInContext(files[path], context)),
    fetch: async () => {
      const answer = answers[asked];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  vm.runInContext(files['/sw.js'], context);
  const facts = { get: () => request(known) };
  const orders = { index: () => ({ getAll: () => request([row]) }) };
  Object.assign(vm.runInContext('globalThis', context), {
    transact: async (_, work) => work({ facts, orders, entries: { get: () => request(undefined) } }),
    apply: async ({ revision }) => {
      known = { ...known, revision, checked: Date.now() };
      return 'current';
    },
  });
  return {
    /** What the server said is long ago again. */
    age: () => { known = { ...known, checked: SINCE }; },
    judge: () => context.judge(SHA), restOf: context.restOf, asked: () => asked,
    /** The rest that the server has now; those who wait for an answer have a patience of their own. */
    rest: () => timers.filter(({ ms }) => ms !== 3_000).at(-1),
  };
}

/** Waits until something is so, for a bounded number of turns. */
async function settled(is) {
  for (let turns = 0; turns < 1_000 && !is(); turns += 1) await new Promise(setImmediate);
  assert.ok(is(), String(is));
}

test('a server that can\'t answer is doubted, left alone as long as it asks, and then asked again by itself', async () => {
  const it = load([refusal(503, '7'), whole()]);
  const { row, doubt } = await it.judge();
  assert.equal(row.sha256, SHA);
  same(doubt, { since: SINCE, by: 'server' });
  same((await it.judge()).doubt, { since: SINCE, by: 'server' });
  assert.equal(it.asked(), 1, 'it rests');
  const { work, ms } = it.rest();
  assert.ok(ms >= 7_000 && ms <= 10_500, String(ms));
  work();
  await settled(() => it.asked() === 2);
  assert.equal((await it.judge()).doubt, null, 'it said so itself');
  assert.equal(it.asked(), 2);
});

test('a network that is away is called that, and the server is asked again at once', async () => {
  const it = load([new TypeError('no network'), whole()]);
  same((await it.judge()).doubt, { since: SINCE, by: 'network' });
  assert.equal((await it.judge()).doubt, null);
  assert.equal(it.asked(), 2);
});

test('what changed while the server is in trouble is answered from here by nobody', async () => {
  const it = load([refusal(500)], { wanted: '1.1' });
  same((await it.judge()).row, null);
});

test('any answer but a manifest is the server\'s trouble', async () => {
  for (const answer of [refusal(500), refusal(502), refusal(404), refusal(429), Response.json({ models: 'none' })]) {
    same((await load([answer]).judge()).doubt, { since: SINCE, by: 'server' });
  }
});

test('the rest grows with every failure in a row, up to a bound, and begins anew after an answer', async () => {
  const it = load([refusal(503), refusal(503), refusal(503), whole(), refusal(503)]);
  await it.judge();
  for (const least of [1_000, 2_000, 4_000]) {
    const { work, ms } = it.rest();
    assert.ok(ms >= least && ms <= 1.5 * least, `${ms} after ${least}`);
    const before = it.asked();
    work();
    await settled(() => it.asked() > before);
    await new Promise(setImmediate);
  }
  assert.equal((await it.judge()).doubt, null);
  it.age();
  await it.judge();
  assert.equal(it.asked(), 5);
  assert.ok(it.rest().ms <= 1_500, 'it begins anew');
  for (const [failures, least] of [[4, 16_000], [5, 30_000], [99, 30_000]]) {
    const ms = it.restOf(failures, null);
    assert.ok(ms >= least && ms <= 1.5 * least, `${ms} after ${failures} failures`);
  }
});

test('a server may ask for a longer rest in seconds or by a date, but not for ever, and nonsense is no wish', () => {
  const { restOf } = load([]);
  const within = (asked, least, most) => {
    const ms = restOf(0, asked);
    assert.ok(ms >= least && ms <= most, `${asked}: ${ms}`);
  };
  within('60', 60_000, 90_000);
  within(new Date(Date.now() + 60_000).toUTCString(), 58_000, 90_000);
  within('86400', 300_000, 450_000);
  for (const nothing of ['0', '-5', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT']) within(nothing, 1_000, 1_500);
});

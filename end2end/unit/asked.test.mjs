// What the service worker answers a board about its models: as slow and plain reading would, and asking the index little.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexed } from './index.mjs';
import { row, same } from './worker.mjs';

const shaOf = (at) => at.toString(16).padStart(64, '0');
const entry = (at) => ({ sha: shaOf(at), size: at, used: at, checked: 0 });
/** An order as the worker notes it: what is mine carries the mark that an index can hold. */
const noted = (order, at, { mine = false, ...more } = {}) =>
  row({ order, sha256: shaOf(at), size: at, mine, ...(mine ? { hand: 1 } : {}), ...more });

/** The same answers, read row by row. */
function plainly(orders, entries, asked) {
  const sorted = [...orders].sort((a, b) => (a.order < b.order ? -1 : 1));
  const kept = (sha) => entries.some((one) => one.sha === sha);
  const naming = (sha) => sorted.filter((one) => one.sha256 === sha);
  const found = [];
  for (const { sha256, size, mine, wanted } of [...sorted.filter((one) => one.hand), ...asked.flatMap(naming)]) {
    const told = found.some((one) => one.sha256 === sha256);
    if (!wanted && !told && !kept(sha256)) found.push({ sha256, size, mine });
  }
  const unsure = orders.some((one) => one.wanted) || asked.some((sha) => naming(sha).length === 0);
  return { found, unsure, held: asked.filter((sha) => kept(sha) && naming(sha).some((one) => !one.wanted)) };
}

/** Numbers below `most`, the same in every run. */
function dice(seed) {
  let state = seed;
  return (most) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * most);
  };
}

test('what is missing and what is here are told as by reading everything, whatever is mine, confirmed or kept', async () => {
  let [unsure, several] = [0, 0];
  for (let seed = 1; seed <= 500; seed += 1) {
    const below = dice(seed);
    const models = 1 + below(6);
    const doubtful = below(3);
    const orders = Array.from({ length: below(14) }, (_, at) => noted(`o${below(90) + 10}-${at}`, below(models), {
      mine: below(4) === 0, size: 1 + below(3), ...(below(4) < doubtful ? { wanted: `1.${below(9)}`, least: 1 } : {}),
    }));
    const entries = Array.from({ length: models }, (_, at) => entry(at)).filter(() => below(2) === 0);
    const asked = Array.from({ length: below(8) }, () => shaOf(below(models + (below(3) === 0 ? 1 : 0))));
    const it = indexed({ orders, entries });
    const expected = plainly(orders, entries, asked);
    const { found, unsure: told } = await it.lacking(asked);
    same({ found, unsure: told, held: await it.inside('heldOf')(asked) }, expected);
    unsure += Number(told);
    several += Number(found.length > 1);
  }
  assert.ok(unsure > 50 && unsure < 450 && several > 50, `${unsure} unsure, ${several} with several: the cases are worth it`);
});

test('a model that one order is confirmed to name is here, however many others wait for the server\'s word', async () => {
  const waits = { wanted: '1.3', least: 2 };
  const orders = [noted('a', 1, waits), noted('b', 1), noted('c', 1, waits), noted('d', 2, waits), noted('e', 3)];
  const it = indexed({ orders, entries: [entry(1), entry(2), entry(4)] });
  same(await it.inside('heldOf')([4, 3, 2, 1].map(shaOf)), [shaOf(1)]);
});

test('a board of ten thousand orders is answered with a few requests, and without reading them', async () => {
  const models = 32;
  const orders = Array.from({ length: 10_000 }, (_, at) => noted(String(at), at % models, { mine: at % 100 === 0 }));
  const it = indexed({ orders, entries: Array.from({ length: models - 2 }, (_, at) => entry(at)) });
  const asked = Array.from({ length: models }, (_, at) => shaOf(at));
  for (const work of [() => it.lacking(asked), () => it.inside('heldOf')(asked)]) {
    Object.assign(it.said, { transactions: 0, requests: 0, rows: 0 });
    await work();
    assert.equal(it.said.transactions, 1);
    assert.ok(it.said.requests <= models + 5, `${it.said.requests} requests`);
    assert.ok(it.said.rows <= 100 + models + 1, `${it.said.rows} rows`);
  }
});

test('a file that fits is kept without a look at who has what; one that does not spares what is mine', async () => {
  const gigabyte = 1024 ** 3;
  const keep = async (size) => {
    const orders = [noted('a', 1, { mine: true, wanted: '1.3' }), noted('b', 1), noted('c', 2), noted('d', 3)];
    const it = indexed({ orders, entries: [{ ...entry(1), size }, { ...entry(2), size }] });
    const dropped = [];
    const cache = { put: async () => {}, delete: async (path) => dropped.push(path) };
    it.inside('globalThis').caches = { open: async () => cache };
    await it.inside('keep')(shaOf(3), new Uint8Array(9), new AbortController().signal);
    return { dropped, rows: it.said.rows, kept: it.held.entries.has(shaOf(3)) };
  };
  assert.deepEqual(await keep(9), { dropped: [], rows: 2, kept: true });
  const full = await keep(gigabyte);
  assert.deepEqual([full.dropped, full.kept], [[`/models/${shaOf(2)}.glb`], true]);
});

const change = (order, at, more) => ({ order, status: 'MANUFACTURING_STARTED', version: 2, revision: '1.2', sha256: shaOf(at), ...more });

/** A worker that counts how often the server is asked, and is told of changes by messages. */
function told(known) {
  const it = indexed(known);
  const did = { asked: 0, revision: '1.0' };
  const inside = it.inside('globalThis');
  inside.reconcile = async () => { did.asked += 1; return 'current'; };
  inside.setTimeout = (work) => queueMicrotask(work);
  const say = (message) => new Promise((resolve) => {
    it.listeners.message({ data: { protocol: 1, ...message }, ports: [{ postMessage: resolve }], waitUntil: () => {} });
  });
  return { ...it, did, say };
}

test('changes that come together are noted in their order, in one transaction, and asked about once', async () => {
  const known = { entries: [entry(1)], orders: [noted('a', 1), noted('b', 1), noted('c', 2)] };
  const changes = [
    change('a', 1, { revision: '1.2', version: 2 }), change('x', 1, { revision: '1.3' }), change('b', 1, { revision: '1.4', status: 'SHIPPED' }),
    change('a', 1, { revision: '1.5', version: 3 }), change('b', 1, { revision: '1.6' }), change('c', 2, { revision: '1.7', version: 5 }),
  ];
  const together = told(structuredClone(known));
  same(await together.say({ type: 'orders', changes }), { protocol: 1, type: 'done' });
  assert.deepEqual([...together.held.orders.values()].map(({ order, wanted, least }) => [order, wanted, least]),
    [['a', '1.5', 3], ['c', '1.7', 5]]);
  assert.equal(together.did.asked, 1);
  // One that notes, one that looks for what nobody names any more.
  assert.equal(together.said.transactions, 2);
  const single = told(structuredClone(known));
  for (const one of changes) same(await single.say({ type: 'order', ...one }), { protocol: 1, type: 'done' });
  same([...together.held.orders.values()], [...single.held.orders.values()]);
});

test('a file of an order that changed, first or last of many, is not here until the server says so', async () => {
  const orders = Array.from({ length: 9 }, (_, at) => noted(String(at), at));
  const it = told({ orders, entries: orders.map((_, at) => entry(at)) });
  await it.say({ type: 'orders', changes: [0, 4, 8].map((at) => change(String(at), at)) });
  const { held } = await it.say({ type: 'ask', sha256: orders.map(({ sha256 }) => sha256) });
  same(held, [1, 2, 3, 5, 6, 7].map(shaOf));
});

test('of several orders that are mine now the pages are told once the server knows the last of them', async () => {
  const known = { facts: { revision: '1.9' }, orders: [] };
  const it = told(known);
  const reached = ['1.9', '1.10', '1.11'];
  it.inside('globalThis').reconcile = async () => {
    (await it.inside('(request) => done(request)')(it.stores.facts.put({ at: 'now', revision: reached[it.did.asked] })));
    it.did.asked += 1;
    return 'current';
  };
  await it.say({ type: 'orders', changes: [
    change('a', 1, { revision: '1.9', mine: true }), change('b', 2, { revision: '1.10', mine: true }),
    change('c', 3, { revision: '1.11' }), change('d', 4, { revision: '1.12', mine: true, status: 'SHIPPED' }),
  ] });
  assert.equal(it.did.asked, 2);
  same(it.posted, [{ protocol: 1, type: 'mine' }]);
});

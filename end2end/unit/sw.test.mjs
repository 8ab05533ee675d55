// The rules of the service worker, without a browser. What it does in one is shown by the browser tests.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import vm from 'node:vm';
import { ORIGIN, SHA, files, knowing, load, off, row, same, worker } from './worker.mjs';

const sw = load();
const get = (path, more) => ({ method: 'GET', mode: 'cors', url: new URL(path, ORIGIN).href, ...more });

test('only a plain GET of a model is the worker\'s business', () => {
  assert.equal(sw.modelOf(get(`/models/${SHA}.glb`), ORIGIN), SHA);
  const others = [
    get('/'), get('/orders/A-1'), get('/api/board'), get('/api/models'), get('/live'), get('/sw.js'),
    get(`/models/${SHA}.glb?x=1`), get(`/models/${SHA}.gltf`), get(`/models/${SHA.slice(1)}.glb`),
    get(`/models/${SHA.toUpperCase()}.glb`), get(`/x/models/${SHA}.glb`),
    get(`https://other.example/models/${SHA}.glb`),
    get(`/models/${SHA}.glb`, { method: 'HEAD' }), get(`/models/${SHA}.glb`, { method: 'POST' }),
    get(`/models/${SHA}.glb`, { mode: 'navigate' }),
  ];
  for (const request of others) assert.equal(sw.modelOf(request, ORIGIN), null, request.url);
});

test('a picture is its model\'s, and nothing else is a picture', () => {
  assert.equal(sw.picturedBy(get(`/models/${SHA}.jpg`), ORIGIN), SHA);
  const others = [
    get(`/models/${SHA}.glb`), get(`/models/${SHA}.jpg?x=1`), get(`/pictures/${SHA}.jpg`), get('/board.jpg'),
    get(`https://other.example/models/${SHA}.jpg`), get(`/models/${SHA}.jpg`, { mode: 'navigate' }),
    get(`/models/${SHA}.jpg`, { method: 'HEAD' }),
  ];
  for (const request of others) assert.equal(sw.picturedBy(request, ORIGIN), null, request.url);
});

test('whoever waits for a model stops what nobody waits for, but not that very one', () => {
  const [mine, other] = [new AbortController(), new AbortController()];
  sw.inside('early').set('a', mine);
  sw.inside('early').set('b', other);
  sw.giveWay('a');
  assert.deepEqual([mine.signal.aborted, other.signal.aborted], [false, true]);
});

test('a request that is not for a model is never answered', () => {
  for (const request of [get('/'), get('/api/take', { method: 'POST' }), get('/live'), get('/api/board')]) {
    sw.listeners.fetch({ request, respondWith: () => assert.fail(`answered ${request.url}`) });
  }
});

test('revisions are ordered by epoch, then by number, and none is the oldest', () => {
  const sorted = [null, '1.0', '1.9', '1.10', '2.0', '10.1'];
  for (const [at, a] of sorted.entries()) {
    for (const [bt, b] of sorted.entries()) {
      assert.equal(Math.sign(sw.compareRevisions(a, b)), Math.sign(at - bt), `${a} against ${b}`);
    }
  }
});

test('a manifest names only files of orders that are not at their end', () => {
  const models = [
    row({ order: 'a', mine: true }), row({ order: 'b', sha256: null }), row({ order: 'c', sha256: 'x' }),
    row({ order: 'd', status: 'CANCELLED' }), row({ order: 'e', status: 'SHIPPED' }),
    row({ order: 'f', size: 0 }),
  ];
  const manifest = sw.readManifest({ revision: '1.7', full: false, models, removed: ['z'] });
  same(manifest, {
    revision: '1.7', full: false, models: [row({ order: 'a', mine: true })],
    removed: ['z', 'b', 'c', 'd', 'e', 'f'],
  });
});

test('an answer that is not a manifest is none', () => {
  for (const body of [null, {}, [], 'x', { revision: '1', models: [] }, { revision: '1.1' },
    { revision: '1.1', models: {} }]) {
    assert.equal(sw.readManifest(body), null);
  }
});

test('the least recently used files go first, those of my orders never', () => {
  const entries = [5, 1, 4, 2, 3].map((used) => ({ sha: `s${used}`, size: 10, used, checked: 0 }));
  const evict = (pinned, need, budget) => sw.toEvict(entries, new Set(pinned), need, budget);
  same(evict([], 10, 60), []);
  same(evict([], 10, 50), ['s1']);
  same(evict([], 15, 50), ['s1', 's2']);
  same(evict(['s1', 's3'], 15, 50), ['s2', 's4']);
  same(evict([], 50, 50), ['s1', 's2', 's3', 's4', 's5']);
});

test('a file that cannot fit beside my orders is not kept, and nothing is dropped for it', () => {
  const entries = [1, 2].map((used) => ({ sha: `s${used}`, size: 10, used, checked: 0 }));
  assert.equal(sw.toEvict(entries, new Set(['s1']), 45, 50), null);
  assert.equal(sw.toEvict([], new Set(), 51, 50), null);
});

test('a manifest speaks for the present only when this run asked it, lately, and no page shows more', () => {
  const started = sw.inside('STARTED');
  const facts = { revision: '1.5', seen: '1.5', user: 'x', checked: started + 10 };
  const current = (more, later = 20) => sw.isCurrent({ ...facts, ...more }, started + later);
  assert.equal(current({}), true);
  assert.equal(current({ checked: started - 1 }), false, 'another run asked');
  assert.equal(current({}, 30_010), false, 'after a pause');
  assert.equal(current({}, 5), false, 'the clock went back');
  assert.equal(current({ seen: '1.6' }), false, 'the page shows more');
  assert.equal(current({ seen: '0.99' }), true, 'an older page');
});

const chunks = (...parts) => new ReadableStream({
  start(controller) {
    for (const part of parts) controller.enqueue(new Uint8Array(part));
    controller.close();
  },
});
const hashOf = (bytes) => createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

test('bytes are handed on as they come, the last of them only when the hash is right', async () => {
  const handed = [];
  const sha = hashOf([1, 2, 3, 4, 5]);
  const bytes = await sw.collect(chunks([1, 2], [3], [4, 5]), sha, new Uint8Array(5), (chunk) => handed.push([...chunk]));
  same(handed, [[1, 2], [3], [4, 5]]);
  same([...bytes], [1, 2, 3, 4, 5]);
});

test('a file with another hash, cut short, or longer than promised never arrives whole', async () => {
  const wrong = [
    [chunks([1, 2], [3, 4]), hashOf([9]), 4], [chunks([1, 2], [3]), hashOf([1, 2, 3]), 4],
    [chunks([1, 2], [3, 4, 5]), hashOf([1, 2, 3, 4, 5]), 4],
  ];
  for (const [body, sha, size] of wrong) {
    const handed = [];
    await assert.rejects(sw.collect(body, sha, new Uint8Array(size), (chunk) => handed.push([...chunk])));
    same(handed, [[1, 2]]);
  }
});

test('what the worker answers is kept by no HTTP cache', () => {
  const headersOf = sw.inside('headersOf');
  assert.equal(headersOf(5, null).get('cache-control'), 'private, no-store');
  assert.equal(headersOf(5, null).has('x-verstak-unverified'), false);
  const doubted = headersOf(5, { since: 0, by: 'server' });
  assert.equal(doubted.get('x-verstak-unverified'), '1970-01-01T00:00:00.000Z');
  assert.equal(doubted.get('x-verstak-doubt'), 'server');
});

test('where a fresh download\'s time went is passed on, and not kept with the file', () => {
  const headersOf = sw.inside('headersOf');
  assert.equal(headersOf(5, null, 'total;dur=7').get('server-timing'), 'total;dur=7');
  assert.equal(headersOf(5, null).has('server-timing'), false);
});

test('of an order that left, its picture alone is reason to ask the server', async () => {
  const { said, changed } = knowing(0, 1);
  // The stream says only that it is gone, not why.
  await changed({ status: '', sha256: null });
  assert.equal(said.asked, 1);
  await changed({ status: 'MANUFACTURING_STARTED', sha256: 'b'.repeat(64) });
  assert.equal(said.asked, 2, 'another model');
  await changed({ status: 'MANUFACTURING_STARTED' });
  assert.equal(said.asked, 2, 'a step with the same model');
  await changed({ status: 'SHIPPED' });
  assert.equal(said.dropped, 1);
});

test('a change of an order whose file is here is asked about, of one with nothing here never', async () => {
  const here = knowing(1, 1);
  await here.changed({ status: 'MANUFACTURING_STARTED' });
  assert.equal(here.said.asked, 1);
  const nothing = knowing(0, 0);
  for (const status of ['MANUFACTURING_STARTED', 'SHIPPED', '']) await nothing.changed({ status, sha256: null });
  assert.deepEqual(nothing.said, { asked: 0, dropped: 0 });
});

test('of an order that is mine now the server is asked at once, until it knows, and the pages are told', async () => {
  for (const known of [row(), null]) {
    const { said, posted, changed } = knowing(0, 0, { known, revisions: ['1.1', '1.2'] });
    await changed({ status: 'MANUFACTURING_STARTED', mine: true });
    assert.equal(said.asked, 2, 'one server lags behind');
    same(posted, [{ protocol: 1, type: 'mine' }]);
  }
});

test('an order of mine that is over, or has no model, is no reason to ask', async () => {
  const { said, posted, changed } = knowing(0, 0);
  await changed({ status: 'SHIPPED', mine: true });
  await changed({ status: 'MANUFACTURING_STARTED', sha256: null, mine: true });
  assert.deepEqual([said.asked, posted], [0, []]);
});

test('a server that stays behind is not asked for ever', async () => {
  const { said, posted, changed } = knowing(0, 0, { revisions: Array(99).fill('1.1') });
  await changed({ status: 'MANUFACTURING_STARTED', mine: true });
  assert.deepEqual([said.asked, posted], [6, []]);
});

test('a question asked before a change does not answer it', async () => {
  const { said, inside, changed } = knowing(1, 1);
  let answer;
  inside('(before) => { asking = before; }')(new Promise((resolve) => { answer = resolve; }));
  const told = changed({ status: '', sha256: null });
  await new Promise(setImmediate);
  assert.equal(said.asked, 0);
  answer('current');
  await told;
  assert.equal(said.asked, 1);
});

test('a worker that asked a moment ago says that it is unsure, and asks once the respite is over', async () => {
  const it = load();
  const world = it.inside('globalThis');
  let [checked, asked] = [Date.now(), 0];
  world.lacking = async () => ({ found: asked > 0 ? ['it'] : [], unsure: asked === 0, checked });
  world.reconcile = async () => { asked += 1; };
  same(await it.missing([SHA]), { missing: [], unsure: true });
  assert.equal(asked, 0);
  checked -= 2_000;
  same(await it.missing([SHA]), { missing: ['it'], unsure: false });
  same(await it.missing([SHA]), { missing: ['it'], unsure: false });
  assert.equal(asked, 1);
});

test('a command stops what is fetched ahead, but not its own order\'s model', async () => {
  const it = load();
  const [own, other] = [new AbortController(), new AbortController()];
  it.inside('early').set('a', own).set('b', other);
  const said = (data) => new Promise((resolve) => {
    it.listeners.message({ data: { protocol: 1, ...data }, ports: [{ postMessage: resolve }], waitUntil: () => {} });
  });
  await said({ type: 'give-way', sha256: 'a' });
  assert.deepEqual([own.signal.aborted, other.signal.aborted], [false, true]);
  await said({ type: 'give-way' });
  assert.equal(own.signal.aborted, true);
});

test('a message of another protocol is refused, not guessed at', async () => {
  const reply = (data) => new Promise((resolve) => {
    sw.listeners.message({ data, ports: [{ postMessage: resolve }], waitUntil: () => {} });
  });
  for (const data of [null, { type: 'forget' }, { protocol: 2, type: 'forget' }]) {
    same(await reply(data), { protocol: 1, type: 'refused', reason: 'protocol' });
  }
  same(await reply({ protocol: 1, type: 'sing' }), { protocol: 1, type: 'refused', reason: 'type' });
});

test('the worker that retires answers no request and names the same stores', () => {
  const retired = load(off);
  assert.equal(retired.listeners.fetch, undefined);
  const name = /'(verstak-models)'/;
  assert.equal(name.exec(off)[1], name.exec(files['/sw-index.js'])[1]);
  assert.ok(sw.inside('CACHE').startsWith('glb-') && off.includes("startsWith('glb-')"));
});

/** A start of the retiring worker over these caches; `hang` has no deletion ever end, as when it is killed in it. */
function retiring(stores, { hang = false } = {}) {
  const listeners = {};
  let registered = true;
  const caches = {
    keys: async () => [...stores.keys()],
    open: async (name) => {
      if (!stores.has(name)) stores.set(name, new Set());
      const files = stores.get(name);
      return { keys: async () => [...files], delete: (file) => (hang ? new Promise(() => {}) : Promise.resolve(files.delete(file))) };
    },
    delete: async (name) => stores.delete(name),
  };
  const indexedDB = {
    deleteDatabase: () => {
      const request = {};
      queueMicrotask(() => request.onsuccess());
      return request;
    },
  };
  const self = {
    addEventListener: (type, listener) => { listeners[type] = listener; },
    clients: { matchAll: async () => [] },
    registration: { unregister: async () => { registered = false; } },
  };
  vm.runInContext(off, vm.createContext({ self, caches, indexedDB }));
  const event = (type, more) => new Promise((resolve) => {
    listeners[type]({ ports: [], ...more, waitUntil: (work) => work.then(resolve) });
  });
  return { event, isRegistered: () => registered };
}

test('a worker that was killed while it retired goes at the next word from a page', async () => {
  const stores = new Map([['glb-v1', new Set(['a', 'b'])], ['other', new Set(['c'])]]);
  const killed = retiring(stores, { hang: true });
  void killed.event('activate');
  await new Promise(setImmediate);
  assert.ok(killed.isRegistered());
  assert.equal(stores.get('glb-v1').size, 2);

  // The browser counts it as active: it is started again without another `activate`.
  const again = retiring(stores);
  await Promise.all([again.event('message'), again.event('message')]);
  assert.ok(!again.isRegistered());
  assert.deepEqual([...stores.keys()], ['other']);
});

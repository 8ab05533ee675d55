// @ts-check
/// <reference lib="webworker" />
/**
 * The service worker. It keeps the GLB files of actual orders and their pictures in the browser, and touches nothing
 * else: never a page, never the API, never the event stream.
 *
 * The promise: a file is answered from here only when the server's manifest (`/api/models`) named its hash
 * for an actual order after the last known change of that order; without a manifest from the server, only
 * what the last one confirmed, marked `x-verstak-unverified` and, by whose fault, `x-verstak-doubt`. What no
 * actual order names is deleted.
 *
 * All state is in IndexedDB, because a worker is killed whenever the browser likes. What stands in variables
 * only joins requests that are under way, and spares a server in trouble. Keys are content hashes, so a new
 * version of this file may take over at once and keep what the old one stored.
 */
'use strict';

importScripts('/sw-index.js', '/sw-manifest.js', '/sw-pictures.js', '/sw-flight.js', '/sw-ahead.js');

/** Bytes kept at most, models and pictures; the browser's own quota may be lower. */
const BUDGET = 2 * 1024 ** 3;
/** Stored bytes are hashed again when they are used and the last check is older. */
const SAMPLE = 3_600_000;

/** @type {Promise<void> | null} */
let swept = null;

// The files.

/** From the server, past the HTTP cache. @param {string} sha */
async function fetchModel(sha) {
  const past = /** @type {const} */ ({ cache: 'no-store', credentials: 'same-origin', redirect: 'error' });
  const response = await fetch(keyOf(sha), past);
  if (response.status === 401) await forget();
  return response;
}

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {number} size @param {Doubt | null} doubt @param {string | null} [timing] where a fresh answer's time went */
const headersOf = (size, doubt, timing = null) => new Headers({
  'content-type': 'model/gltf-binary',
  'content-length': String(size),
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  ...(doubt === null ? {} : {
    'x-verstak-unverified': new Date(doubt.since).toISOString(),
    'x-verstak-doubt': doubt.by,
  }),
  ...(timing === null ? {} : { 'server-timing': timing }),
});

/**
 * The stored file, or null. One of another length is dropped.
 * @param {Row} row @param {Doubt | null} doubt
 */
async function stored({ sha256: sha, size }, doubt) {
  const found = (await isKept(sha)) && (await caches.match(keyOf(sha), { cacheName: CACHE }));
  if (!found) return null;
  if (Number(found.headers.get('content-length')) === size) {
    // The stored answer itself is read by the browser without passing through this worker.
    return doubt === null ? found : new Response(found.body, { headers: headersOf(size, doubt) });
  }
  await exclusively(() => drop([sha]));
  return null;
}

/** Remembers a use, and now and then hashes the file again. @param {string} sha */
async function used(sha) {
  const entry = await note(sha, { used: Date.now() });
  if (entry && Date.now() - entry.checked > SAMPLE) await check(sha);
}

/** Hashes a stored file again, and drops it when it is not what its key says. @param {string} sha */
const check = (sha) => exclusively(async () => {
  const found = await caches.match(keyOf(sha), { cacheName: CACHE });
  const sound = found !== undefined && (await hashOf(await found.arrayBuffer())) === sha;
  if (sound) await note(sha, { checked: Date.now() });
  else await drop([sha]);
  return sound;
});

/**
 * Stores a verified file if an actual order still names it and it fits.
 * @param {string} sha @param {Uint8Array<ArrayBuffer>} bytes @param {AbortSignal} signal
 */
const keep = (sha, bytes, signal) => exclusively(async () => {
  for (let attempt = 0; attempt < 2 && !signal.aborted; attempt++) {
    const out = await transact('readonly', async (stores) => {
      if (!(await isNamed(stores, sha))) return null;
      const entries = /** @type {Entry[]} */ (await done(stores.entries.getAll()));
      const held = entries.reduce((sum, entry) => sum + entry.size, 0);
      // The browser gave less than the budget: free as much as the file needs, once.
      const limit = attempt === 0 ? BUDGET - SET_ASIDE : held;
      if (held + bytes.length <= limit) return [];
      const pinned = new Set((await mineOf(stores)).map((row) => row.sha256));
      return toEvict(entries, pinned, bytes.length, limit);
    });
    if (out === null) return;
    await drop(out);
    const cache = await caches.open(CACHE);
    try {
      await cache.put(keyOf(sha), new Response(bytes, { headers: headersOf(bytes.length, null) }));
      const now = Date.now();
      const entry = { sha, size: bytes.length, used: now, checked: now };
      await transact('readwrite', ({ entries }) => done(entries.put(entry)));
      await tell({ type: 'kept', sha256: [sha] });
      return;
    } catch (error) {
      await cache.delete(keyOf(sha));
      if (/** @type {DOMException} */ (error).name !== 'QuotaExceededError') throw error;
    }
  }
});

/** @param {FetchEvent} event @param {string} sha @returns {Promise<Response>} */
async function answer(event, sha) {
  giveWay(sha);
  const { row, doubt } = await judge(sha);
  if (!row) return fetchModel(sha);
  for (;;) {
    const found = await stored(row, doubt);
    if (found) {
      event.waitUntil(used(sha));
      return found;
    }
    const other = flights.get(sha);
    if (!other) break;
    // Somebody waits for it from now on: it gives way to nobody.
    if (!other.stop?.aborted) early.delete(sha);
    const joined = await other.join(doubt);
    if (joined) {
      event.waitUntil(other.landed);
      return joined;
    }
    await other.landed;
  }
  const { response, flight } = download(row, doubt);
  event.waitUntil(flight);
  return response;
}

// The pages.

/** A page opened, or came back: it says who signed in and the revision it shows. @param {any} message */
async function hello({ user, revision, missed }) {
  // A page that was still loading when this worker began is nobody's, and would stay so.
  await sw.clients.claim();
  const before = await transact('readonly', factsOf);
  // A page may fail to say who signed in. Whether anybody still is, is the server's to say: its 401 empties everything.
  if (!user) return before.user === null ? forget() : askAnew();
  // What was stored before anybody said who they are counts as somebody else's.
  if (before.user !== user && (before.user !== null || before.revision !== null)) await forget();
  const { signal } = era;
  await transact('readwrite', async (stores) => {
    stores.facts.put({ ...(await factsOf(stores)), user, seen: revision }, 'now');
  });
  // What is under way was asked before this page said what it shows, or for somebody else.
  await Promise.resolve(asking).catch(() => null);
  if (signal.aborted) return;
  const facts = await transact('readonly', factsOf);
  const known = !missed && isCurrent(facts, Date.now());
  // Not when the worker starts: a page that has just opened loads from the same disk.
  if (known || (await reconcile()) === 'current') swept ??= sweep().catch(() => { swept = null; });
}

/**
 * Orders changed: what is stored for them counts for nothing until a manifest of that revision confirms it.
 * @param {any[]} changes in the order in which they came
 */
async function changed(changes) {
  const isOver = (/** @type {any} */ { status }) => TERMINAL.includes(status);
  const held = await exclusively(async () => {
    const touched = await transact('readwrite', async ({ orders, entries, pictures }) => {
      const names = [...new Set(changes.map(({ order }) => String(order)))];
      const known = await Promise.all(names.map((name) => /** @type {Promise<Row | undefined>} */ (done(orders.get(name)))));
      const rows = new Map(names.map((name, at) => [name, known[at]]));
      const counts = changes.map(async (change) => {
        const { order, version, revision, sha256 = null } = change;
        const row = rows.get(String(order));
        if (!row) return { files: 0, kept: 0, left: false, over: false };
        const over = isOver(change);
        const later = compareRevisions(String(revision), row.wanted ?? null) > 0;
        const wanted = later ? String(revision) : (row.wanted ?? '0.0');
        const next = over ? undefined : { ...row, wanted, least: Math.max(row.least ?? 0, Number(version) || 0) };
        rows.set(row.order, next);
        if (next) orders.put(next);
        else orders.delete(row.order);
        const [files, kept] = await Promise.all([entries, pictures].map((store) => done(store.count(row.sha256))));
        return { files, kept, left: sha256 !== row.sha256, over };
      });
      return Promise.all(counts);
    });
    if (touched.some(({ files, kept, over }) => over && files + kept > 0)) await dropUnnamed();
    // A picture alone is reason to ask only when its order may have left it: other changes don't touch it.
    return touched.some(({ files, kept, left }) => files > 0 || (kept > 0 && left));
  });
  const taken = changes.filter((change) => change.mine && change.sha256 && !isOver(change));
  const newest = taken.map(({ revision }) => String(revision)).sort(compareRevisions).at(-1);
  if (newest) await confirmMine(newest);
  else if (held) await askAnew();
}

/** @param {any} message @returns {Promise<object>} */
async function obey(message) {
  if (message?.protocol !== PROTOCOL) return { type: 'refused', reason: 'protocol' };
  if (message.type === 'hello') await hello(message);
  else if (message.type === 'orders') await changed(message.changes);
  // From a page of an older version.
  else if (message.type === 'order') await changed([message]);
  else if (message.type === 'forget') await forget();
  else if (message.type === 'missing') return { type: 'done', ...(await missing(message.sha256.map(String))) };
  else if (message.type === 'ahead') return { type: 'done', ...(await fetchAhead(String(message.sha256))) };
  else if (message.type === 'give-way') giveWay(message.sha256);
  else if (message.type === 'sample') return { type: 'done', sampled: await sample() };
  else if (message.type === 'check') return { type: 'done', sound: await check(String(message.sha256)) };
  else if (message.type === 'ask') return { type: 'done', held: await heldOf(message.sha256.map(String)) };
  else return { type: 'refused', reason: 'type' };
  return { type: 'done' };
}

sw.addEventListener('install', (event) => {
  // Where the browser can, other requests don't pass through the worker.
  const models = { urlPattern: { pathname: '/models/*' } };
  const routes = /** @type {any} */ (event).addRoutes?.([{ condition: { not: models }, source: 'network' }]);
  event.waitUntil(Promise.all([routes?.catch(() => {}), sw.skipWaiting()]));
});

sw.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith('glb-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await sw.clients.claim();
  })());
});

sw.addEventListener('fetch', (event) => {
  const sha = modelOf(event.request, sw.location.origin);
  // A cache that fails must not take the model away: the server is asked then.
  if (sha) event.respondWith(answer(event, sha).catch(() => fetchModel(sha)));
  const pictured = picturedBy(event.request, sw.location.origin);
  if (pictured) event.respondWith(showPicture(event, pictured).catch(() => fetch(pictureOf(pictured), { cache: 'no-store' })));
});

sw.addEventListener('message', (event) => {
  spoken = true;
  const reply = (/** @type {object} */ body) => event.ports[0]?.postMessage({ protocol: PROTOCOL, ...body });
  event.waitUntil(obey(event.data).then(reply, () => reply({ type: 'failed' })));
});

// A version that is being installed has nothing to answer yet.
if (sw.serviceWorker?.state === 'activated') void catchUp().catch(() => {});

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

importScripts('/sw-index.js', '/sw-pictures.js', '/sw-flight.js', '/sw-ahead.js');

/** @typedef {'current' | 'behind' | 'away' | 'troubled' | 'denied'} Outcome */

const MANIFEST = '/api/models';
/** Bytes kept at most, models and pictures; the browser's own quota may be lower. */
const BUDGET = 2 * 1024 ** 3;
/** How long a reader waits for the manifest before getting what the last one confirmed. */
const PATIENCE = 3_000;
/** How long the manifest itself may take: the first one names every actual order. */
const TRANSFER = 60_000;
/** A server that lags behind what the page saw is asked this often, this many milliseconds apart. */
const TRIES = 6;
const LAG = 250;
/** A manifest older than ours for so long means that the server's history was replaced. */
const REPLACED = 60_000;
/** Stored bytes are hashed again when they are used and the last check is older. */
const SAMPLE = 3_600_000;

/** @type {Promise<Outcome> | null} */
let asking = null;
/** Until this ends the server is left alone; the next run of the worker asks at once. @type {Promise<unknown> | null} */
let rest = null;
/** How often in a row it could not answer. */
let failures = 0;
/** @type {Promise<void> | null} */
let swept = null;

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The manifest.

/**
 * Asks the server what changed and brings the index there; joined while one is under way.
 * @returns {Promise<Outcome>}
 */
function reconcile() {
  if (rest) return Promise.resolve('troubled');
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

/** Asks anew: a question that is under way may have been asked before what is asked about. */
const askAnew = () => Promise.resolve(asking).catch(() => null).then(reconcile);

/** @returns {Promise<Outcome>} */
async function ask() {
  const { signal } = era;
  const { revision } = await transact('readonly', factsOf);
  const answer = await fetch(MANIFEST + (revision ? `?after=${revision}` : ''), {
    cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: AbortSignal.timeout(TRANSFER),
  }).then(async (response) => ({
    status: response.status,
    retry: response.headers.get('retry-after'),
    manifest: response.ok ? readManifest(await response.json()) : null,
  })).catch(() => null);
  if (answer?.status === 401) {
    await forget();
    return 'denied';
  }
  if (answer === null) return 'away';
  const { manifest, retry } = answer;
  if (manifest === null) {
    leaveAlone(retry);
    return 'troubled';
  }
  failures = 0;
  return exclusively(() => apply(manifest, revision, signal));
}

/**
 * What happened while the browser was closed is asked before anybody says a word: a browser starts the worker beside the
 * first page, long before that page's own scripts. Who never stored anything, or was emptied, has missed nothing.
 */
async function catchUp() {
  const noted = (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  if (noted && (await transact('readonly', factsOf)).revision !== null) await reconcile();
}

/** Asks again after a rest, by itself. @param {string | null} asked what the server said of it */
function leaveAlone(asked) {
  const over = () => { rest = null; return reconcile(); };
  rest = sleep(restOf(failures, asked)).then(over).catch(() => {});
  failures += 1;
}

/**
 * @param {Manifest} manifest
 * @param {string | null} after the revision it was asked for
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function apply(manifest, after, signal) {
  if (signal.aborted) return 'behind';
  const applied = await transact('readwrite', async (stores) => {
    const facts = await factsOf(stores);
    if (facts.revision !== after) return false;
    const newer = compareRevisions(manifest.revision, facts.revision) >= 0;
    if (newer) await write(stores.orders, manifest);
    else if (Date.now() - facts.checked < REPLACED) return false;
    else stores.orders.clear();
    const reached = { revision: manifest.revision, checked: Date.now() };
    const nothing = { revision: null, seen: null, checked: 0 };
    stores.facts.put({ ...facts, ...(newer ? reached : nothing) }, 'now');
    return newer;
  });
  const touched = manifest.full || manifest.models.length + manifest.removed.length > 0;
  if (applied && touched) await dropUnnamed();
  return applied ? 'current' : 'behind';
}

/**
 * Brings the rows to the manifest's revision, and confirms those that waited for it.
 * @param {IDBObjectStore} orders
 * @param {Manifest} manifest
 */
async function write(orders, { revision, full, models, removed }) {
  const unverified = /** @type {Row[]} */ (await done(orders.index('wanted').getAll()));
  const waiting = new Map(unverified.map(({ order, wanted, least }) => [order, { wanted, least }]));
  const confirmed = (/** @type {Row} */ { wanted: _, least: __, hand: ___, ...row }) => {
    const { wanted = null, least = 0 } = waiting.get(row.order) ?? {};
    const reached = compareRevisions(wanted, revision) <= 0 && row.version >= least;
    const noted = row.mine ? { ...row, hand: /** @type {const} */ (1) } : row;
    return reached ? noted : { ...noted, wanted, least };
  };
  if (full) orders.clear();
  else for (const row of unverified) orders.put(confirmed(row));
  for (const row of models) orders.put(confirmed(row));
  for (const order of removed) orders.delete(order);
}

/**
 * Whether a hash may be answered from here: `row` when an actual order is known to name it, and `doubt`
 * when the server did not say so now.
 * @param {string} sha
 * @returns {Promise<{ row: Row | null, doubt: Doubt | null }>}
 */
async function judge(sha) {
  for (let attempt = 0; ; attempt++) {
    const { facts, rows } = await lookUp(sha);
    const settled = isCurrent(facts, Date.now()) && rows.every((row) => !row.wanted);
    if (settled && (rows.length > 0 || attempt > 0)) return { row: rows[0] ?? null, doubt: null };
    const patience = sleep(PATIENCE).then(() => /** @type {const} */ ('away'));
    const outcome = attempt < TRIES ? await Promise.race([reconcile(), patience]) : 'denied';
    if (outcome === 'denied') return { row: null, doubt: null };
    if (outcome === 'away' || outcome === 'troubled') {
      const by = outcome === 'away' ? 'network' : 'server';
      const confirmed = (await lookUp(sha)).rows.find((row) => !row.wanted);
      return { row: confirmed ?? null, doubt: { since: facts.checked, by } };
    }
    if (outcome === 'behind' || attempt > 0) await sleep(LAG);
  }
}

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
  const { entry } = await lookUp(sha);
  const found = entry && (await caches.match(keyOf(sha), { cacheName: CACHE }));
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
      if ((await rowsOf(stores, sha)).length === 0) return null;
      const entries = /** @type {Entry[]} */ (await done(stores.entries.getAll()));
      const naming = await Promise.all(entries.map((entry) => rowsOf(stores, entry.sha)));
      const mine = entries.filter((_, at) => naming[at].some((row) => row.mine));
      const pinned = new Set(mine.map((entry) => entry.sha));
      // The browser gave less than the budget: free as much as the file needs, once.
      const held = entries.reduce((sum, entry) => sum + entry.size, 0);
      return toEvict(entries, pinned, bytes.length, attempt === 0 ? BUDGET - SET_ASIDE : held);
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
  const foreign = before.user !== user && (before.user !== null || before.revision !== null);
  if (foreign) await forget();
  const facts = await transact('readwrite', async (stores) => {
    const now = { ...(await factsOf(stores)), user, seen: revision };
    stores.facts.put(now, 'now');
    return now;
  });
  const known = !missed && isCurrent(facts, Date.now());
  // What is under way for somebody else does not answer this one.
  const outcome = foreign ? await askAnew() : known ? 'current' : await reconcile();
  // Not when the worker starts: a page that has just opened loads from the same disk.
  if (outcome === 'current') swept ??= sweep().catch(() => { swept = null; });
}

/**
 * An order changed: what is stored for it counts for nothing until a manifest of that revision confirms it.
 * @param {any} message
 */
async function changed({ order, status, version, revision, sha256 = null, mine = false }) {
  const over = TERMINAL.includes(status);
  const held = await exclusively(async () => {
    const [files, kept, left] = await transact('readwrite', async ({ orders, entries, pictures }) => {
      const row = /** @type {Row | undefined} */ (await done(orders.get(String(order))));
      if (!row) return [0, 0, false];
      const later = compareRevisions(String(revision), row.wanted ?? null) > 0;
      const wanted = later ? String(revision) : (row.wanted ?? '0.0');
      if (over) orders.delete(row.order);
      else orders.put({ ...row, wanted, least: Math.max(row.least ?? 0, Number(version) || 0) });
      const counts = [entries, pictures].map((store) => /** @type {Promise<number>} */ (done(store.count(row.sha256))));
      return [await counts[0], await counts[1], sha256 !== row.sha256];
    });
    if (over && files + kept > 0) await dropUnnamed();
    // A picture alone is reason to ask only when its order may have left it: other changes don't touch it.
    return files > 0 || (kept > 0 && left);
  });
  if (mine && sha256 && !over) await confirmMine(String(revision));
  else if (held) await askAnew();
}

/** @param {any} message @returns {Promise<object>} */
async function obey(message) {
  if (message?.protocol !== PROTOCOL) return { type: 'refused', reason: 'protocol' };
  if (message.type === 'hello') await hello(message);
  else if (message.type === 'order') await changed(message);
  else if (message.type === 'forget') await forget();
  else if (message.type === 'missing') return { type: 'done', ...(await missing(message.sha256.map(String))) };
  else if (message.type === 'ahead') return { type: 'done', ...(await fetchAhead(String(message.sha256))) };
  else if (message.type === 'give-way') giveWay(message.sha256);
  else if (message.type === 'sample') return { type: 'done', sampled: await sample() };
  else if (message.type === 'check') return { type: 'done', sound: await check(String(message.sha256)) };
  else if (message.type === 'ask') {
    const found = await Promise.all(/** @type {string[]} */ (message.sha256).map(lookUp));
    const held = found.filter(({ entry, rows }) => entry && rows.some((row) => !row.wanted));
    return { type: 'done', held: held.map(({ entry }) => entry?.sha) };
  } else return { type: 'refused', reason: 'type' };
  return { type: 'done' };
}

sw.addEventListener('install', (event) => {
  // Where the browser can, other requests don't even wake the worker.
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
  const reply = (/** @type {object} */ body) => event.ports[0]?.postMessage({ protocol: PROTOCOL, ...body });
  event.waitUntil(obey(event.data).then(reply, () => reply({ type: 'failed' })));
});

// A version that is being installed has nothing to answer yet.
if (sw.serviceWorker?.state === 'activated') void catchUp().catch(() => {});

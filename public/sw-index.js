// @ts-check
/// <reference lib="webworker" />
/**
 * What the service worker (sw.js, which imports this file) knows and keeps: its pure rules, the index in
 * IndexedDB, and the one place that deletes.
 */
'use strict';

/**
 * @typedef {{ order: string, sha256: string, size: number, status: string, version: number, mine: boolean,
 *   wanted?: string | null, least?: number, hand?: 1 }} Row an actual order; `wanted` is the revision, `least` the
 *   version that a manifest must reach to confirm it; `hand` is `mine` as an index can hold it
 * @typedef {{ sha: string, size: number, used: number, checked: number }} Entry a stored file, times in ms
 * @typedef {{ revision: string | null, seen: string | null, user: string | null, checked: number }} Facts the
 *   manifest's revision, the one that a page showed last, who signed in, and when the manifest was asked (ms)
 * @typedef {{ revision: string, full: boolean, models: Row[], removed: string[] }} Manifest
 * @typedef {{ since: number, by: 'network' | 'server' }} Doubt the server could not be asked, or could not answer; the
 *   manifest before spoke at `since` (ms)
 * @typedef {{ facts: IDBObjectStore, entries: IDBObjectStore, orders: IDBObjectStore, pictures: IDBObjectStore }
 *   } Stores
 */

const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PROTOCOL = 1;
const CACHE = 'glb-v1';
const DATABASE = 'verstak-models';
const INDEX = 'verstak-models:index';
const TERMINAL = ['SHIPPED', 'CANCELLED', 'CLOSED'];
/** Milliseconds after which the manifest is asked again before an answer. */
const PAUSE = 30_000;
/** A server that answers, but not with a manifest, is left alone so long at first and at most. */
const REST = 1_000;
const RESTS = 30_000;
/** A longer rest that it asks for is kept up to here. */
const LONGEST = 300_000;
const STARTED = Date.now();

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
/** Ends everything under way when the store is emptied. */
let era = new AbortController();

// Pure rules.

/** @param {string} sha */
const keyOf = (sha) => `/models/${sha}.glb`;

/**
 * The hash that a request asks for, or null when the request is none of our business.
 * @param {{ method: string, mode: string, url: string }} request
 * @param {string} origin
 */
function modelOf(request, origin) {
  if (request.method !== 'GET' || request.mode === 'navigate') return null;
  const url = new URL(request.url);
  if (url.origin !== origin || url.search !== '') return null;
  return /^\/models\/([0-9a-f]{64})\.glb$/.exec(url.pathname)?.[1] ?? null;
}

/**
 * Orders two revisions, `<epoch>.<rev>`: the epoch first. A missing one is the oldest.
 * @param {string | null} a
 * @param {string | null} b
 */
function compareRevisions(a, b) {
  const [x, y] = [a, b].map((text) => (text ?? '-1.-1').split('.').map(Number));
  return x[0] - y[0] || x[1] - y[1];
}

/**
 * A manifest that can be trusted in shape, or null. Orders without a file, or at their end, name nothing.
 * @param {any} body
 * @returns {Manifest | null}
 */
function readManifest(body) {
  if (!/^\d+\.\d+$/.test(body?.revision) || !Array.isArray(body.models)) return null;
  const removed = Array.isArray(body.removed) ? body.removed.map(String) : [];
  const models = [];
  for (const { order, sha256, size, status, version, mine } of body.models) {
    const names = /^[0-9a-f]{64}$/.test(sha256 ?? '') && size > 0 && !TERMINAL.includes(status);
    if (names) models.push({ order: String(order), sha256, size, status, version, mine: mine === true });
    else removed.push(String(order));
  }
  return { revision: body.revision, full: body.full === true, models, removed };
}

/**
 * The hashes to drop, least recently used first, so that `need` more bytes fit; null when they cannot.
 * @param {Entry[]} entries
 * @param {Set<string>} pinned hashes of orders in my hands
 * @param {number} need
 * @param {number} budget
 */
function toEvict(entries, pinned, need, budget) {
  let total = entries.reduce((sum, entry) => sum + entry.size, need);
  const out = [];
  for (const entry of entries.filter((e) => !pinned.has(e.sha)).sort((a, b) => a.used - b.used)) {
    if (total <= budget) break;
    total -= entry.size;
    out.push(entry.sha);
  }
  return total <= budget ? out : null;
}

/**
 * Whether the last manifest still speaks for the present: asked by this run of the worker, lately, and not
 * behind what a page shows.
 * @param {Facts} facts
 * @param {number} now
 */
function isCurrent({ revision, seen, checked }, now) {
  const fresh = checked >= STARTED && checked <= now && now - checked < PAUSE;
  return fresh && compareRevisions(seen, revision) <= 0;
}

/**
 * Milliseconds: as long as the server asks, and longer with every failure.
 * @param {number} before failures in a row
 * @param {string | null} asked `Retry-After`: seconds, or a date
 */
function restOf(before, asked) {
  const said = /^\d+$/.test(asked ?? '') ? Number(asked) * 1_000 : Date.parse(asked ?? '') - Date.now();
  const least = Math.min(REST * 2 ** before, RESTS);
  // All browsers at once would be the next trouble.
  return Math.max(least, Math.min(said || 0, LONGEST)) * (1 + Math.random() / 2);
}

// The index.

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = () => {
    const opening = indexedDB.open(DATABASE, 2);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        opening.result.createObjectStore('facts');
        opening.result.createObjectStore('entries', { keyPath: 'sha' });
        const orders = opening.result.createObjectStore('orders', { keyPath: 'order' });
        orders.createIndex('sha256', 'sha256');
        orders.createIndex('wanted', 'wanted');
      }
      const pictures = opening.result.createObjectStore('pictures', { keyPath: 'sha' });
      pictures.createIndex('kept', 'kept');
      const tx = /** @type {IDBTransaction} */ (opening.transaction);
      tx.objectStore('orders').createIndex('hand', 'hand');
      // What an older version noted lacks that mark: the next manifest names everything anew.
      tx.objectStore('orders').clear();
      tx.objectStore('facts').clear();
    };
    return done(opening).then((db) => {
      const close = () => { db.close(); opened = null; };
      db.onversionchange = close;
      db.onclose = close;
      return db;
    });
  };
  opened ??= request().catch((error) => { opened = null; throw error; });
  return opened;
}

/**
 * One transaction over the whole index; what `work` returns, once it is committed.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(stores: Stores) => Promise<T>} work awaits nothing but requests of this transaction
 */
async function transact(mode, work) {
  const names = ['facts', 'entries', 'orders', 'pictures'];
  const tx = (await open()).transaction(names, mode, { durability: 'relaxed' });
  const committed = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  committed.catch(() => {});
  const [facts, entries, orders, pictures] = names.map((name) => tx.objectStore(name));
  const result = await work({ facts, entries, orders, pictures });
  await committed;
  return result;
}

/** @param {Stores} stores @returns {Promise<Facts>} */
const factsOf = async ({ facts }) =>
  (await done(facts.get('now'))) ?? { revision: null, seen: null, user: null, checked: 0 };

/** @param {Stores} stores @param {string} sha @returns {Promise<Row[]>} */
const rowsOf = ({ orders }, sha) => done(orders.index('sha256').getAll(sha));

/** The orders in my hands, confirmed or not. @param {Stores} stores @returns {Promise<Row[]>} */
const mineOf = ({ orders }) => done(orders.index('hand').getAll(1));

/** Whether an order names a hash, confirmed or not. @param {Stores} stores @param {string} sha */
const isNamed = async ({ orders }, sha) => (await done(orders.index('sha256').getKey(sha))) !== undefined;

/** The hashes of all stored files, in one request. @param {Stores} stores */
const keptIn = async ({ entries }) => new Set(/** @type {string[]} */ (await done(entries.getAllKeys())));

/** What the index knows of a hash. @param {string} sha */
const lookUp = (sha) => transact('readonly', async (stores) => ({ facts: await factsOf(stores), rows: await rowsOf(stores, sha) }));

/** Whether a file is stored. @param {string} sha */
const isKept = async (sha) => (await transact('readonly', ({ entries }) => done(entries.count(sha)))) > 0;

/** @param {string} sha @param {Partial<Entry>} change */
const note = (sha, change) => transact('readwrite', async ({ entries }) => {
  const entry = /** @type {Entry | undefined} */ (await done(entries.get(sha)));
  if (entry) entries.put({ ...entry, ...change });
  return entry;
});

/**
 * One writer at a time, also across two versions of this worker.
 * @template T @param {() => Promise<T>} work
 */
const exclusively = (work) =>
  /** @type {Promise<T>} */ (/** @type {unknown} */ (navigator.locks.request(INDEX, work)));

/**
 * Deletes files, then forgets them: a worker killed between the two leaves no bytes behind.
 * @param {string[]} shas
 */
async function drop(shas) {
  if (shas.length === 0) return;
  const cache = await caches.open(CACHE);
  await Promise.all(shas.map((sha) => cache.delete(keyOf(sha))));
  await transact('readwrite', async ({ entries }) => shas.forEach((sha) => entries.delete(sha)));
  await tell({ type: 'dropped', sha256: shas });
}

/** Drops what no actual order names any more. */
async function dropUnnamed() {
  const [files, pictured] = await transact('readonly', async (stores) => {
    const unnamed = async (/** @type {IDBObjectStore} */ store) => {
      const held = /** @type {string[]} */ (await done(store.getAllKeys()));
      const named = await Promise.all(held.map((sha) => isNamed(stores, sha)));
      return held.filter((_, at) => !named[at]);
    };
    return [await unnamed(stores.entries), await unnamed(stores.pictures)];
  });
  await drop(files);
  await dropPictures(pictured);
}

/** Brings files, index and orders together after a kill between two writes. */
const sweep = () => exclusively(async () => {
  if (!(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
  const held = /** @type {string[]} */ (await transact('readonly', (s) => done(s.entries.getAllKeys())));
  const shown = /** @type {string[]} */ (await transact('readonly', (s) => done(s.pictures.getAllKeys())));
  const [keys, there] = [new Set([...held.map(keyOf), ...shown.map(pictureOf)]), new Set(paths)];
  await Promise.all(paths.filter((path) => !keys.has(path)).map((path) => cache.delete(path)));
  await drop(held.filter((sha) => !there.has(keyOf(sha))));
  await dropPictures(shown.filter((sha) => !there.has(pictureOf(sha))));
  await dropUnnamed();
});

/** Empties everything: no file, no index, nothing under way that could write again; pages look again at what is here. */
function forget() {
  era.abort();
  era = new AbortController();
  return exclusively(async () => {
    // File by file: a cache deleted whole keeps its bytes for as long as anybody holds it open.
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) await cache.delete(request);
    await caches.delete(CACHE);
    (await opened?.catch(() => null))?.close();
    opened = null;
    await done(indexedDB.deleteDatabase(DATABASE));
    await tell({ type: 'dropped', sha256: [] });
  });
}

/** To every open page. @param {object} message */
async function tell(message) {
  const pages = await sw.clients.matchAll({ includeUncontrolled: true });
  for (const page of pages) page.postMessage({ protocol: PROTOCOL, ...message });
}

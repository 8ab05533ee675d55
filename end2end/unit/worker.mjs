// The service worker without a browser: all of its files in a context of their own.
import assert from 'node:assert/strict';
// A global of that name comes with Node 20.
import { webcrypto as crypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';

const read = (name) => readFile(new URL(`../../public/${name}`, import.meta.url), 'utf8');
const names = ['sw.js', 'sw-index.js', 'sw-manifest.js', 'sw-pictures.js', 'sw-flight.js', 'sw-ahead.js', 'sw-off.js'];
export const files = Object.fromEntries(await Promise.all(names.map(async (name) => [`/${name}`, await read(name)])));
export const [worker, off] = [files['/sw.js'], files['/sw-off.js']];
export const ORIGIN = 'https://mes.example';
export const SHA = 'a'.repeat(64);

/** The worker in a context of its own, with what it listens to and what it was answered. */
export function load(source = worker, { state = 'installing', databases = [] } = {}) {
  const listeners = {};
  const posted = [];
  const self = {
    location: { origin: ORIGIN },
    serviceWorker: { state },
    addEventListener: (type, listener) => { listeners[type] = listener; },
    clients: { claim: async () => {}, matchAll: async () => [{ postMessage: (message) => posted.push(message) }] },
  };
  const context = vm.createContext({
    self, AbortController, URL, Headers, Response, crypto, Uint8Array, Date, setTimeout,
    indexedDB: { databases: async () => databases.map((name) => ({ name })) },
    importScripts: (...paths) => paths.forEach((path) => vm.runInContext(files[path], context)),
  });
  vm.runInContext(source, context);
  return { ...context, listeners, posted, inside: (code) => vm.runInContext(code, context) };
}

// Objects of another realm have other prototypes; what counts is what they hold.
export const same = (actual, expected) => assert.deepEqual(JSON.parse(JSON.stringify(actual)), expected);
export const row = (more) => ({ order: 'o', sha256: SHA, size: 9, status: 'MANUFACTURING_APPROVED', version: 1,
  mine: false, ...more });

/**
 * A worker that knows one order, has so many files and pictures of it, and counts how often it asks the server. The
 * server reaches one revision more with every question.
 */
export function knowing(files, pictures, { known = row(), user = null, revisions = ['1.2'] } = {}) {
  const it = load();
  const world = it.inside('globalThis');
  const request = (result) => {
    const pending = { result };
    queueMicrotask(() => pending.onsuccess());
    return pending;
  };
  const holding = (count) => ({ count: () => request(count) });
  const orders = { get: () => request(known), put: () => {}, delete: () => {} };
  const said = { asked: 0, dropped: 0 };
  let noted = { user, seen: null };
  const facts = {
    get: () => request({ ...noted, revision: said.asked > 0 ? revisions[said.asked - 1] : '1.0', checked: Date.now() }),
    put: (now) => { noted = { user: now.user, seen: now.seen }; },
  };
  let forgotten = 0;
  Object.assign(world, {
    navigator: { locks: { request: (_, work) => work() } },
    setTimeout: (work) => queueMicrotask(work),
    transact: (_, work) => work({ facts, orders, entries: holding(files), pictures: holding(pictures) }),
    reconcile: async () => { said.asked += 1; return 'current'; },
    forget: async () => { forgotten += 1; },
    dropUnnamed: async () => { said.dropped += 1; },
  });
  return { said, inside: it.inside, posted: it.posted, hello: it.hello, forgotten: () => forgotten, changed: (...more) => it.changed(more.map((one) => ({ order: 'o', version: 2, revision: '1.2', sha256: SHA, ...one }))) };
}

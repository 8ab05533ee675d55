// @ts-check
/// <reference lib="webworker" />
/**
 * Served as `/sw.js` with `WORKER=off`: takes over from the service worker, deletes all that it kept, and
 * unregisters itself. It answers no request, so the models come from the server at once.
 *
 * The browser may kill it in the middle, and then counts it as active all the same: it would stay for ever. So
 * whatever a page says to it makes it go as well, and unregistering comes last.
 */
'use strict';

{
  const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  /** @type {Promise<void> | null} */
  let going = null;

  async function retire() {
    const kept = (await caches.keys()).filter((name) => name.startsWith('glb-'));
    for (const name of kept) {
      // File by file: a cache deleted whole keeps its bytes for as long as anybody holds it open.
      const cache = await caches.open(name);
      for (const request of await cache.keys()) await cache.delete(request);
      await caches.delete(name);
    }
    await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase('verstak-models');
      request.onsuccess = request.onerror = resolve;
    });
    await sw.registration.unregister();
    // Pages wait for the worker before they fetch a model: they need not.
    const pages = await sw.clients.matchAll({ includeUncontrolled: true });
    for (const page of pages) page.postMessage({ protocol: 1, type: 'retired' });
  }

  /** Once at a time: a second one would make the caches anew by opening them. */
  const go = () => { going ??= retire().finally(() => { going = null; }); return going; };

  sw.addEventListener('install', (event) => event.waitUntil(sw.skipWaiting()));
  sw.addEventListener('activate', (event) => event.waitUntil(go()));
  sw.addEventListener('message', (event) => {
    event.ports[0]?.postMessage({ protocol: 1, type: 'retired' });
    event.waitUntil(go());
  });
}

// @ts-check
/// <reference lib="webworker" />
/**
 * Served as `/sw.js` with `WORKER=off`: takes over from the service worker, deletes all that it kept, and
 * unregisters itself. It answers no request, so the models come from the server at once.
 */
'use strict';

{
  const retiring = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

  retiring.addEventListener('install', (event) => event.waitUntil(retiring.skipWaiting()));

  retiring.addEventListener('message', (event) => {
    event.ports[0]?.postMessage({ protocol: 1, type: 'retired' });
  });

  retiring.addEventListener('activate', (event) => event.waitUntil((async () => {
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
    await retiring.registration.unregister();
    // Pages wait for the worker before they fetch a model: they need not.
    const pages = await retiring.clients.matchAll({ includeUncontrolled: true });
    for (const page of pages) page.postMessage({ protocol: 1, type: 'retired' });
  })()));
}

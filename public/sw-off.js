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

  retiring.addEventListener('activate', (event) => event.waitUntil((async () => {
    const kept = (await caches.keys()).filter((name) => name.startsWith('glb-'));
    await Promise.all(kept.map((name) => caches.delete(name)));
    await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase('verstak-models');
      request.onsuccess = request.onerror = resolve;
    });
    await retiring.registration.unregister();
    const pages = await retiring.clients.matchAll({ includeUncontrolled: true });
    for (const page of pages) page.postMessage({ protocol: 1, type: 'retired' });
  })()));
}

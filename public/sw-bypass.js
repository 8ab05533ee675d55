// @ts-check
/// <reference lib="webworker" />
/**
 * The worker of one address, `/live.js`: it hears no request, so the browser asks the server without starting it. With
 * it the shared worker that reads the stream is not in the scope of `sw.js`; `client.js` registers and removes it.
 */
'use strict';

{
  const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  sw.addEventListener('install', (event) => event.waitUntil(sw.skipWaiting()));
}

// @ts-check
/// <reference lib="webworker" />
/**
 * Pictures of models in the service worker (sw.js, which imports this file): kept in the same cache as the models and
 * deleted with them, so that a card costs no bytes when it is seen again and nothing of a shipped order stays.
 *
 * A picture is named by its model's hash, so what is kept is never another piece's. It is kept only while an actual
 * order is known to name that hash; whoever signs in finds none of somebody else's.
 */
'use strict';

/** Pictures kept at most; those that nobody saw for the longest time go first. */
const MOST_PICTURES = 2_000;
/** Bytes of one at most, as the server makes them: a larger one is shown and not kept. */
const PICTURE_BYTES = 10_000;
/** Set aside for them of what is kept in all: nothing has to be added up. */
const SET_ASIDE = MOST_PICTURES * PICTURE_BYTES;
/** Whether a picture was seen is known to so many milliseconds, so that a board seen often writes nothing. */
const GRAIN = 600_000;
/** Pictures come by dozens: what was seen is noted together, so long after the first. */
const TOGETHER = 1_000;

/** @type {Set<string>} seen, and not noted yet; one that is lost with the worker goes a little sooner */
const glimpsed = new Set();
/** @type {Promise<void> | null} */
let noting = null;

/** @param {string} sha */
const pictureOf = (sha) => `/models/${sha}.jpg`;

/**
 * The model whose picture a request asks for, or null.
 * @param {{ method: string, mode: string, url: string }} request
 * @param {string} origin
 */
function picturedBy(request, origin) {
  if (request.method !== 'GET' || request.mode === 'navigate') return null;
  const url = new URL(request.url);
  if (url.origin !== origin || url.search !== '') return null;
  return /^\/models\/([0-9a-f]{64})\.jpg$/.exec(url.pathname)?.[1] ?? null;
}

/** @param {FetchEvent} event @param {string} sha @returns {Promise<Response>} */
async function showPicture(event, sha) {
  const found = await caches.match(pictureOf(sha), { cacheName: CACHE });
  if (found) {
    event.waitUntil(glimpse(sha));
    return found;
  }
  const { signal } = era;
  const response = await fetch(pictureOf(sha), { cache: 'no-store', credentials: 'same-origin', redirect: 'error' });
  if (response.status === 200 && response.type === 'basic') {
    event.waitUntil(keepPicture(sha, response.clone(), signal).catch(() => {}));
  }
  return response;
}

/** @param {string} sha */
function glimpse(sha) {
  const { signal } = era;
  glimpsed.add(sha);
  // What was emptied meanwhile is not made anew for it.
  const note = () => (signal.aborted ? glimpsed.clear() : noteGlimpsed());
  noting ??= sleep(TOGETHER).then(note).catch(() => {}).finally(() => { noting = null; });
  return noting;
}

async function noteGlimpsed() {
  const shas = [...glimpsed];
  glimpsed.clear();
  if (shas.length === 0) return;
  const now = Date.now();
  await transact('readwrite', async ({ pictures }) => {
    for (const sha of shas) {
      const picture = /** @type {{ sha: string, kept: number } | undefined} */ (await done(pictures.get(sha)));
      if (picture && Math.abs(now - picture.kept) >= GRAIN) pictures.put({ sha, kept: now });
    }
  });
}

/** @param {string} sha @param {Response} response @param {AbortSignal} signal */
async function keepPicture(sha, response, signal) {
  // Whole before it is stored: a worker killed meanwhile leaves nothing.
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > PICTURE_BYTES) return;
  await exclusively(async () => {
    if (signal.aborted) return;
    await noteGlimpsed();
    const out = await transact('readonly', async (stores) => {
      if (!(await isNamed(stores, sha))) return null;
      const over = (await done(stores.pictures.count())) - MOST_PICTURES;
      const unseen = stores.pictures.index('kept');
      return over < 0 ? [] : /** @type {string[]} */ (await done(unseen.getAllKeys(null, over + 50)));
    });
    if (out === null) return;
    await dropPictures(out);
    const headers = { 'content-type': 'image/jpeg', 'cache-control': 'private, no-store' };
    await (await caches.open(CACHE)).put(pictureOf(sha), new Response(bytes, { headers }));
    await transact('readwrite', ({ pictures }) => done(pictures.put({ sha, kept: Date.now() })));
  });
}

/** @param {string[]} shas */
async function dropPictures(shas) {
  if (shas.length === 0) return;
  const cache = await caches.open(CACHE);
  await Promise.all(shas.map((sha) => cache.delete(pictureOf(sha))));
  await transact('readwrite', async ({ pictures }) => shas.forEach((sha) => pictures.delete(sha)));
}

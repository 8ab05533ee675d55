// @ts-check
/// <reference lib="webworker" />
/**
 * Models ahead of the reader, in the service worker (sw.js, which imports this file). What to fetch and when is the
 * page's to say (ahead.js): it knows what is on the screen, whether the line costs money, and when there is time.
 */
'use strict';

/** @type {Map<string, AbortController>} fetched ahead at the moment, by hash */
const early = new Map();

/** Somebody waits, perhaps for a model: all others that nobody waits for are given up. @param {string} [sha] */
function giveWay(sha) {
  for (const [other, stop] of early) if (other !== sha) stop.abort();
}

/** The server is asked about orders that came or changed, at most so often, in milliseconds. */
const RESPITE = 2_000;

/**
 * What is missing: of my orders first, then of those that are asked for, in their order. Only what an actual order is
 * confirmed to name; the server is asked about what is not confirmed yet. `unsure`: it was not asked because it was a
 * moment ago, so the page should come again after the respite.
 * @param {string[]} asked
 */
async function missing(asked) {
  const { found, unsure, checked } = await lacking(asked);
  if (!unsure) return { missing: found, unsure };
  if (Math.abs(Date.now() - checked) < RESPITE) return { missing: found, unsure };
  await reconcile();
  return { missing: (await lacking(asked)).found, unsure: false };
}

/**
 * An order is mine now: its model is wanted soon, so nothing waits for the respite. Asks until the manifest has reached
 * that change, for a server may lag behind what the page saw, and tells the pages.
 * @param {string} revision
 */
async function confirmMine(revision) {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const outcome = await askAnew();
    if (outcome === 'away' || outcome === 'denied') return;
    const facts = await transact('readonly', factsOf);
    if (compareRevisions(revision, facts.revision) <= 0) return tell({ type: 'mine' });
    await sleep(LAG);
  }
}

/**
 * The first confirmed order that names a hash, if any. Hundreds of orders may have one model, so they are all read only
 * when the first of them is not confirmed.
 * @param {Stores} stores @param {string} sha
 */
async function confirmedOf(stores, sha) {
  const first = /** @type {Row | undefined} */ (await done(stores.orders.index('sha256').get(sha)));
  return first?.wanted ? (await rowsOf(stores, sha)).find((row) => !row.wanted) : first;
}

/**
 * @param {string[]} asked
 * @returns {Promise<{ found: { sha256: string, size: number, mine: boolean }[], unsure: boolean, checked: number }>}
 */
function lacking(asked) {
  return transact('readonly', async (stores) => {
    const [mine, kept, waiting, { checked }, named] = await Promise.all([
      mineOf(stores), keptIn(stores), done(stores.orders.index('wanted').getAllKeys(null, 1)), factsOf(stores),
      Promise.all(asked.map((sha) => confirmedOf(stores, sha))),
    ]);
    /** @type {Map<string, { sha256: string, size: number, mine: boolean }>} */
    const found = new Map();
    for (const row of [...mine, ...named]) {
      if (!row || row.wanted || found.has(row.sha256) || kept.has(row.sha256)) continue;
      found.set(row.sha256, { sha256: row.sha256, size: row.size, mine: row.mine });
    }
    return { found: [...found.values()], unsure: waiting.length > 0 || named.includes(undefined), checked };
  });
}

/**
 * Which of these are here, and named by an actual order as confirmed: all in one transaction, for a page asks about its
 * whole screen after every change.
 * @param {string[]} asked
 */
const heldOf = (asked) => transact('readonly', async (stores) => {
  const kept = await keptIn(stores);
  const here = asked.filter((sha) => kept.has(sha));
  const named = await Promise.all(here.map((sha) => confirmedOf(stores, sha)));
  return here.filter((_, at) => named[at]);
});

/**
 * Fetches a model that nobody waits for yet; whether it is here then, and if not, whether that is nobody's fault.
 * @param {string} sha
 */
async function fetchAhead(sha) {
  const { row, doubt } = await judge(sha);
  if (!row || doubt !== null || flights.has(sha)) return { held: false, stopped: true };
  const stop = new AbortController();
  const { signal } = era;
  early.set(sha, stop);
  const flight = new Flight(sha, row.size, async (flight) => {
    if (await stored(row, null)) return;
    const answer = await fetch(keyOf(sha), /** @type {RequestInit} */ ({
      cache: 'no-store', credentials: 'same-origin', redirect: 'error', priority: 'low',
      signal: AbortSignal.any([stop.signal, signal]),
    }));
    if (answer.status === 401) return forget();
    if (answer.status !== 200 || answer.type !== 'basic' || !answer.body) return;
    await keep(sha, await flight.collect(answer.body), signal);
  });
  flight.stop = stop.signal;
  await flight.landed;
  early.delete(sha);
  return { held: await isKept(sha), stopped: stop.signal.aborted };
}

/** Hashes again what was not looked at for the longest time, if that is long; the hash, or null. */
async function sample() {
  const oldest = await transact('readonly', async ({ entries }) => {
    const all = /** @type {Entry[]} */ (await done(entries.getAll()));
    return all.sort((a, b) => a.checked - b.checked).find(({ checked }) => Date.now() - checked > SAMPLE);
  });
  if (!oldest) return null;
  await check(oldest.sha);
  return oldest.sha;
}

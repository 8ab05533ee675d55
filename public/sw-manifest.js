// @ts-check
/// <reference lib="webworker" />
/**
 * What the service worker (sw.js, which imports this file) asks the server: the manifest of actual orders and their
 * models. It brings the index there, and judges by it whether a file may be answered from here.
 */
'use strict';

/** @typedef {'current' | 'behind' | 'away' | 'troubled' | 'denied'} Outcome */

const MANIFEST = '/api/models';
/** How long a reader waits for the manifest before getting what the last one confirmed. */
const PATIENCE = 3_000;
/** How long the manifest itself may take: the first one names every actual order. */
const TRANSFER = 60_000;
/** A server that lags behind what the page saw is asked this often, this many milliseconds apart. */
const TRIES = 6;
const LAG = 250;
/** A manifest older than ours for so long means that the server's history was replaced. */
const REPLACED = 60_000;

/** @type {Promise<Outcome> | null} */
let asking = null;
/** Until this ends the server is left alone; the next run of the worker asks at once. @type {Promise<unknown> | null} */
let rest = null;
/** How often in a row it could not answer. */
let failures = 0;
/** Whether a page said anything to this run of the worker. */
let spoken = false;

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

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
  // Asked before everything was emptied: whatever it says is of somebody else.
  if (signal.aborted) return 'behind';
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
 * first page, long before that page's own scripts. Not when a page's word started it: an open page missed nothing, or says
 * so, or wants everything forgotten. Who never stored anything, or was emptied, has missed nothing either.
 */
async function catchUp() {
  const noted = (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  if (!noted || spoken) return;
  const { revision } = await transact('readonly', factsOf);
  if (revision !== null && !spoken) await reconcile();
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

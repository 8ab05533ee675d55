// @ts-check
/**
 * The page's side of the service worker: registers it, tells it who signed in and what changed, and has it
 * forget everything before the session ends.
 *
 * It reads `html[data-user]` (absent when nobody is signed in), `html[data-revision]`, `html[data-worker]` (`off`:
 * the server has switched the worker off), and the orders on the page:
 * `[data-order-id][data-model-sha][data-status][data-version]`. Code that hears of a change first may dispatch
 * `verstak:order` on the document with `detail: { revision, order, status, version, sha256 }`.
 */

const PROTOCOL = 1;
/** A log-out waits no longer than this for the worker, in milliseconds. */
const PATIENCE = 1_500;
/** Changes of the page are looked at this often, in milliseconds. */
const PAUSE = 250;
/** How long after the worker is met models are fetched ahead, in milliseconds. */
const AFTER = 1_000;
/** Names that only the fallback below needs; the worker owns them. */
const KEPT = { cache: 'glb-v1', database: 'verstak-models' };

/**
 * @typedef {{ revision: string, order: string, status: string, version: number, sha256: string | null }
 * } Change
 */

const root = document.documentElement;
const supported = 'serviceWorker' in navigator;

/**
 * Sends a message to the active worker and waits for its answer; null when there is none in time.
 * @param {{ type: string, [field: string]: unknown }} message
 * @param {number} [patience] milliseconds
 * @returns {Promise<any>}
 */
export async function tellWorker(message, patience = PATIENCE) {
  const registration = supported ? await navigator.serviceWorker.getRegistration('/') : undefined;
  const worker = registration?.active;
  if (!worker) return null;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(null), patience);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      port1.close();
      resolve(data);
    };
    worker.postMessage({ protocol: PROTOCOL, ...message }, [port2]);
  });
}

/** Says who is here and what the page shows; the worker asks the server for what it missed. */
export function hello() {
  const { user = null, revision = null } = root.dataset;
  return tellWorker({ type: 'hello', user, revision });
}

/**
 * An order changed: its stored file counts for nothing until the server confirms it.
 * @param {Change} change
 */
export function orderChanged(change) {
  return tellWorker({ type: 'order', ...change });
}

/**
 * Which of these hashes are in the browser and confirmed.
 * @param {string[]} sha256
 * @returns {Promise<string[]>}
 */
export async function heldModels(sha256) {
  return (await tellWorker({ type: 'ask', sha256 }))?.held ?? [];
}

/** Deletes every stored file and what is known about them; settles within `PATIENCE`. */
export async function forget() {
  const answer = await tellWorker({ type: 'forget' });
  if (answer?.type === 'done' || !('caches' in window)) return;
  await caches.delete(KEPT.cache).catch(() => false);
  indexedDB.deleteDatabase(KEPT.database);
}

/** @type {Map<string, string>} what the page showed of each order when it was last looked at */
let shown = new Map();

/** Tells the worker of every order that looks different, or is no longer there: the server says why. */
function review() {
  const { revision = '0.0' } = root.dataset;
  const now = new Map();
  /** @type {NodeListOf<HTMLElement>} */
  const cards = document.querySelectorAll('[data-order-id]');
  for (const { dataset } of cards) {
    const { orderId = '', status = '', version = '', modelSha = null } = dataset;
    if (now.has(orderId)) continue;
    now.set(orderId, `${status} ${version} ${modelSha}`);
    const before = shown.get(orderId);
    if (before === undefined || before === now.get(orderId)) continue;
    void orderChanged({ revision, order: orderId, status, version: Number(version), sha256: modelSha });
  }
  for (const order of shown.keys()) {
    if (!now.has(order)) void orderChanged({ revision, order, status: '', version: 0, sha256: null });
  }
  shown = now;
}

/** Reviews the page soon after it changed, however often it does. */
function watchOrders() {
  review();
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    setTimeout(() => { due = false; review(); }, PAUSE);
  };
  const attributeFilter = ['data-order-id', 'data-status', 'data-version', 'data-model-sha'];
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter });
  document.addEventListener('verstak:order', (event) => {
    void orderChanged(/** @type {CustomEvent<Change>} */ (event).detail);
  });
}

/** The session ends only after the worker has forgotten. */
function guardLogout() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches('[data-logout]')) return;
    event.preventDefault();
    // A control named "submit" would hide the form's own method.
    void forget().finally(() => HTMLFormElement.prototype.submit.call(form));
  });
}

/** Settles when the server has switched the worker off: `/sw.js` is then one that only cleans up. */
const retired = () => new Promise((resolve) => {
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.protocol === PROTOCOL && data.type === 'retired') resolve(undefined);
  });
  navigator.serviceWorker.startMessages();
});

async function meet() {
  // Switched off and gone already: to register it again would only have it go again.
  if (root.dataset.worker === 'off' && !(await navigator.serviceWorker.getRegistration('/'))) return;
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
  await hello();
}

async function start() {
  guardLogout();
  if (!supported) return;
  watchOrders();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void hello();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void hello();
  });
  await Promise.race([retired(), meet()]);
}

/**
 * Settles when the worker knows this page, so that what is fetched from then on is kept; never rejects:
 * without the worker everything works, models only come from the server each time.
 */
export const greeted = start().catch((error) => console.warn('service worker:', error));

// What is not asked for yet can wait until everything on the screen is there.
void greeted.then(() => {
  if (supported && root.dataset.user) setTimeout(() => void import('./ahead.js').catch(() => {}), AFTER);
});

// @ts-check
/**
 * The page's side of the service worker: registers it, tells it who signed in and what changed, and has it
 * forget everything before the session ends.
 *
 * It reads `html[data-user]` (the login; absent when the page does not know of anybody), `html[data-revision]` and
 * `html[data-worker]` (`off`: the server has switched the worker off), and passes on what the stream says (tab.js): the
 * changes of all orders, whether or not they are in the page and which of them are mine, and that some were missed.
 */

export const PROTOCOL = 1;
/** A log-out waits no longer than this for the worker, in milliseconds. */
const PATIENCE = 1_500;
/** How long after the worker is met models are fetched ahead, in milliseconds. */
const AFTER = 1_000;
/** What no frame has shown within this is passed on all the same, in milliseconds. */
const UNSEEN = 250;
/** The shared worker that reads the stream, and the only address within the scope of `sw-bypass.js`. */
const STREAM = '/live.js';
/** Names that only the fallback below needs; the worker owns them. */
const KEPT = { cache: 'glb-v1', database: 'verstak-models' };

/**
 * @typedef {{ revision: string, order: string, status: string, version: number, sha256: string | null, mine: boolean }
 * } Change
 */

const root = document.documentElement;
const supported = 'serviceWorker' in navigator;

/** @type {ServiceWorkerRegistration | undefined} */
let registered;

/** The worker of these pages. Who is known already is not looked up again: the browser would ask another process. */
async function active() {
  if (!supported) return null;
  const gone = !registered?.active || registered.active.state === 'redundant';
  if (gone) registered = await navigator.serviceWorker.getRegistration('/');
  return registered?.active ?? null;
}

/**
 * Sends a message to the active worker and waits for its answer; null when there is none in time.
 * @param {{ type: string, [field: string]: unknown }} message
 * @param {number} [patience] milliseconds
 * @returns {Promise<any>}
 */
export async function tellWorker(message, patience = PATIENCE) {
  const worker = await active();
  if (!worker) return null;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(null), patience);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      port1.close();
      // A worker of another version may mean something else by the same words.
      resolve(data?.protocol === PROTOCOL ? data : null);
    };
    worker.postMessage({ protocol: PROTOCOL, ...message }, [port2]);
  });
}

/** Says who is here and what the page shows; the worker asks the server for what it missed, or may have. */
export function hello(missed = false) {
  const { user = null, revision = null } = root.dataset;
  return tellWorker({ type: 'hello', user, revision, missed });
}

/**
 * Orders changed: their stored files count for nothing until the server confirms them.
 * @param {Change[]} changes in the order in which they came
 */
export async function ordersChanged(changes) {
  const answer = await tellWorker({ type: 'orders', changes });
  // A worker of an older version takes them one by one.
  if (answer?.type === 'refused') for (const change of changes) void tellWorker({ type: 'order', ...change });
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

/** @typedef {{ revision: string, removed?: string, order?: { id: string, status: string, version: number,
 *   operator?: { login: string } | null, model: { sha256: string } | null } }} Told a change as `/live` sends it */

/** What the worker has to know; of an order that is no longer there the server says why. @param {Told} change @returns {Change} */
function brief({ revision, order, removed = '' }) {
  const { id = removed, status = '', version = 0, operator = null, model = null } = order ?? {};
  const mine = operator !== null && operator.login === root.dataset.user;
  return { revision, order: id, status, version, sha256: model?.sha256 ?? null, mine };
}

/** Tells the worker of every change, once the person has seen it. */
function watchOrders() {
  /** @type {string[]} */
  const heard = [];
  const tell = () => {
    const changes = heard.splice(0).flatMap((list) => JSON.parse(list).map(brief));
    if (changes.length > 0) void ordersChanged(changes);
  };
  addEventListener('verstak:changes', (event) => {
    if (heard.length === 0) {
      requestAnimationFrame(() => setTimeout(tell, 0));
      // Nobody draws a page that nobody sees.
      setTimeout(tell, UNSEEN);
    }
    heard.push(/** @type {MessageEvent} */ (event).data);
  });
  addEventListener('verstak:reload', () => {
    tell();
    void hello(true);
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

/** Settles when the page is interactive: a board has nothing for the worker before, and better things to load. */
const awake = () => new Promise((resolve) => {
  if (!document.querySelector('[data-column]') || 'hydrated' in root.dataset) resolve(undefined);
  else addEventListener('verstak:awake', resolve, { once: true });
});

/**
 * The stream goes by the worker also where the browser keeps to its static routes only for pages: what has a narrower
 * registration of its own is none of the wider one's.
 * @param {boolean} off
 */
async function passBy(off) {
  if (!off) return void (await navigator.serviceWorker.register('/sw-bypass.js', { scope: STREAM, updateViaCache: 'none' }));
  const found = await navigator.serviceWorker.getRegistration(STREAM);
  // Without one of its own the stream has that of everything.
  if (found && new URL(found.scope).pathname === STREAM) await found.unregister();
}

async function meet() {
  await awake();
  const off = root.dataset.worker === 'off';
  await passBy(off).catch((error) => console.warn('service worker of the stream:', error));
  // Switched off and gone already: to register it again would only have it go again.
  if (off && !(await navigator.serviceWorker.getRegistration('/'))) return;
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
  await hello();
}

/** What is measured of a page is measured when there is nothing else to do; who finds it slow is heard at once. */
function measureLater() {
  const vitals = () => import('./vitals.js').catch(() => undefined);
  const load = () => void vitals();
  addEventListener('click', async ({ target }) => {
    const button = target instanceof Element && target.closest('[data-slow]');
    if (button instanceof HTMLElement) await (await vitals())?.complain(button);
  });
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(load, { timeout: 5_000 }) : setTimeout(load, 2_000));
  if (!root.dataset.user) return;
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
}

async function start() {
  measureLater();
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

const fetchAhead = () => void import('./ahead.js').catch(() => {});

// What is not asked for yet can wait until everything on the screen is there.
void greeted.then(() => {
  if (supported && root.dataset.user) setTimeout(fetchAhead, AFTER);
});
// What somebody takes they open next. A first take is also a gesture after which browsers are asked to keep what is stored;
// it is refused without harm.
if (supported) {
  const taken = (/** @type {Event} */ { target }) => {
    if (!(target instanceof HTMLFormElement) || !target.matches('form[data-command="take"]')) return;
    document.removeEventListener('submit', taken, true);
    fetchAhead();
    void navigator.storage?.persist?.();
  };
  document.addEventListener('submit', taken, true);
}

// @ts-check
/**
 * What the person at this page really waits for: read from the browser's own clocks, sent each time the page is left as
 * far as it is new (`/api/vitals`), or whole and at once when somebody presses "this is slow" (`[data-slow]`,
 * `/api/slow`), which answers in one line (`[data-slow-answer]`). Loaded after everything else, so that measuring costs
 * nobody anything.
 */

/** Answers to presses that are let off: one slow one in fifty says nothing of the rest. */
const LET_OFF = 50;
/** So many of the longest are kept: a page is open for a whole shift. */
const MOST = 10;
/** Longer than this is a page that was left open, and the server takes no report with it (milliseconds). */
const LONGEST = 600_000;

/** @type {Record<string, number>} what has been measured so far, in milliseconds */
const measured = {};
/** @type {{ name: string, startTime: number }[]} when the page went out of sight and came back, as far as is known */
const states = [...performance.getEntriesByType('visibility-state')];

/** Whether a page can take so long. @param {unknown} ms @returns {ms is number} */
export const isPlausible = (ms) => typeof ms === 'number' && ms >= 0 && ms <= LONGEST;

/** @param {string} name @param {number | undefined} ms */
function note(name, ms) {
  if (isPlausible(ms)) measured[name] = Math.round(ms * 10) / 10;
}

/**
 * When the page was out of sight for the first time: what is painted after that waited for the person.
 * @param {{ name: string, startTime: number }[]} states as the browser noted them; not all do
 * @param {boolean} hidden whether it is now
 */
export function firstHidden(states, hidden) {
  const first = states.find(({ name }) => name === 'hidden');
  return first?.startTime ?? (hidden ? 0 : Infinity);
}

/**
 * How much of a time the page was in sight: nobody waits at one that is not.
 * @param {{ name: string, startTime: number }[]} states @param {number} from @param {number} to
 */
export function inSight(states, from, to) {
  return states.reduce((seen, { name, startTime }, at) => {
    const back = states[at + 1]?.startTime ?? Infinity;
    return name === 'hidden' ? seen - Math.max(0, Math.min(back, to) - Math.max(startTime, from)) : seen;
  }, to - from);
}

/** @param {string} name @param {{ startTime: number } | undefined} entry */
function painted(name, entry) {
  if (entry && entry.startTime < firstHidden(states, document.hidden)) note(name, entry.startTime);
}

/** @param {string} type @param {(entries: any[]) => void} take @param {object} [more] */
function observe(type, take, more = {}) {
  try {
    new PerformanceObserver((list) => take(list.getEntries())).observe({ type, buffered: true, ...more });
  } catch {
    // This browser does not measure that.
  }
}

/** A server's own word in an entry. @param {any} entry @param {string} name */
const told = (entry, name) => entry?.serverTiming?.find((/** @type {any} */ it) => it.name === name);

function readNavigation() {
  const page = /** @type {any} */ (performance.getEntriesByType('navigation')[0]);
  if (!page) return;
  note('first_byte', page.responseStart);
  note('download', page.responseEnd - page.responseStart);
  note('server', told(page, 'total')?.duration);
  note('database', told(page, 'db')?.duration);
  note('cache', told(page, 'cache')?.duration);
}

function readModel() {
  const ready = performance.getEntriesByName('verstak:model')[0];
  if (!ready) return;
  const page = /** @type {any} */ (performance.getEntriesByType('navigation')[0]);
  const begun = page?.responseEnd ?? 0;
  note('model', inSight(states, begun, ready.startTime));
  const files = /** @type {any[]} */ (performance.getEntriesByType('resource'));
  const file = files.find(({ name }) => /^\/models\/[^/]+\.glb$/.test(new URL(name).pathname));
  if (!file) return;
  note('model_file', inSight(states, begun, file.responseEnd));
  note('model_store', told(file, 's3')?.duration);
}

/** How long people waited after their presses: how many there were, and the longest few. */
export class Presses {
  /** @type {Map<number, number>} */
  #longest = new Map();
  #count = 0;
  #newest = -Infinity;
  #forgotten = -Infinity;

  /** @param {number} id grows from press to press; one has several entries @param {number} duration */
  add(id, duration) {
    if (id <= this.#forgotten) return;
    if (id > this.#newest) {
      this.#newest = id;
      this.#count += 1;
    }
    this.#longest.set(id, Math.max(duration, this.#longest.get(id) ?? 0));
    if (this.#longest.size <= MOST) return;
    const [[least]] = [...this.#longest].sort(([, a], [, b]) => a - b);
    this.#longest.delete(least);
  }

  /** Those so far were told of; what still comes of them is not counted again. */
  forget() {
    this.#forgotten = this.#newest;
    this.#longest.clear();
    this.#count = 0;
  }

  get kept() {
    return this.#longest.size;
  }

  /** The slowest answer, but for one in fifty. @returns {number | undefined} */
  get slowest() {
    const sorted = [...this.#longest.values()].sort((a, b) => b - a);
    return sorted[Math.min(sorted.length - 1, Math.floor(this.#count / LET_OFF))];
  }
}

/** What has not been sent yet: a page is opened once, however often it is left, and pressed all the time. */
export class Unsent {
  presses = new Presses();
  /** @type {Set<string>} */
  #sent = new Set();

  /**
   * What to send now, and never again.
   * @param {Record<string, number>} all that the page has measured so far
   * @returns {Record<string, number> | undefined} nothing when there is nothing new
   */
  take(all) {
    const { interaction: _, ...once } = all;
    const fresh = Object.fromEntries(Object.entries(once).filter(([name]) => !this.#sent.has(name)));
    for (const name of Object.keys(fresh)) this.#sent.add(name);
    const { slowest } = this.presses;
    this.presses.forget();
    if (isPlausible(slowest)) fresh.interaction = slowest;
    return Object.keys(fresh).length ? fresh : undefined;
  }
}

/** Of the whole visit. */
const presses = new Presses();
const unsent = new Unsent();

/** @returns {'phone' | 'tablet' | 'desktop'} */
export function device({ touch = matchMedia('(pointer: coarse)').matches, width = screen.width } = {}) {
  if (!touch) return 'desktop';
  return width < 600 ? 'phone' : 'tablet';
}

function about() {
  const { hardwareConcurrency: cores, deviceMemory: memory, connection } = /** @type {any} */ (navigator);
  const parts = [
    cores && `${cores} cores`, memory && `${memory} GB`, `${screen.width} × ${screen.height}`, connection?.effectiveType,
  ];
  return parts.filter(Boolean).join(', ').slice(0, 200);
}

function figures() {
  readNavigation();
  readModel();
  note('interaction', presses.slowest);
  const trace = told(performance.getEntriesByType('navigation')[0], 'trace')?.description;
  return {
    path: location.pathname.slice(0, 200), device: device(), about: about(),
    trace: /^[0-9a-f]{32}$/.test(trace ?? '') ? trace : null, timings: measured,
  };
}

/** @param {string} address @param {object} told @param {boolean} [last] */
const post = (address, told, last = false) => fetch(address, {
  method: 'POST', keepalive: last, headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify(told),
});

function turn() {
  const { visibilityState: name } = document;
  states.push({ name, startTime: performance.now() });
  if (name !== 'hidden') return;
  const all = figures();
  const timings = unsent.take(all.timings);
  if (timings) void post('/api/vitals', { ...all, timings }, true).catch(() => {});
}

/** Sends what is known, and shows the answer. @param {HTMLElement} button `[data-slow]` */
export async function complain(button) {
  if (button.hasAttribute('aria-disabled')) return;
  const place = document.querySelector('[data-slow-answer]');
  if (!place) return;
  button.setAttribute('aria-disabled', 'true');
  try {
    const answer = await post('/api/slow', figures());
    const { line = '', title = '' } = await answer.json().catch(() => ({}));
    place.textContent = answer.ok ? line : title || String(answer.status);
  } catch {
    place.textContent = button.dataset.off ?? '';
  }
  button.removeAttribute('aria-disabled');
}

if (globalThis.document) {
  observe('largest-contentful-paint', (entries) => painted('largest_paint', entries.at(-1)));
  observe('paint', (entries) => {
    const first = entries.find(({ name }) => name === 'first-contentful-paint');
    // Cards come with the page's first bytes, so they are in its first paint.
    if (first && document.querySelector('.card[data-order]')) painted('first_card', first);
  });
  observe('event', (entries) => {
    for (const { interactionId, duration } of entries) {
      if (!interactionId) continue;
      presses.add(interactionId, duration);
      unsent.presses.add(interactionId, duration);
    }
  }, { durationThreshold: 16 });
  addEventListener('visibilitychange', turn, true);
}

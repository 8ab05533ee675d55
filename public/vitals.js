// @ts-check
/**
 * What the person at this page really waits for: read from the browser's own clocks, sent once as the page is left
 * (`/api/vitals`), or at once when somebody presses "this is slow" (`[data-slow]`, `/api/slow`), which answers in one
 * line (`[data-slow-answer]`). Loaded after everything else, so that measuring costs nobody anything.
 */

/** Answers to presses that are let off: one slow one in fifty says nothing of the rest. */
const LET_OFF = 50;

/** @type {Record<string, number>} what has been measured so far, in milliseconds */
const measured = {};
/** @type {Map<number, number>} the longest of each press */
const presses = new Map();
let sent = false;

/** @param {string} name @param {number | undefined} ms */
function note(name, ms) {
  if (typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)) measured[name] = Math.round(ms * 10) / 10;
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
}

function readModel() {
  const ready = performance.getEntriesByName('verstak:model')[0];
  if (!ready) return;
  const page = /** @type {any} */ (performance.getEntriesByType('navigation')[0]);
  const begun = page?.responseEnd ?? 0;
  note('model', ready.startTime - begun);
  const files = /** @type {any[]} */ (performance.getEntriesByType('resource'));
  const file = files.find(({ name }) => /^\/models\/[^/]+\.glb$/.test(new URL(name).pathname));
  if (!file) return;
  note('model_file', file.responseEnd - begun);
  note('model_store', told(file, 's3')?.duration);
}

/** The slowest answer to a press, but for one in fifty. @param {Iterable<number>} durations */
export function interaction(durations) {
  const sorted = [...durations].sort((a, b) => b - a);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / LET_OFF))];
}

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
  note('interaction', interaction(presses.values()));
  const trace = told(performance.getEntriesByType('navigation')[0], 'trace')?.description;
  return {
    path: location.pathname.slice(0, 200), device: device(), about: about(),
    trace: /^[0-9a-f]{32}$/.test(trace ?? '') ? trace : null, timings: measured,
  };
}

/** @param {string} address @param {boolean} [last] */
const post = (address, last = false) => fetch(address, {
  method: 'POST', keepalive: last, headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify(figures()),
});

function leave() {
  if (sent || document.visibilityState !== 'hidden') return;
  sent = true;
  void post('/api/vitals', true).catch(() => {});
}

/** @param {HTMLElement} button */
async function complain(button) {
  const place = document.querySelector('[data-slow-answer]');
  if (!place) return;
  button.setAttribute('aria-disabled', 'true');
  try {
    const answer = await post('/api/slow');
    const { line = '', title = '' } = await answer.json().catch(() => ({}));
    place.textContent = answer.ok ? line : title || String(answer.status);
  } catch {
    place.textContent = button.dataset.off ?? '';
  }
  button.removeAttribute('aria-disabled');
}

if (globalThis.document) {
  observe('largest-contentful-paint', (entries) => note('largest_paint', entries.at(-1)?.startTime));
  observe('paint', (entries) => {
    const first = entries.find(({ name }) => name === 'first-contentful-paint');
    // Cards come with the page's first bytes, so they are in its first paint.
    if (first && document.querySelector('.card[data-order]')) note('first_card', first.startTime);
  });
  observe('event', (entries) => {
    for (const { interactionId, duration } of entries) {
      if (interactionId) presses.set(interactionId, Math.max(duration, presses.get(interactionId) ?? 0));
    }
  }, { durationThreshold: 16 });
  addEventListener('visibilitychange', leave, true);
  addEventListener('click', ({ target }) => {
    const button = target instanceof Element && target.closest('[data-slow]');
    if (button instanceof HTMLElement && !button.hasAttribute('aria-disabled')) void complain(button);
  });
}

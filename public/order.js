// @ts-check
/**
 * An order's page follows the stream: when its order changes, or a command here has come to something, the page is
 * read again, its facts are brought up to date, and what was done elsewhere is told below the buttons. What stands
 * under a hand waits until the hand is gone.
 *
 * It hears `verstak:changes` and `verstak:reload` (tab.js) and `verstak:refresh` (the page's program), and gives the
 * program what it found as `verstak:order`, a `MessageEvent` with the island's own data as JSON.
 */

/** A reading that failed is tried again after so many milliseconds, and up to twice as many. */
const AGAIN = 3_000;
/** A finger has no pointer that rests, nor has a key: for so long after a press nothing moves. */
const AFTER_PRESS = 6_000;
/** How long the order has been where it is counts on: the page is read again this often, in milliseconds. */
const AGES = 300_000;
/** Parts outside of the island, which only this script changes. */
const PARTS = ['.heading', '.facts', '.details', '.bonus', '.passport'];
/** Parts that are exchanged only when they show something else: a model that is open, a form that says what was seen. */
const SHOWN = ['.change', '.before', '.model'];

const desk = () => /** @type {HTMLElement | null} */ (document.querySelector('.steps[data-order-id]'));
let pressed = 0;
/** @type {Document | null} what was found and waits for the hand */
let waiting = null;
let reading = false;
let wanted = false;

/** Whether a hand is on the buttons, writes a reason, or waits for the answer to a press. */
const isHeld = () =>
  document.querySelector(
    '.steps:hover, .change form:hover, .steps textarea:focus, .steps [aria-disabled="true"]:not([data-off])') !== null
  || Date.now() - pressed < AFTER_PRESS;

/** @param {ParentNode} page */
const versionOf = (page) => Number(page.querySelector('.steps')?.getAttribute('data-version'));

/** The island's data in a page. @param {Document} page */
const propsOf = (page) => {
  const island = page.querySelector('.steps[data-order-id]')?.closest('leptos-island');
  return island instanceof HTMLElement ? island.dataset.props ?? null : null;
};

/** @param {string} words @param {(string | undefined)[]} parts */
const filled = (words, parts) => words.split('{}').map((text, at) => text + (parts[at] ?? '')).join('');

/**
 * What to say of the difference between what is shown and what was found; nothing when it was done here.
 * @param {Document} page
 * @param {{ version: number, steps: number }} shown
 * @param {DOMStringMap} words
 */
export function difference(page, shown, { changed = '', corrected = '' }) {
  if (!(versionOf(page) > shown.version)) return '';
  const steps = page.querySelectorAll('.history > li');
  const last = steps[steps.length - 1];
  if (!last || steps.length <= shown.steps) return corrected;
  const part = (/** @type {string} */ name) => last.querySelector(name)?.textContent?.trim();
  return filled(changed, [part('strong'), part('.by'), part('time')]);
}

/** Tells what has changed, at once, and where nothing moves for it. @param {Document} page */
function tell(page) {
  const place = document.getElementById('order-changed');
  if (!place) return;
  const steps = document.querySelectorAll('.history > li').length;
  const words = difference(page, { version: versionOf(document), steps }, place.dataset);
  if (words) place.textContent = words;
}

/** Which model a part shows, in which state, and of which version of the order it speaks. @param {Element} part */
const shownIn = (part) => [
  part.getAttribute('data-model-state'), part.getAttribute('data-version'),
  part.querySelector('[data-src]')?.getAttribute('data-src'),
].join(' ');

/** What a part says, without what is another in every page: the identity of a press. @param {Element} part */
const saidIn = (part) => part.innerHTML.replace(/(name="request_id" value=)"[^"]*"/g, '$1""');

/** Whether something is typed here that was not sent yet. @param {Element} part */
const isWritten = (part) => [...part.querySelectorAll('input:not([type="hidden"])')].some((field) =>
  field instanceof HTMLInputElement && (field === document.activeElement || field.value !== field.defaultValue));

/** Without a viewer, as when a newer version has taken the place of this page's scripts: opened anew, the page has one. */
function giveUp() {
  for (const host of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-viewer]'))) {
    host.textContent = host.dataset.failed ?? '';
  }
}

/** @param {Document} page */
function install(page) {
  for (const name of PARTS) {
    const [old, found] = [document.querySelector(name), page.querySelector(name)];
    if (!old || !found || saidIn(old) === saidIn(found) || isWritten(old)) continue;
    old.replaceChildren(...found.childNodes);
  }
  for (const name of SHOWN) {
    const [old, found] = [document.querySelector(name), page.querySelector(name)];
    if (!old || !found || shownIn(old) === shownIn(found)) continue;
    old.replaceWith(document.importNode(found, true));
    // The page came without a model, and so without its viewer.
    if (found.querySelector('[data-src]')) import('./viewer.js').catch(giveUp);
  }
  const data = propsOf(page);
  if (data) dispatchEvent(new MessageEvent('verstak:order', { data }));
}

/** Shows what was found as soon as no hand is in the way. */
function settle() {
  if (!waiting) return;
  // Whoever presses meanwhile presses what is shown; its version tells the server. What was done here moves nothing.
  if (versionOf(waiting) > versionOf(document) && isHeld()) return void setTimeout(settle, 250);
  install(waiting);
  waiting = null;
}

/** Reads the page as the server has it now, at least as new as what was heard of. */
async function refresh() {
  wanted = true;
  if (reading) return;
  reading = true;
  try {
    while (wanted) {
      wanted = false;
      const { revision = '0.0' } = document.documentElement.dataset;
      const response = await fetch(location.pathname, {
        cache: 'no-store', headers: { accept: 'text/html', 'x-board-min-rev': revision },
      });
      if (response.redirected) return location.assign(response.url);
      if (!response.ok) throw new TypeError(`the order's page: ${response.status}`);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      tell(page);
      const settling = waiting !== null;
      waiting = page;
      if (!settling) settle();
      document.documentElement.dataset.whole = page.documentElement.dataset.revision;
    }
  } catch {
    setTimeout(() => void refresh(), AGAIN * (1 + Math.random()));
  } finally {
    reading = false;
  }
}

/** Whether one of these changes is of this page's order. @param {string} data */
function concerns(data) {
  const id = desk()?.dataset.orderId;
  const changes = /** @type {{ order?: { id: string }, removed?: string }[]} */ (JSON.parse(data));
  return changes.some(({ order, removed }) => order?.id === id || removed === id);
}

if (globalThis.document && desk()) {
  addEventListener('verstak:changes', (event) => {
    if (concerns(/** @type {MessageEvent<string>} */ (event).data)) void refresh();
  });
  for (const name of ['verstak:reload', 'verstak:refresh']) addEventListener(name, () => void refresh());
  setInterval(() => { if (!document.hidden) void refresh(); }, AGES);
  for (const name of ['pointerdown', 'keydown']) {
    addEventListener(name, (event) => {
      const mouse = event instanceof PointerEvent && event.pointerType === 'mouse';
      if (!mouse && event.target instanceof Element && event.target.closest('.steps, .change form')) pressed = Date.now();
    }, true);
  }
}

// @ts-check
/**
 * Without a connection an order has no page, and the way to it would lead away from the board. Its card opens on the board
 * then: what it says, and its model if this browser has it.
 *
 * What shows models is brought here before it is needed (`prepare`); the place for one and its words come with the page
 * (`#viewer-words`, app/src/components/viewer.rs).
 */

/** What of a card says what the piece is. */
const SAID = '.what, .how, .when, .money';

/** @type {Promise<void> | null} */
let prepared = null;

/** Brings the viewer and all that it loads into this browser; once, and again after a failure. */
export function prepare() {
  prepared ??= import('./viewer.js').then(({ fetchLibrary }) => fetchLibrary()).catch(() => { prepared = null; });
  return prepared;
}

/** Whether the page says that there is no connection. */
const isOffline = () =>
  !navigator.onLine || document.querySelector('[data-live]')?.getAttribute('data-live') === 'offline';

/** @param {string} name @param {Node[]} parts */
function make(name, ...parts) {
  const element = document.createElement(name);
  element.append(...parts);
  return element;
}

/** @param {HTMLElement} card */
const titleOf = (card) => card.querySelector('[data-action="open"]')?.textContent ?? '';

/** The place of the card's model, or null when it has none. @param {HTMLElement} card @param {HTMLTemplateElement} words */
function placeOf(card, words) {
  const sha = card.dataset.modelSha;
  const place = /** @type {HTMLElement | null} */ (words.content.firstElementChild?.cloneNode() ?? null);
  if (!sha || !place) return null;
  place.dataset.src = `/models/${sha}.glb`;
  place.dataset.alt = `${place.dataset.alt}: ${titleOf(card)}`;
  place.dataset.eager = '';
  const figure = make('figure', place);
  figure.className = 'model';
  return figure;
}

/** @param {HTMLElement} card @param {HTMLTemplateElement} words */
function open(card, words) {
  const title = make('h2', document.createTextNode(titleOf(card)));
  title.dir = 'auto';
  const facts = [...card.querySelectorAll(SAID)].map((part) => part.cloneNode(true));
  const back = make('button', document.createTextNode(`← ${words.dataset.back}`));
  back.className = 'second';
  const form = make('form', back);
  form.setAttribute('method', 'dialog');
  const figure = placeOf(card, words);
  const dialog = /** @type {HTMLDialogElement} */ (make('dialog', form, title, ...facts, ...(figure ? [figure] : [])));
  dialog.className = 'keys aside';
  dialog.ariaLabel = title.textContent;
  // What is closed is taken away, and the viewer frees what it held.
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  const host = /** @type {HTMLElement | null} */ (figure?.firstElementChild ?? null);
  if (host) import('./viewer.js').catch(() => { host.textContent = host.dataset.failed ?? ''; });
}

const words = document.getElementById('viewer-words');
if (words instanceof HTMLTemplateElement) {
  addEventListener('click', (event) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest('[data-order-id] [data-action="open"]') : null;
    const card = /** @type {HTMLElement | null} */ (link?.closest('[data-order-id]') ?? null);
    if (!card || !plain || event.defaultPrevented || !isOffline()) return;
    event.preventDefault();
    open(card, words);
  });
}

// @ts-check
/**
 * Keeps true what stands above the board. Of the orders that were passed over (`[data-neglected]`) one that somebody takes
 * can no longer be followed from there, and who comes next is read from the server, at most every `PAUSE`. Others join as
 * time passes, so it is read every `AGES` as well. Nothing of them moves, and they move nothing, while a hand is there. When
 * an order of mine leaves the board, it may have been cancelled (`[data-cancelled]`): that work must stop waits for no hand,
 * so until the hand leaves it is told over the bar, where it pushes nothing.
 */
import { isAtWork } from './hand.js';

/** Between two readings, in milliseconds. */
const PAUSE = 5_000;
/** How often it is read without a change, in milliseconds. */
const AGES = 600_000;

/** What waits for a hand to leave is looked at so often, in milliseconds. */
const WAIT = 500;

const PLACES = ['[data-cancelled]', '[data-neglected]'];
let due = false;
/** @type {Document | null} what was read and is not shown yet */
let found = null;

/** @param {ParentNode} from @param {string} place @returns {HTMLElement | null} */
const part = (from, place) => from.querySelector(place);

/** Puts what the server wrote in the place of what stands there. @param {string} place @param {Document} page */
function renew(place, page) {
  const [old, next] = [part(document, place), part(page, place)];
  // What is the same is not said again by screen readers.
  if (!old || !next || (old.innerHTML === next.innerHTML && old.hidden === next.hidden)) return;
  old.replaceChildren(...document.importNode(next, true).childNodes);
  old.hidden = next.hidden;
}

/** @param {string} place */
const isTouched = (place) => document.querySelector(place)?.matches(':hover, :focus-within') ?? false;

/** Shows what was read, each part as soon as nothing is in the way. */
function settle() {
  if (!found) return;
  const [cancelled, neglected] = PLACES;
  const strip = part(document, cancelled);
  const goes = part(found, cancelled)?.hidden && !strip?.hidden;
  if (strip?.hidden && isAtWork()) strip.classList.add('laid');
  if (!isTouched(cancelled) && !(goes && isAtWork())) renew(cancelled, found);
  if (isAtWork() || isTouched(cancelled) || isTouched(neglected)) return void setTimeout(settle, WAIT);
  strip?.classList.remove('laid');
  renew(neglected, found);
  found = null;
}

async function refresh() {
  due = false;
  try {
    const { revision = '0.0' } = document.documentElement.dataset;
    const response = await fetch('/', {
      cache: 'no-store', headers: { accept: 'text/html', 'x-board-min-rev': revision },
    });
    if (!response.ok || response.redirected) return;
    const settling = found !== null;
    found = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (!settling) settle();
  } catch {
    // Without a connection the board says so; the next change reads again.
  }
}

function soon() {
  if (due) return;
  due = true;
  setTimeout(() => void refresh(), PAUSE);
}

/** @param {{ order?: { id: string, status: string }, removed?: string }} change whether it takes an order off the list */
export const leaves = ({ order, removed }) =>
  removed ?? (order && order.status !== 'MANUFACTURING_APPROVED' ? order.id : undefined);

if (globalThis.document) {
  addEventListener('verstak:changes', (event) => {
    const changes = JSON.parse(/** @type {MessageEvent<string>} */ (event).data);
    for (const change of changes) {
      const item = document.querySelector(`[data-waits="${CSS.escape(leaves(change) ?? change.order?.id ?? '')}"]`);
      if (!(item instanceof HTMLElement)) continue;
      if (leaves(change)) item.inert = true;
      soon();
    }
  });
  for (const told of ['verstak:reload', 'verstak:lost']) addEventListener(told, soon);
  setInterval(() => { if (!document.hidden) void refresh(); }, AGES);
}

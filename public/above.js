// @ts-check
/**
 * Keeps true what stands above the board. Of the orders that were passed over (`[data-neglected]`) one that somebody takes
 * leaves at once, and who comes next is read from the server, at most every `PAUSE`. Others join as time passes, so it is
 * read every `AGES` as well. When an order of mine leaves the board, it may have been cancelled (`[data-cancelled]`).
 */

/** Between two readings, in milliseconds. */
const PAUSE = 5_000;
/** How often it is read without a change, in milliseconds. */
const AGES = 600_000;

const PLACES = ['[data-cancelled]', '[data-neglected]'];
let due = false;

/**
 * Puts what the server wrote in the place of what stands there, unless that is under a hand or holds the focus.
 * @param {string} place @param {Document} page @returns {boolean} whether there is nothing left to do
 */
function renew(place, page) {
  const [old, found] = [document, page].map((from) => /** @type {HTMLElement | null} */ (from.querySelector(place)));
  if (!old || !found) return true;
  if (old.matches(':hover, :focus-within')) return false;
  old.replaceChildren(...found.childNodes);
  old.hidden = found.hidden;
  return true;
}

async function refresh() {
  due = false;
  try {
    const { revision = '0.0' } = document.documentElement.dataset;
    const response = await fetch('/', {
      cache: 'no-store', headers: { accept: 'text/html', 'x-board-min-rev': revision },
    });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (!PLACES.map((place) => renew(place, page)).every(Boolean)) soon();
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
      if (leaves(change)) item.hidden = true;
      soon();
    }
  });
  for (const told of ['verstak:reload', 'verstak:lost']) addEventListener(told, soon);
  setInterval(() => { if (!document.hidden) void refresh(); }, AGES);
}

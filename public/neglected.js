// @ts-check
/**
 * Keeps the orders that were passed over (`[data-neglected]`) true: one that somebody takes leaves at once, and who comes
 * next is read from the server, at most every `PAUSE`. Others join as time passes, so it is read every `AGES` as well.
 */

/** Between two readings, in milliseconds. */
const PAUSE = 5_000;
/** How often it is read without a change, in milliseconds. */
const AGES = 600_000;

const place = () => /** @type {HTMLElement | null} */ (document.querySelector('[data-neglected]'));
let due = false;

async function refresh() {
  due = false;
  try {
    const { revision = '0.0' } = document.documentElement.dataset;
    const response = await fetch('/', {
      cache: 'no-store', headers: { accept: 'text/html', 'x-board-min-rev': revision },
    });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const [old, found] = [place(), /** @type {HTMLElement | null} */ (page.querySelector('[data-neglected]'))];
    // What stands under a hand or holds the focus waits for the next change.
    if (!old || !found || old.matches(':hover, :focus-within')) return;
    old.replaceChildren(...found.childNodes);
    old.hidden = found.hidden;
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

if (globalThis.document && place()) {
  addEventListener('verstak:changes', (event) => {
    const changes = JSON.parse(/** @type {MessageEvent<string>} */ (event).data);
    for (const change of changes) {
      const item = document.querySelector(`[data-waits="${CSS.escape(leaves(change) ?? change.order?.id ?? '')}"]`);
      if (!(item instanceof HTMLElement)) continue;
      if (leaves(change)) item.hidden = true;
      soon();
    }
  });
  addEventListener('verstak:reload', soon);
  setInterval(() => { if (!document.hidden) void refresh(); }, AGES);
}

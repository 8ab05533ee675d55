// @ts-check
/**
 * Models ahead of the reader: has the worker fetch, in idle time, the models of the orders that I took, then of the
 * card under the pointer, then of the newest free ones; two at once, one tab of the browser at a time, never on a line
 * that costs money, never while something on the screen waits. It marks the cards whose model is in this browser.
 */
import { heldModels, tellWorker } from './client.js';
import { FREE, choose, isDear } from './queue.js';

/** A pointer that rests so long on a card means it, milliseconds. */
const REST = 120;
/** A download may take so long before the worker is asked anew, milliseconds. */
const PATIENCE = 120_000;
/** Without news the cards are looked at this often, and one stored model is hashed again, milliseconds. */
const ROUND = 60_000;

/** Something that a person waits for. */
const isWaiting = () => document.hidden || document.querySelector(
  '[data-viewer-state="loading"], form[data-command] button[aria-disabled="true"]:not([data-off])') !== null;

const idle = () => new Promise((resolve) => {
  if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 5_000 });
  else setTimeout(resolve, 200);
});

class Ahead {
  /** @type {string | null} */
  pointed = null;
  spent = { count: 0, bytes: 0 };
  running = false;
  wanted = false;
  /** @type {Set<string>} in this browser and confirmed */
  held = new Set();

  /** The models of the cards that lie free, newest first, as the page has them. */
  get asked() {
    const free = document.querySelectorAll('[data-model-sha][data-status="MANUFACTURING_APPROVED"]');
    const shas = [...free].map((card) => card.getAttribute('data-model-sha') ?? '');
    return [...(this.pointed ? [this.pointed] : []), ...shas.slice(0, 2 * FREE)];
  }

  /** Fetches until nothing is missing, or until somebody else does. */
  async go() {
    this.wanted = true;
    if (this.running) return;
    this.running = true;
    try {
      // One tab at a time; the others find it done.
      await navigator.locks.request('verstak-ahead', { ifAvailable: true }, async (lock) => {
        while (lock && this.wanted) {
          this.wanted = false;
          await this.round();
        }
      });
    } finally {
      this.running = false;
    }
  }

  async round() {
    const { connection } = /** @type {{ connection?: object }} */ (navigator);
    for (;;) {
      await idle();
      if (isDear(connection) || isWaiting() || !navigator.onLine) return;
      const told = await tellWorker({ type: 'missing', sha256: this.asked });
      const chosen = choose(told?.missing ?? [], this.pointed, this.spent);
      if (chosen.length === 0) return;
      const done = await Promise.all(chosen.map(async ({ sha256, size, mine }) => {
        if (!mine) this.spent = { count: this.spent.count + 1, bytes: this.spent.bytes + size };
        return (await tellWorker({ type: 'ahead', sha256 }, PATIENCE))?.held === true;
      }));
      // What can't be had now is tried in the next round, not at once.
      if (!done.includes(true)) return;
    }
  }

  /** Marks the cards whose model is here. */
  async mark() {
    const cards = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-model-sha]'))];
    const shas = [...new Set(cards.map(({ dataset }) => dataset.modelSha ?? ''))];
    this.held = new Set(shas.length > 0 ? await heldModels(shas) : []);
    const words = document.getElementById('live-words')?.dataset.here ?? '';
    for (const card of cards) {
      const here = this.held.has(card.dataset.modelSha ?? '');
      card.toggleAttribute('data-model-here', here);
      const mark = card.querySelector('.mark.solid');
      if (!(mark instanceof HTMLElement)) continue;
      mark.dataset.said ??= mark.title;
      mark.title = mark.ariaLabel = here ? words : mark.dataset.said;
    }
  }
}

if (globalThis.document?.getElementById('live-words')) {
  const ahead = new Ahead();
  let due = 0;
  const soon = () => {
    clearTimeout(due);
    due = window.setTimeout(() => { void ahead.mark(); void ahead.go(); }, 400);
  };
  const cards = new MutationObserver(soon);
  cards.observe(document.body, {
    subtree: true, childList: true, attributeFilter: ['data-model-sha', 'data-status', 'data-viewer-state'],
  });
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'kept' || data?.type === 'dropped') void ahead.mark();
  });
  for (const name of ['visibilitychange', 'online']) addEventListener(name, soon, true);

  let rest = 0;
  document.addEventListener('pointerover', ({ target }) => {
    const card = target instanceof Element ? target.closest('[data-model-sha]') : null;
    const sha = card?.getAttribute('data-model-sha') ?? null;
    if (sha === ahead.pointed) return;
    clearTimeout(rest);
    rest = window.setTimeout(() => {
      ahead.pointed = sha;
      if (sha) void ahead.go();
    }, REST);
  });
  // A first take is a gesture after which browsers are asked to keep what is stored (it is refused without harm).
  document.addEventListener('submit', ({ target }) => {
    if (target instanceof Element && target.matches('form[data-command="take"]')) void navigator.storage?.persist?.();
  }, true);
  setInterval(() => { if (!isWaiting()) void tellWorker({ type: 'sample' }); soon(); }, ROUND);
  soon();
}

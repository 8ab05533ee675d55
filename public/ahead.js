// @ts-check
/**
 * Models ahead of the reader: has the worker fetch, in idle time, the models of the orders that I took, then of the
 * card under the pointer, then of the newest free ones; two at once, one tab of the browser at a time, never on a line
 * that costs money, never while something on the screen waits. It marks the cards whose model is in this browser.
 */
import { PROTOCOL, greeted, heldModels, tellWorker } from './client.js';
import { Spent, choose, isDear, newest } from './queue.js';

/** A pointer that rests so long on a card means it, milliseconds. */
const REST = 120;
/** A download may take so long before the worker is asked anew, milliseconds. */
const PATIENCE = 120_000;
/** Without news the cards are looked at this often, and one stored model is hashed again, milliseconds. */
const ROUND = 60_000;
/** The cards are looked at so long after they changed, and so long after the worker was unsure of them, milliseconds. */
const SOON = 400;
const RESPITE = 2_000;
/** Where what was spent is kept. */
const KEPT = 'verstak-ahead';

/** Something that a person waits for. */
const isWaiting = () => document.hidden || document.querySelector(
  '[data-viewer-state="loading"], form[data-command] button[aria-disabled="true"]:not([data-off])') !== null;

/** What the browser says of the line, if it does. */
const lineHere = () => /** @type {{ connection?: EventTarget & { saveData?: boolean } }} */ (navigator).connection;
/** Whether this line costs money. */
const isDearHere = () => isDear(lineHere());

const idle = () => new Promise((resolve) => {
  if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 5_000 });
  else setTimeout(resolve, 200);
});

export class Ahead {
  /** @type {string | null} */
  pointed = null;
  spent = new Spent();
  /** Whether the browser lets us keep what was spent for the next page. */
  keeps = true;
  /** The worker knows of an order that I took: its model does not wait for idle time. */
  hurried = false;
  /** Ends the wait for idle time. */
  rouse = () => {};
  running = false;
  wanted = false;
  /** @type {Set<string>} in this browser and confirmed */
  held = new Set();
  /** Called when the worker will know more a little later. */
  later = () => {};

  /** The model under the pointer, and those of the cards that lie free, newest first, however the page sorts them. */
  get asked() {
    const cards = document.querySelectorAll('[data-model-sha][data-status="MANUFACTURING_APPROVED"]');
    const free = [...cards].map((card) => ({
      sha256: card.getAttribute('data-model-sha') ?? '',
      since: Date.parse(card.querySelector('time.age')?.getAttribute('datetime') ?? '') || 0,
    }));
    return [...(this.pointed ? [this.pointed] : []), ...newest(free)];
  }

  /** Fetches until nothing is missing, or until somebody else does. */
  async go() {
    this.wanted = true;
    // A tab that nobody sees would keep the one that somebody sees from its turn.
    if (this.running || document.hidden) return;
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

  /** An order that I took is known to the worker now. */
  hurry() {
    this.hurried = true;
    this.rouse();
    return this.go();
  }

  async round() {
    for (;;) {
      const roused = new Promise((resolve) => { this.rouse = () => resolve(undefined); });
      if (!this.hurried) await Promise.race([idle(), roused]);
      if (isDearHere() || isWaiting() || !navigator.onLine) return;
      this.hurried = false;
      const told = await tellWorker({ type: 'missing', sha256: this.asked });
      if (told?.unsure) this.later();
      this.recall();
      const [spent, pointed] = [this.spent.at(Date.now()), this.pointed];
      const open = (/** @type {{ sha256: string }} */ model) => spent.allows(model);
      const chosen = choose((told?.missing ?? []).filter(open), pointed, spent);
      if (chosen.length === 0) return;
      const done = await Promise.all(chosen.map(async (model) => {
        const outcome = await tellWorker({ type: 'ahead', sha256: model.sha256 }, PATIENCE);
        spent.add(model, pointed, outcome);
        return outcome?.held === true;
      }));
      this.remember();
      // What can't be had now is tried in the next round, not at once.
      if (!done.includes(true)) return;
    }
  }

  /** Goes on from what the pages before spent, and other tabs: pages come and go, the hour is the browser's. */
  recall() {
    try {
      if (this.keeps) this.spent = Spent.read(localStorage.getItem(KEPT)) ?? this.spent;
    } catch {
      this.keeps = false;
    }
  }

  remember() {
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.spent));
    } catch {
      this.keeps = false;
    }
  }

  /** Marks the cards whose model is here. */
  async mark() {
    const cards = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-model-sha]'))];
    const shas = [...new Set(cards.map(({ dataset }) => dataset.modelSha ?? ''))];
    this.held = new Set(shas.length > 0 ? await heldModels(shas) : []);
    for (const card of cards) this.say(card);
    // Whoever has the model of a piece in work wants to see it in the cellar, too.
    if (!document.querySelector('.mine[data-model-here]') || isDearHere()) return;
    void import('./offline.js').then(({ prepare }) => prepare()).catch(() => {});
  }

  /** Says whether this card's model is here, as far as is known. @param {HTMLElement} card */
  say(card) {
    const here = this.held.has(card.dataset.modelSha ?? '');
    card.toggleAttribute('data-model-here', here);
    const mark = card.querySelector('.mark.solid');
    if (!(mark instanceof HTMLElement)) return;
    mark.dataset.said ??= mark.title;
    const words = document.getElementById('live-words')?.dataset.here ?? '';
    const said = here ? words : mark.dataset.said;
    // What is written is laid out anew, whether it says the same or not.
    if (mark.title !== said) mark.title = mark.ariaLabel = said;
  }
}

if (globalThis.document?.getElementById('live-words')) {
  const ahead = new Ahead();
  let due = 0;
  const soon = (wait = SOON) => {
    clearTimeout(due);
    due = window.setTimeout(() => { void ahead.mark(); void ahead.go(); }, wait);
  };
  ahead.later = () => soon(RESPITE);
  const cards = new MutationObserver((changes) => {
    // Another model under a card: what was said of the one before must not be seen beside it.
    for (const { attributeName, target } of changes) {
      if (attributeName === 'data-model-sha') ahead.say(/** @type {HTMLElement} */ (target));
    }
    soon();
    // Not put off by what else moves on the board: the answer that somebody waited for may be just this.
    if (ahead.hurried) void ahead.go();
  });
  cards.observe(document.body, {
    subtree: true, childList: true, attributeFilter: ['data-model-sha', 'data-status', 'data-viewer-state'],
  });
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.protocol !== PROTOCOL) return;
    if (data.type === 'kept' || data.type === 'dropped') void ahead.mark();
    if (data.type === 'mine') void ahead.hurry();
  });
  for (const name of ['visibilitychange', 'online']) addEventListener(name, () => soon(), true);
  // What is under way on a line that turned dear would go on costing money.
  lineHere()?.addEventListener('change', () => { void (isDearHere() ? tellWorker({ type: 'give-way' }) : soon()); });

  /** @param {EventTarget | null} target */
  const modelOf = (target) => (target instanceof Element ? target : null)
    ?.closest('[data-model-sha]')?.getAttribute('data-model-sha') ?? undefined;
  /** What the person did something with last: what is fetched of it gives way to nothing. @type {string | undefined} */
  let next;
  let rest = 0;
  document.addEventListener('pointerover', ({ target }) => {
    const sha = modelOf(target) ?? null;
    if (sha === ahead.pointed) return;
    clearTimeout(rest);
    rest = window.setTimeout(() => {
      ahead.pointed = sha;
      if (sha) void ahead.go();
    }, REST);
  });
  document.addEventListener('submit', ({ target }) => {
    if (!(target instanceof Element) || !target.matches('form[data-command]')) return;
    // The person waits for this answer now; of models, the order's own is the only one that they may want next.
    next = modelOf(target);
    void tellWorker({ type: 'give-way', sha256: next });
  }, true);
  document.addEventListener('click', ({ target }) => { next = modelOf(target) ?? next; }, true);
  // The next page is waited for. Nobody here will hear an answer, so nothing may come before the message.
  addEventListener('pagehide', () =>
    navigator.serviceWorker.controller?.postMessage({ protocol: PROTOCOL, type: 'give-way', sha256: next }));
  setInterval(() => { if (!isWaiting()) void tellWorker({ type: 'sample' }); soon(); }, ROUND);
  // A take may be pressed before the worker is there to be asked.
  void greeted.then(() => soon());
}

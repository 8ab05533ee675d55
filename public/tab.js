// @ts-check
/**
 * A tab's end of the live stream: connects to the browser's one stream (live.js), hands changes to the page, says how
 * fresh the page is, and keeps commands off while there is no connection.
 *
 * It reads `html[data-user]`, `html[data-clock]`, `html[data-revision]` (and moves it on with what it hands over),
 * `html[data-whole]` (of which revision the page last read everything) and `#live-words`. Once the page is awake (`html[data-hydrated]`,
 * or the event `verstak:awake`), it dispatches on the window, as `MessageEvent`s:
 *   `verstak:changes`  `data`: a JSON list of changes as `/live` sends them, each once and in order
 *   `verstak:reload`   something is missing: everything has to be read again, at `html[data-revision]` or later
 * While a command is sent, `html[data-trace]` says to which trace its order belongs, as far as the stream has told.
 */

export const PROTOCOL = 1;
/** Ticks come every 5 s: what was certified longer ago counts as behind, in milliseconds. */
const FRESH = 10_000;
/** A worker that has not answered by then is none; without any, it is asked for again after as long. */
const PATIENCE = 3_000;
/** Changes that are remembered for their traces. */
const TRACED = 256;
/** Forms that write, and would lose the page without a connection; a log-out empties this browser all the same. */
const WRITES = ':is(form[data-command], form[method="post"]:not([data-logout]))';
/** Without a stream the whole page is read again this often, and up to half as long again. */
const POLL = 10_000;

/**
 * @typedef {{ freshAt: number, at: number, heard: number, source: string }} Certificate the page was complete at
 *   `freshAt` when the server's clock said `at`; that was heard when this browser's clock said `heard`, in ms
 * @typedef {{ state: 'live' | 'behind' | 'offline', words: string }} Freshness
 * @typedef {{ liveNow: string, database: string, behind: string, offline: string, units: string, offset: string }
 * } Words `{}` in them is filled in; `units`: of seconds, minutes, hours and days; `offset`: of the wall clock, minutes
 */

/** @param {string} a @param {string} b */
const isNewer = (a, b) => {
  const [[epoch, rev], [otherEpoch, otherRev]] = [a, b].map((text) => text.split('.').map(Number));
  return (epoch - otherEpoch || rev - otherRev) > 0;
};

/** `14 s`, `3 min`: the largest unit that says something. @param {number} ms @param {string} units */
function span(ms, units) {
  const steps = [1_000, 60_000, 3_600_000, 86_400_000];
  const at = Math.max(0, steps.findLastIndex((step) => ms >= step));
  return `${Math.floor(ms / steps[at])}\u{a0}${units.split(' ')[at]}`;
}

/** `12:04` by the workshop's clock. @param {number} ms @param {string} offset */
const timeOf = (ms, offset) => new Date(ms + Number(offset) * 60_000).toISOString().slice(11, 16);

/**
 * How fresh the page is. Only a certificate of the stream makes it live, and only for as long as one lasts; the one
 * of the page itself (`own`) says nothing until it is old.
 * @param {Certificate} certificate
 * @param {{ own: boolean, link: boolean, online: boolean, now: number, passed?: number }} circumstances `passed`: since the
 *   page was told, by a clock that nobody sets but that may stand still while the machine sleeps, in ms
 * @param {Words} words
 * @returns {Freshness | null}
 */
export function judge({ freshAt, at, heard, source }, { own, link, online, now, passed = 0 }, words) {
  const age = Math.max(0, at - freshAt) + Math.max(0, now - heard, passed);
  if (!online || (!link && age > FRESH)) {
    return { state: 'offline', words: words.offline.replace('{}', timeOf(freshAt, words.offset)) };
  }
  if (age > FRESH) return { state: 'behind', words: words.behind.replace('{}', span(age, words.units)) };
  if (own) return null;
  return { state: 'live', words: source === 'database' ? words.database : words.liveNow };
}

/**
 * The trace of an order's last change (W3C `traceparent`), or an empty text.
 * @param {string[]} changes as `/live` sends them, oldest first
 * @param {string} order its id
 */
export function traceOf(changes, order) {
  const last = order && changes.findLast((change) => change.includes(`"id":"${order}"`));
  // Before the order, in which somebody else's texts are.
  return /^\{"revision":"[\d.]+","traceparent":"([\da-f-]{55})",/.exec(last || '')?.[1] ?? '';
}

/** What is here of a page; nothing on pages that follow nothing. */
class Tab {
  #root = document.documentElement;
  #place = /** @type {HTMLElement} */ (document.getElementById('live-words'));
  #words = /** @type {Words & { off: string, back: string }} */ (/** @type {unknown} */ (
    { ...this.#place.dataset, offset: this.#root.dataset.clock }));
  #mark = document.querySelector('[data-live]');
  #user = this.#root.dataset.user ?? '';
  /** @type {MessagePort | null} */
  #port = null;
  /** Lets go of the lock that says that this tab is there. */
  #release = () => {};
  /** @type {Certificate} */
  #certificate;
  #own = true;
  #link = true;
  /** Ticks count for nothing until the page has read everything as of this revision. */
  #missing = '0.0';
  /** @type {MessageEvent[]} what the page is not awake for yet */
  #early = [];
  /** @type {string[]} the last changes, for their traces */
  #traced = [];
  #awake = false;
  #answered = false;
  /** Whether the stream is this page's own. */
  #solo = false;
  /** @type {import('./live.js').Hub | null} what holds it */
  #hub = null;
  #heard = Date.now();
  /** When the certificate was heard, by the steady clock; the page's own is as old as the page. */
  #certain = 0;
  #polled = Date.now();
  /** @type {MutationObserver | null} */
  #guard = null;
  /** This tab is logging out, and goes to the log-in by itself. */
  #goes = false;

  constructor() {
    const { fresh = '', now = '' } = this.#place.dataset;
    this.#certificate = {
      freshAt: Date.parse(fresh), at: Date.parse(now), heard: performance.timeOrigin, source: 'cache',
    };
    if ('hydrated' in this.#root.dataset) this.#wake();
    else addEventListener('verstak:awake', () => this.#wake());
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', ({ persisted }) => { if (persisted) void this.#connect(); });
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.#rest(); else this.#look(); });
    addEventListener('online', () => this.#look());
    addEventListener('offline', () => this.#show());
    // Before everybody else: a form would leave the page, and the page's program would only find what is known.
    addEventListener('submit', (event) => this.#stop(event), true);
    setInterval(() => this.#show(), 1_000);
    this.#introduce();
    void this.#connect();
  }

  async #connect() {
    this.#rest();
    this.#release();
    const lock = await this.#hold();
    this.#solo = false;
    const name = `verstak-live-${PROTOCOL}:${this.#user}`;
    let port;
    try {
      const worker = new SharedWorker('/live.js', { type: 'module', name });
      worker.onerror = () => void this.#alone();
      port = worker.port;
    } catch {
      return this.#alone();
    }
    this.#greet(port, lock);
    this.#expect(() => void this.#alone());
  }

  /** Without a shared worker: a stream of this page's own. */
  async #alone() {
    if (this.#solo) return;
    this.#solo = true;
    this.#port?.close();
    const own = await import('./live.js').catch(() => null);
    if (!own) {
      // A newer version has taken the place of this page's scripts; the shared worker has kept its address.
      this.#port = null;
      this.#solo = false;
      return void setTimeout(() => void this.#connect(), PATIENCE);
    }
    this.#hub ??= new own.Hub(this.#user);
    if (document.hidden) this.#port = null;
    else this.#follow(this.#hub);
  }

  /** Goes on from what the page has. @param {import('./live.js').Hub} hub */
  #follow(hub) {
    const { port1, port2 } = new MessageChannel();
    hub.connect(port2);
    this.#greet(port1, null);
  }

  /** A stream of its own is for a page that somebody sees: a browser has six connections for all of its tabs. */
  #rest() {
    if (!this.#hub || !this.#solo) return;
    this.#port?.postMessage({ protocol: PROTOCOL, type: 'bye' });
    this.#port = null;
  }

  get #rests() { return this.#solo && this.#hub !== null && this.#port === null; }

  /** @param {MessagePort} port @param {string | null} lock */
  #greet(port, lock) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data);
    port.postMessage({
      protocol: PROTOCOL, type: 'hello', user: this.#user, revision: this.#root.dataset.revision, lock,
    });
  }

  /** Holds a lock for as long as this tab lives; its name, or null where there are no locks. */
  #hold() {
    const name = `verstak-tab-${Math.random()}`;
    return new Promise((/** @type {(name: string | null) => void} */ held) => {
      if (!navigator.locks) return held(null);
      navigator.locks.request(name, () => new Promise((release) => {
        this.#release = () => release(undefined);
        held(name);
      })).catch(() => held(null));
    });
  }

  #leave() {
    this.#port?.postMessage({ protocol: PROTOCOL, type: 'bye' });
    this.#port = null;
    this.#release();
  }

  #look() {
    if (this.#rests && this.#hub && !document.hidden) this.#follow(this.#hub);
    this.#show();
    this.#nudge();
  }

  /** Has the stream looked after. A worker that was killed does not answer: the next one is greeted. */
  #nudge() {
    this.#expect(() => void this.#connect());
    this.#port?.postMessage({ protocol: PROTOCOL, type: 'wake' });
  }

  /** Without any word until then, something else has to be done. @param {() => void} otherwise */
  #expect(otherwise) {
    const port = this.#port;
    this.#answered = false;
    setTimeout(() => { if (!this.#answered && port && this.#port === port) otherwise(); }, PATIENCE);
  }

  /** Another person has signed in in this browser: pages of the one before must not act in their name. */
  #introduce() {
    if (!('BroadcastChannel' in window)) return;
    const channel = new BroadcastChannel('verstak-user');
    channel.onmessage = ({ data }) => { if (data !== this.#user) location.reload(); };
    channel.postMessage(this.#user);
  }

  /** @param {any} told */
  #hear(told) {
    if (told?.protocol !== PROTOCOL) return;
    this.#answered = true;
    if (told.type !== 'link') this.#heard = Date.now();
    if (told.type === 'changes' && Array.isArray(told.data)) {
      this.#traced = [...this.#traced, ...told.data].slice(-TRACED);
      this.#hand(new MessageEvent('verstak:changes', { data: `[${told.data.join()}]` }), told.revision);
    } else if (told.type === 'reload') {
      this.#missing = told.revision;
      // Also of the same revision: what was read of it may have been wrong.
      delete this.#root.dataset.whole;
      this.#hand(new MessageEvent('verstak:reload'), told.revision);
    } else if (told.type === 'tick') {
      if (isNewer(this.#missing, this.#root.dataset.whole ?? '0.0')) return;
      this.#missing = '0.0';
      this.#certificate = told;
      this.#certain = performance.now();
      this.#own = false;
      this.#show();
    } else if (told.type === 'link') {
      this.#link = told.open === true;
      this.#show();
    } else if (told.type === 'denied' && !this.#goes) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (told.type === 'refused') void this.#alone();
  }

  /** @param {MessageEvent} event @param {string} revision */
  #hand(event, revision) {
    const { dataset } = this.#root;
    if (isNewer(revision, dataset.revision ?? '0.0')) dataset.revision = revision;
    if (this.#awake) dispatchEvent(event);
    else this.#early.push(event);
  }

  #wake() {
    this.#awake = true;
    // What counts and tells what is new to somebody is not needed before they can do something.
    if (document.querySelector('.filters')) void import('./news.js').catch(() => {});
    for (const event of this.#early.splice(0)) dispatchEvent(event);
  }

  /** Brings the mark and the commands up to date with what is known. */
  #show() {
    const now = Date.now();
    const online = navigator.onLine;
    const passed = performance.now() - this.#certain;
    const fresh = judge(this.#certificate, { own: this.#own, link: this.#link, online, now, passed }, this.#words);
    if (online && !this.#rests && now - this.#heard > FRESH && now - this.#polled > POLL) {
      this.#polled = now + Math.random() * POLL / 2;
      this.#nudge();
      // Something on the way holds the stream back, and perhaps nothing else.
      if (this.#link && this.#awake) dispatchEvent(new MessageEvent('verstak:reload'));
    }
    if (!fresh || !this.#mark) return;
    if (this.#mark.textContent !== fresh.words) this.#mark.textContent = fresh.words;
    if (this.#mark.getAttribute('data-live') === fresh.state) return;
    const was = this.#mark.getAttribute('data-live');
    this.#mark.setAttribute('data-live', fresh.state);
    if (fresh.state === 'offline') this.#close(fresh.words);
    else if (was === 'offline') this.#reopen();
  }

  /** Commands are off, and say why. @param {string} words */
  #close(words) {
    this.#place.textContent = `${words}. ${this.#words.off}`;
    const bar = () => {
      for (const button of document.querySelectorAll(`${WRITES} button`)) {
        if (button.matches('[data-off][aria-disabled="true"]')) continue;
        button.setAttribute('data-off', '');
        button.setAttribute('aria-disabled', 'true');
        button.setAttribute('aria-describedby', this.#place.id);
      }
    };
    bar();
    this.#guard = new MutationObserver(bar);
    this.#guard.observe(document.body, { childList: true, subtree: true, attributeFilter: ['aria-disabled'] });
  }

  #reopen() {
    this.#guard?.disconnect();
    this.#guard = null;
    this.#place.textContent = this.#words.back;
    for (const button of document.querySelectorAll('[data-off]')) {
      for (const name of ['data-off', 'aria-disabled', 'aria-describedby']) button.removeAttribute(name);
    }
  }

  /** @param {Event} event */
  #stop(event) {
    if (!(event.target instanceof Element)) return;
    if (event.target.matches('[data-logout]')) this.#goes = true;
    if (event.target.matches('[data-command]')) {
      const order = event.target.closest('[data-order-id]')?.getAttribute('data-order-id') ?? '';
      this.#root.dataset.trace = traceOf(this.#traced, order);
    }
    if (!this.#guard || !event.target.matches(WRITES)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Said again for those who listen: the same text would not be.
    const words = this.#place.textContent;
    this.#place.textContent = '';
    setTimeout(() => { this.#place.textContent = words; });
  }
}

if (globalThis.document?.getElementById('live-words')) new Tab();

// @ts-check
/**
 * The live stream of the board, once for all tabs of a browser: a SharedWorker named `verstak-live-<protocol>:<user>`.
 * It owns the one connection to `/live`, hands every change on to the tabs with its revision, and keeps the last
 * ones, so that a tab that opens later goes on from the revision in its page: no hole, no second stream. Where there
 * are no shared workers, a page imports this file and has a `Hub` of its own.
 *
 * The promise to a tab: every change after the revision that it named, each once, in order, or one `reload`.
 * Nothing else is stored, and nobody but the tabs of this user is served.
 *
 * A tab says `hello` (with `user`, `revision` and the name of a lock that it holds), `wake` and `bye`. It hears
 * `changes`, `tick`, `reload`, `link` (whether the server could be reached), `denied` and `refused`.
 */

export const PROTOCOL = 1;
/** Ticks come every 5 s: longer silence means that something is missed, in milliseconds. */
export const SILENCE = 10_000;
/** A tick is late after this. */
const LATE = 6_000;
const WATCH = 2_000;
/** The first and the longest bound of the random wait between two tries. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** A stream that lasted this long begins to count its tries anew. */
const SETTLED = 4_000;
/** When the network is back it is back for the whole workshop: nobody comes at the same moment. */
const WAKE_WAIT = 300;
/** A person goes from page to page: without a tab the stream stays open for so long. */
const GRACE = 3_000;
/** Changes kept for tabs that open later. */
const KEPT = 512;
/** Characters of one event at most; a card is below 8,000. */
const LONGEST_EVENT = 1 << 20;

/**
 * @typedef {{ type: 'change', revision: string, data: string }} Change `data` is the server's JSON as it came
 * @typedef {{ type: 'tick', revision: string, freshAt: number, at: number, source: string }} Tick times in ms: up to
 *   when the board is complete, and the server's clock when it said so
 * @typedef {Change | Tick | { type: 'reload', revision: string }} Event
 * @typedef {{ postMessage: (message: any) => void, onmessage: any, close?: () => void }} Port
 * @typedef {{ fetch: typeof fetch, now: () => number, random: () => number,
 *   later: (act: () => void, ms: number) => any, cancel: (timer: any) => void,
 *   every: (act: () => void, ms: number) => any, locks?: LockManager }} World
 */

/** @param {unknown} text */
const isRevision = (text) => typeof text === 'string' && /^\d{1,10}\.\d{1,16}$/.test(text);

/**
 * Orders two revisions, `<epoch>.<rev>`: the epoch first.
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  const [[epoch, rev], [otherEpoch, otherRev]] = [a, b].map((text) => text.split('.').map(Number));
  return epoch - otherEpoch || rev - otherRev;
}

/** Whether a change comes right after `before`. @param {string} revision @param {string} before */
const follows = (revision, before) => {
  const [epoch, rev] = before.split('.');
  return revision === `${epoch}.${Number(rev) + 1}`;
};

/**
 * One server-sent event that can be trusted in shape, or null.
 * @param {string} block the lines of it
 * @returns {Event | null}
 */
export function readEvent(block) {
  const field = (/** @type {string} */ name) =>
    block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const data = field('data');
  /** @type {any} */
  let told;
  try {
    told = JSON.parse(data);
  } catch {
    return null;
  }
  const { revision } = told ?? {};
  if (!isRevision(revision)) return null;
  const type = field('event');
  if (type === 'reload') return { type, revision };
  if (type === 'order') {
    const names = typeof told.order?.id === 'string' || typeof told.removed === 'string';
    return names ? { type: 'change', revision, data } : null;
  }
  const [freshAt, at] = [Date.parse(told.fresh_at), Date.parse(told.at)];
  if (type !== 'tick' || !(freshAt <= at + SILENCE)) return null;
  return { type, revision, freshAt, at, source: told.source === 'database' ? 'database' : 'cache' };
}

/**
 * The events of a stream: all that came in one piece together.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const blocks = (rest + next.value).split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > LONGEST_EVENT) throw new TypeError('an event does not end');
    yield blocks.map(readEvent).filter((event) => event !== null);
  }
}

/** @returns {World} */
const world = () => ({
  fetch: (...ask) => fetch(...ask),
  now: () => Date.now(),
  random: () => Math.random(),
  later: (act, ms) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer),
  every: (act, ms) => setInterval(act, ms),
  locks: globalThis.navigator?.locks,
});

/** The one stream, and the tabs that follow it. */
export class Hub {
  /** @type {Map<Port, string>} each tab, and the last revision that it has */
  #tabs = new Map();
  /** @type {Change[]} right after `#base`, without a gap */
  #kept = [];
  #base = '';
  /** The last revision that came; empty while there is no stream. */
  #last = '';
  /** @type {Tick & { heard: number } | null} */
  #tick = null;
  #link = true;
  /** @type {AbortController | null} of the open stream, or of the try to open one */
  #flight = null;
  /** @type {any} the timer of the next try */
  #retry = null;
  #tries = 0;
  #opened = 0;
  #heard = 0;
  #watched = 0;

  /**
   * @param {string} user whose tabs these are
   * @param {World} [around]
   */
  constructor(user, around = world()) {
    this.user = user;
    this.world = around;
    this.#watched = around.now();
    around.every(() => this.#watch(), WATCH);
  }

  /** Takes in a tab. @param {Port} port */
  connect(port) {
    port.onmessage = (/** @type {{ data: any }} */ { data }) => this.#listen(port, data);
  }

  /** @param {Port} port @param {any} said */
  #listen(port, said) {
    if (said?.protocol !== PROTOCOL) return this.#tell(port, { type: 'refused', reason: 'protocol' });
    if (said.type === 'hello') this.#welcome(port, said);
    else if (said.type === 'wake') this.#wake(port);
    else if (said.type === 'bye') this.#part(port);
    else this.#tell(port, { type: 'refused', reason: 'type' });
  }

  /** @param {Port} port @param {any} hello */
  #welcome(port, { user, revision, lock }) {
    if (user !== this.user) return this.#tell(port, { type: 'refused', reason: 'user' });
    if (!isRevision(revision)) return this.#tell(port, { type: 'refused', reason: 'revision' });
    this.#tabs.set(port, revision);
    // A tab that crashed says nothing, but its lock is free.
    if (typeof lock === 'string') void this.world.locks?.request(lock, () => this.#part(port)).catch(() => {});
    // The answer to the greeting; what follows is news.
    this.#tell(port, { type: 'link', open: this.#link });
    if (!this.#last) {
      this.#base = this.#last = revision;
      void this.#open();
      return;
    }
    if (compare(revision, this.#base) < 0) this.#reload(port, this.#last);
    else this.#hand(port, this.#kept);
    if (this.#tick) this.#tell(port, this.#tick);
  }

  /** @param {Port} port */
  #part(port) {
    this.#tabs.delete(port);
    port.close?.();
    if (this.#tabs.size === 0) this.world.later(() => { if (this.#tabs.size === 0) this.#end(); }, GRACE);
  }

  /** Nobody follows any more, or nobody may: whoever comes later begins anew. */
  #end() {
    this.#flight?.abort();
    this.world.cancel(this.#retry);
    this.#flight = this.#retry = this.#tick = null;
    this.#kept = [];
    this.#base = this.#last = '';
    this.#tries = 0;
    this.#link = true;
  }

  async #open() {
    this.world.cancel(this.#retry);
    this.#retry = null;
    this.#flight?.abort();
    const flight = this.#flight = new AbortController();
    this.#opened = this.#heard = this.world.now();
    try {
      const response = await this.world.fetch(`/live?after=${this.#last}`, {
        cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: flight.signal,
        headers: { accept: 'text/event-stream' },
      });
      if (flight.signal.aborted) return;
      // Signed out; or signed in as another person, whose stream is not for these tabs.
      const theirs = response.ok && response.headers.get('x-verstak-user') !== this.user;
      if (response.status === 401 || theirs) return this.#deny();
      if (response.ok && response.body) {
        this.#linked(true);
        for await (const heard of events(response.body)) {
          if (flight.signal.aborted) return;
          this.#hear(heard);
        }
      }
    } catch {
      // The same as an end: what it was does not change what to do.
    }
    if (!flight.signal.aborted) this.#lose();
  }

  /** Later and later, and never all browsers at once: full jitter. */
  #lose() {
    this.#flight?.abort();
    this.#flight = null;
    const now = this.world.now();
    if (now - this.#opened > SETTLED) this.#tries = 0;
    const bound = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++);
    this.#linked(false);
    this.#try(this.world.random() * bound);
  }

  /** @param {number} wait */
  #try(wait) {
    this.world.cancel(this.#retry);
    this.#retry = this.world.later(() => { void this.#open(); }, wait);
  }

  #deny() {
    for (const port of this.#tabs.keys()) this.#tell(port, { type: 'denied' });
    this.#tabs.clear();
    this.#end();
  }

  /** @param {Event[]} heard */
  #hear(heard) {
    this.#heard = this.world.now();
    /** @type {Change[]} */
    const fresh = [];
    for (const event of heard) {
      if (event.type === 'change' && follows(event.revision, this.#last)) {
        this.#last = event.revision;
        fresh.push(event);
      } else if (event.type === 'reload' || (event.type === 'change' && compare(event.revision, this.#last) > 0)) {
        // What came before it counts for nothing: the whole board will hold it.
        fresh.length = 0;
        this.#begin(event.revision);
      } else if (event.type === 'tick') {
        this.#keep(fresh.splice(0));
        if (compare(event.revision, this.#last) > 0) this.#begin(event.revision);
        this.#tick = { ...event, heard: this.#heard };
        for (const port of this.#tabs.keys()) this.#tell(port, this.#tick);
      }
    }
    this.#keep(fresh);
  }

  /** @param {Change[]} fresh */
  #keep(fresh) {
    if (fresh.length === 0) return;
    this.#kept.push(...fresh);
    const over = this.#kept.splice(0, Math.max(0, this.#kept.length - KEPT)).pop();
    if (over) this.#base = over.revision;
    for (const port of this.#tabs.keys()) this.#hand(port, fresh);
  }

  /** Gives a tab what it does not have yet. @param {Port} port @param {Change[]} changes */
  #hand(port, changes) {
    const has = this.#tabs.get(port) ?? '';
    const news = changes.filter(({ revision }) => compare(revision, has) > 0);
    const last = news.at(-1);
    if (!last) return;
    this.#tabs.set(port, last.revision);
    this.#tell(port, { type: 'changes', revision: last.revision, data: news.map(({ data }) => data) });
  }

  /** Something is missing: every tab reads the whole board, at least as of this revision. @param {string} revision */
  #begin(revision) {
    this.#kept = [];
    this.#base = this.#last = revision;
    for (const port of this.#tabs.keys()) this.#reload(port, revision);
  }

  /** @param {Port} port @param {string} revision */
  #reload(port, revision) {
    this.#tabs.set(port, revision);
    this.#tell(port, { type: 'reload', revision });
  }

  /** @param {boolean} open */
  #linked(open) {
    if (this.#link === open) return;
    this.#link = open;
    for (const port of this.#tabs.keys()) this.#tell(port, { type: 'link', open });
  }

  /** Finds silence, and that the machine has slept. */
  #watch() {
    const now = this.world.now();
    const slept = now - this.#watched > SILENCE;
    this.#watched = now;
    if (!this.#last) return;
    if (slept) this.#tries = 0;
    if (this.#flight && now - this.#heard > SILENCE) void this.#open();
    else if (this.#retry !== null && slept) this.#try(this.world.random() * WAKE_WAIT);
  }

  /** A person is looking, or the network is back. @param {Port} port */
  #wake(port) {
    this.#tell(port, { type: 'link', open: this.#link });
    if (!this.#last) return;
    const silent = this.world.now() - this.#heard;
    if (this.#retry === null && silent < LATE) return;
    this.#tries = 0;
    this.#try(this.world.random() * WAKE_WAIT);
  }

  /** @param {Port} port @param {object} message */
  #tell(port, message) {
    port.postMessage({ protocol: PROTOCOL, ...message });
  }
}

const scope = /** @type {any} */ (globalThis);
if (typeof scope.SharedWorkerGlobalScope === 'function' && scope instanceof scope.SharedWorkerGlobalScope) {
  const hub = new Hub(scope.name.slice(scope.name.indexOf(':') + 1));
  scope.addEventListener('connect', (/** @type {{ ports: Port[] }} */ { ports: [port] }) => hub.connect(port));
}

// @ts-check
/**
 * What is new to the person at the board: the count in the tab's title and on its icon, a sound when one comes, and
 * the word to the server that they have looked.
 *
 * It reads what the page knows (`.filters[data-newest]`, the count of the filter `new`, cards marked `.new`), posts
 * to `/api/seen`, and hands the answer to the page: `html[data-seen]` and the event `verstak:seen`.
 *
 * Somebody has looked when the board was in front of them for `LOOK`: the page visible and focused, a hand at work
 * within `HAND`, nothing filtered, and a marked card on the screen. A board on a wall that nobody touches sees nothing.
 */

import { isAtWork } from './hand.js';

/** How long a look is, in milliseconds. */
const LOOK = 8_000;
/** A hand counts as at work for so long after it last moved, in milliseconds. */
const HAND = 60_000;
/** How often it is asked whether another device has looked, in milliseconds; only while something is new. */
const ASK = 30_000;
const STEP = 1_000;
/** Where the switch for the sound is remembered, for this device. */
const STORED = 'verstak.sound';
const SELF = { accept: 'application/json' };

const root = document.documentElement;
const title = document.title.replace(/^\(\d+\) /, '');
/** @type {HTMLElement | null} */
const filters = document.querySelector('.filters');
/** @type {HTMLLinkElement | null} */
const icon = document.querySelector('link[rel=icon]');

/** @typedef {{ count: number, newest: string }} News */

/** @returns {News} what the page shows now */
function read() {
  const count = Number(filters?.querySelector('[data-filter=new] b')?.textContent?.replace(/\D/g, '') ?? 0);
  return { count, newest: filters?.dataset.newest ?? '' };
}

let news = read();
let plainIcon = '';

/** The icon with the count on it. @param {number} count */
async function paint(count) {
  if (!icon || (!count && !plainIcon)) return;
  plainIcon ||= await (await fetch('/favicon.svg')).text();
  if (count !== news.count) return;
  const [, , width, height] = (/viewBox="([^"]+)"/.exec(plainIcon)?.[1] ?? '0 0 32 32').split(' ').map(Number);
  const text = count > 99 ? '99+' : String(count);
  const badge = `<circle cx="${width * 0.68}" cy="${height * 0.32}" r="${width * 0.32}" fill="#a8201a"/>`
    + `<text x="${width * 0.68}" y="${height * 0.45}" font-family="sans-serif" font-weight="700" fill="#fff"`
    + ` font-size="${width * (text.length > 2 ? 0.27 : 0.4)}" text-anchor="middle">${text}</text>`;
  const drawing = count ? plainIcon.replace('</svg>', `${badge}</svg>`) : plainIcon;
  icon.href = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

function show() {
  document.title = news.count ? `(${news.count}) ${title}` : title;
  showLine();
  const line = document.querySelector('[data-news]');
  if (line) {
    const number = line.querySelector('b');
    if (number) number.textContent = filters?.querySelector('[data-filter=new] b')?.textContent ?? '';
    /** @type {HTMLInputElement | null} */
    const until = line.querySelector('[name=until]');
    if (until) until.value = news.newest;
  }
  void paint(news.count).catch(() => {});
}

/** Whether the person has asked for the line to go: then it does not wait for their hand. */
let dismissed = false;

/** The line stands above the cards, so while a hand is on them it neither comes nor goes. */
function showLine() {
  /** @type {HTMLElement | null} */
  const line = document.querySelector('[data-news]');
  if (!line || line.hidden === !news.count || (isAtWork() && !dismissed)) return;
  line.hidden = !news.count;
  dismissed = false;
}

// --- the sound ---

const isLoud = () => {
  try { return localStorage.getItem(STORED) === 'on'; } catch { return false; }
};
/** @type {AudioContext | undefined} */
let audio;

/** A page may not play before it was touched: this is called with every touch. */
function allow() {
  if (!isLoud()) return;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
}

/** Two short notes, quiet. */
function play() {
  if (!isLoud() || audio?.state !== 'running') return;
  const { currentTime: now, destination } = audio;
  for (const [at, pitch] of [[0, 880], [0.13, 1_318.5]]) {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, now + at);
    volume.gain.exponentialRampToValueAtTime(0.001, now + at + 0.35);
    note.connect(volume).connect(destination);
    note.start(now + at);
    note.stop(now + at + 0.4);
  }
  root.dataset.rang = news.newest;
}

// --- what was seen ---

let asking = false;

/**
 * Tells the server, and takes its word for where the watermark stands. A word that is lost is said again later.
 * Until the board is awake it could not hear the answer.
 * @param {string} until
 * @returns {Promise<boolean | null>} whether the page knows now; `null` when the server was not reached
 */
async function tell(until) {
  if (asking || !until || root.dataset.hydrated === undefined) return false;
  asking = true;
  try {
    const answer = await fetch('/api/seen', { method: 'POST', headers: SELF, body: new URLSearchParams({ until }) });
    if (!answer.ok) return false;
    root.dataset.seen = (await answer.json()).seen;
    dispatchEvent(new Event('verstak:seen'));
    return true;
  } catch {
    // No connection: nothing was seen, as far as anybody knows.
    return null;
  } finally {
    asking = false;
  }
}

let hand = performance.now();

/** Whether a marked card of a board that hides nothing is before somebody's eyes. */
function looks() {
  const hides = [...new URLSearchParams(location.search).keys()].some((key) => key !== 'sort');
  const away = document.visibilityState !== 'visible' || !document.hasFocus() || performance.now() - hand > HAND;
  if (hides || away || document.querySelector('dialog[open]')) return false;
  return [...document.querySelectorAll('.card.new')].some((card) => {
    const box = card.getBoundingClientRect();
    const column = card.closest('.column')?.getBoundingClientRect();
    if (!column || !box.width) return false;
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    return x > 0 && x < innerWidth && y > Math.max(0, column.top) && y < Math.min(innerHeight, column.bottom);
  });
}

/** The newest of what was new when the present look began, and how long it has lasted. */
let look = { until: '', lasted: 0 };

function step() {
  showLine();
  if (!news.count) look = { until: '', lasted: 0 };
  if (!news.count || !looks()) return;
  if (!look.until) look = { until: news.newest, lasted: 0 };
  look.lasted += STEP;
  if (look.lasted < LOOK) return;
  const { until } = look;
  look = { until: '', lasted: 0 };
  void tell(until);
}

/** Asks without saying anything new, in case another device has looked. */
function ask() {
  if (news.count && document.visibilityState === 'visible') void tell('1970-01-01T00:00:00Z');
}

function change() {
  const before = news;
  news = read();
  if (news.count === before.count && news.newest === before.newest) return;
  show();
  if (news.count > before.count && news.newest > before.newest) play();
}

function start() {
  if (!filters) return;
  new MutationObserver(change).observe(filters, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-newest'] });
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(name, () => { hand = performance.now(); }, { passive: true });
  }
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, allow, { passive: true });
  document.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches('[data-seen]')) return;
    event.preventDefault();
    dismissed = true;
    // What did not work as a script works as a form, which also says why not; without a connection it would only lose the page.
    void tell(news.newest).then((told) => told === false && HTMLFormElement.prototype.submit.call(form));
  });
  document.addEventListener('click', (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest('a[data-views]');
    // The view in the address may be another than when the page was made.
    if (link) link.setAttribute('href', `/views${location.search}`);
  }, true);
  /** @type {HTMLInputElement | null} */
  const sound = document.querySelector('[data-sound]');
  if (sound) {
    sound.checked = isLoud();
    sound.addEventListener('change', () => {
      try { localStorage.setItem(STORED, sound.checked ? 'on' : 'off'); } catch { /* forgotten with the page */ }
      allow();
      if (sound.checked) setTimeout(play, 50);
    });
  }
  setInterval(step, STEP);
  setInterval(ask, ASK);
  addEventListener('focus', ask);
  document.addEventListener('visibilitychange', ask);
  news = read();
  show();
}

start();

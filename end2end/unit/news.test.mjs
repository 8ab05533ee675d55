// The script that watches over what is new: when a person has looked, what the tab says, and what the server is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdTimers } from './timers.mjs';

const AT = (second) => `2026-11-23T08:15:${String(second).padStart(2, '0')}.000Z`;

/** A board with some news on it, and a server that takes every word. */
async function page(t, { count = 0, newest = '', search = '', answers = true } = {}) {
  holdTimers(t, ['setInterval', 'setTimeout']);
  const listeners = {};
  const told = [];
  const state = { count, newest, focused: true, onScreen: true, now: 0, submitted: 0 };
  const box = { left: 10, right: 20, top: 10, bottom: 20, width: 10 };
  const column = { getBoundingClientRect: () => ({ top: 0, bottom: 500 }) };
  const cardOf = () => ({ getBoundingClientRect: () => (state.onScreen ? box : { ...box, top: 900, bottom: 910 }), closest: () => column });
  let changed = () => {};
  const filters = { dataset: { get newest() { return state.newest; } }, querySelector: () => ({ textContent: String(state.count) }) };
  const line = { hidden: true, querySelector: () => null };
  const root = { dataset: { hydrated: '' } };
  const document = {
    title: `(9) Верстак`, documentElement: root, visibilityState: 'visible', hasFocus: () => state.focused,
    querySelector: (what) => ({ '.filters': filters, '[data-news]': line })[what] ?? null,
    querySelectorAll: () => (state.count ? [cardOf()] : []),
    addEventListener: (name, act) => { listeners[`document ${name}`] = act; },
  };
  const fakes = {
    document, innerWidth: 1000, innerHeight: 700, location: { search },
    performance: { now: () => state.now }, localStorage: { getItem: () => null, setItem: () => {} },
    HTMLFormElement: class { submit() { state.submitted += 1; } },
    MutationObserver: class { constructor(act) { changed = act; } observe() {} },
    addEventListener: (name, act) => { listeners[name] = act; },
    dispatchEvent: (event) => { listeners.heard = event.type; },
    fetch: async (_, { body }) => {
      told.push(body.get('until'));
      return { ok: answers, json: async () => ({ seen: body.get('until') }) };
    },
  };
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  await import(`../../public/news.js?${Math.random()}`);
  const pass = async (seconds) => {
    for (let n = 0; n < seconds; n++) {
      state.now += 1_000;
      t.mock.timers.tick(1_000);
      for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    }
  };
  const arrive = (next) => { Object.assign(state, next); changed(); };
  return { state, root, document, line, listeners, told, pass, arrive };
}

const looks = (told) => told.filter((until) => !until.startsWith('1970'));

test('a look of eight seconds is told once, with what was there when it began', async (t) => {
  const { told, pass, arrive, root, listeners } = await page(t, { count: 1, newest: AT(1) });
  await pass(4);
  arrive({ count: 2, newest: AT(5) });
  await pass(3);
  assert.deepEqual(looks(told), []);
  await pass(1);
  assert.deepEqual(looks(told), [AT(1)]);
  assert.equal(root.dataset.seen, AT(1));
  assert.equal(listeners.heard, 'verstak:seen');
  arrive({ count: 1 });
  await pass(8);
  assert.deepEqual(looks(told), [AT(1), AT(5)]);
  arrive({ count: 0, newest: '' });
  await pass(100);
  assert.equal(looks(told).length, 2, 'nothing new, nothing to tell');
});

test('a board that nobody looks at sees nothing', async (t) => {
  for (const away of [{ focused: false }, { onScreen: false }]) {
    const { told, pass, state } = await page(t, { count: 1, newest: AT(1) });
    Object.assign(state, away);
    await pass(50);
    assert.deepEqual(looks(told), []);
    t.mock.timers.reset();
  }
  const narrowed = await page(t, { count: 1, newest: AT(1), search: '?q=A-1' });
  await narrowed.pass(50);
  assert.deepEqual(looks(narrowed.told), [], 'what a search shows is not the board');
});

test('without a hand for a minute it is a board on a wall', async (t) => {
  const { told, pass, arrive, listeners } = await page(t);
  await pass(61);
  arrive({ count: 1, newest: AT(1) });
  await pass(60);
  assert.deepEqual(looks(told), []);
  listeners.pointermove();
  await pass(8);
  assert.deepEqual(looks(told), [AT(1)]);
});

test('the tab counts what is new, and forgets the count with it', async (t) => {
  const { document, line, arrive } = await page(t, { count: 3, newest: AT(1) });
  assert.deepEqual([document.title, line.hidden], ['(3) Верстак', false]);
  arrive({ count: 0, newest: '' });
  assert.deepEqual([document.title, line.hidden], ['Верстак', true]);
});

test('a press that the server does not take goes as the plain form that it is', async (t) => {
  const { state, told, listeners, pass } = await page(t, { count: 1, newest: AT(1), answers: false });
  let stopped = false;
  const form = { matches: () => true };
  listeners['document submit']({ target: form, preventDefault: () => { stopped = true; } });
  await pass(0);
  await new Promise(setImmediate);
  assert.deepEqual([stopped, told, state.submitted], [true, [AT(1)], 1]);
});

// Fetching ahead, seen from the page: what it tells the worker, and what it believes of it. The worker is a fake.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const [SHA, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const said = [];
/** What the worker answers by type. */
const answers = { ask: () => ({ held: [] }), missing: () => ({ missing: [], unsure: false }) };
const listeners = {};
const observers = [];
const waits = [];
const rounds = [];

class Element {
  attributes = new Set();
  matches = (selector) => this.selectors.includes(selector);
  closest = (selector) => (selector === '[data-model-sha]' ? this.card ?? null : null);
  getAttribute = () => this.dataset.modelSha;
  querySelector = () => null;
  toggleAttribute(name, on) { this.attributes[on ? 'add' : 'delete'](name); }
}
const card = Object.assign(new Element(), { dataset: { modelSha: SHA } });
const worker = {
  postMessage({ type, ...message }, [port]) {
    said.push({ type, ...message });
    port.postMessage({ protocol: 1, type: 'done', ...answers[type]?.(message) });
  },
};
const registration = { active: worker };
const listen = (type, listener) => { (listeners[type] ??= []).push(listener); };
const fakes = {
  Element, HTMLElement: Element, HTMLFormElement: Element, addEventListener: listen,
  MutationObserver: class { constructor(work) { observers.push(work); } observe() {} },
  requestIdleCallback: (work) => queueMicrotask(work),
  setInterval: (work) => rounds.push(work),
  document: {
    documentElement: { dataset: {} }, body: {}, hidden: false, addEventListener: listen,
    removeEventListener: (type, listener) => { listeners[type] = listeners[type].filter((one) => one !== listener); },
    getElementById: () => ({ dataset: { here: 'here' } }),
    querySelector: () => null, querySelectorAll: () => [card],
  },
  navigator: {
    onLine: true, connection: { addEventListener: (type, listener) => listen(`line:${type}`, listener) }, storage: { persist: async () => said.push({ type: 'persist' }) },
    locks: { request: (_, __, work) => work({}) },
    serviceWorker: {
      controller: { postMessage: (message) => said.push(message) },
      ready: Promise.resolve(registration), register: async () => registration, getRegistration: async () => registration,
      startMessages: () => {}, addEventListener: (type, listener) => listen(`worker:${type}`, listener),
    },
  },
};
fakes.window = { setTimeout: (_, wait) => waits.push(wait), requestIdleCallback: true };
for (const [name, value] of Object.entries(fakes)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
const { greeted } = await import('../../public/client.js');
await greeted;
const { Ahead } = await import('../../public/ahead.js');
const types = () => said.splice(0).map(({ type }) => type);
/** Waits until something is so, for a bounded number of turns. */
async function settled(is) {
  for (let turns = 0; turns < 1_000 && !is(); turns += 1) await new Promise(setImmediate);
  assert.ok(is(), String(is));
}

test('a command has fetching ahead give way, except of its own order, and a take asks to keep what is stored', async () => {
  said.length = 0;
  const submit = (selectors) => {
    const form = Object.assign(new Element(), { selectors, card });
    for (const listener of listeners.submit) listener({ target: form, preventDefault: () => {} });
  };
  submit(['form[data-command]', 'form[data-command="take"]']);
  await settled(() => said.length === 2);
  assert.deepEqual(said.find(({ type }) => type === 'give-way')?.sha256, SHA);
  assert.deepEqual(types().sort(), ['give-way', 'persist']);
  submit(['form[data-command]']);
  submit(['form[role="search"]']);
  await settled(() => said.length > 0);
  assert.deepEqual(types(), ['give-way']);
});

test('a page that is left has fetching ahead give way at once, except of what was pressed last', () => {
  const leave = () => {
    said.length = 0;
    for (const listener of listeners.pagehide) listener({});
    return said.splice(0).filter(({ type }) => type === 'give-way').map(({ protocol, sha256 }) => [protocol, sha256]);
  };
  const other = Object.assign(new Element(), { dataset: { modelSha: OTHER } });
  for (const listener of listeners.click) listener({ target: Object.assign(new Element(), { card: other }) });
  assert.deepEqual(leave(), [[1, OTHER]]);
  for (const listener of listeners.click) listener({ target: new Element() });
  assert.deepEqual(leave(), [[1, OTHER]], 'a press beside the cards says nothing of what comes next');
});

test('what is on its way gives way when the line turns dear, and is looked for again once it costs nothing', async () => {
  const turn = async (saveData) => {
    [said.length, waits.length] = [0, 0];
    navigator.connection.saveData = saveData;
    for (const listener of listeners['line:change']) listener();
    await settled(() => said.length + waits.length > 0);
    return [types(), waits.splice(0).length];
  };
  assert.deepEqual(await turn(true), [['give-way'], 0]);
  assert.deepEqual(await turn(false), [[], 1]);
});

test('every round the worker hashes one stored model again, but not while somebody waits', async () => {
  const { document } = globalThis;
  const { querySelector } = document;
  const round = async () => {
    [said.length, waits.length] = [0, 0];
    for (const work of rounds) work();
    assert.ok(waits.length > 0, 'the cards are looked at');
    await new Promise(setImmediate);
    return types().filter((type) => type === 'sample').length;
  };
  assert.equal(await round(), 1);
  document.querySelector = () => ({});
  assert.equal(await round(), 0);
  document.querySelector = querySelector;
});

test('a page whose worker is unsure comes again after the respite, and one that is sure does not', async () => {
  const ahead = new Ahead();
  let later = 0;
  ahead.later = () => { later += 1; };
  answers.missing = () => ({ missing: [], unsure: true });
  await ahead.go();
  assert.equal(later, 1);
  answers.missing = () => ({ missing: [], unsure: false });
  await ahead.go();
  assert.equal(later, 1);
});

test('the model of an order that I took waits neither for idle time nor for the respite', async () => {
  const ahead = new Ahead();
  const model = { sha256: SHA, size: 5, mine: true };
  answers.missing = () => ({ missing: [], unsure: true });
  const idle = [];
  globalThis.requestIdleCallback = (work) => idle.push(work);
  const going = ahead.go();
  await settled(() => idle.length === 1);
  // Idle time does not come; the worker's word that the order is known as mine does.
  said.length = 0;
  let left = [model];
  answers.missing = () => ({ missing: left, unsure: true });
  answers.ahead = () => { left = []; return { held: true, stopped: false }; };
  void ahead.hurry();
  await settled(() => said.some(({ type }) => type === 'ahead'));
  assert.equal(said.find(({ type }) => type === 'ahead').sha256, SHA);
  globalThis.requestIdleCallback = (work) => queueMicrotask(work);
  for (const work of idle.splice(0)) work();
  await settled(() => idle.length === 0 && !ahead.running);
  await going;
});

test('who hurries while the answer to a command is awaited goes on when the board has it', async () => {
  said.length = 0;
  const hear = (data) => { for (const listener of listeners['worker:message']) listener({ data }); };
  answers.missing = () => ({ missing: [], unsure: false });
  document.querySelector = () => card;
  hear({ protocol: 1, type: 'mine' });
  await new Promise(setImmediate);
  assert.deepEqual(types(), []);
  document.querySelector = () => null;
  for (const work of observers) work([{ attributeName: 'data-status', target: card }]);
  await settled(() => said.length > 0);
  assert.deepEqual(types(), ['missing']);
});

test('of free orders those that came last are asked for first, however the page sorts them', async () => {
  const lying = (at, datetime) => Object.assign(new Element(), {
    dataset: { modelSha: String(at).repeat(64) },
    querySelector: (selector) => (selector === 'time.age' && datetime ? { getAttribute: () => datetime } : null),
  });
  const cards = [
    lying(1, '2026-11-23T08:15:00.000Z'), lying(2), lying(3, '2026-11-24T08:15:00.000Z'),
    lying(4, '2026-11-23T09:15:00.000Z'), lying(3, '2026-11-20T08:15:00.000Z'), lying(5, 'soon'),
  ];
  document.querySelectorAll = () => cards;
  const ahead = new Ahead();
  assert.deepEqual(ahead.asked.map(([digit]) => digit), ['3', '4', '1', '2', '5']);
  ahead.pointed = SHA;
  assert.equal(ahead.asked[0], SHA);
  document.querySelectorAll = () => Array.from({ length: 90 }, (_, at) => Object.assign(lying(1, '2026-11-23T08:15:00.000Z'),
    { dataset: { modelSha: String(at) } }));
  assert.equal(new Ahead().asked.length, 24);
  document.querySelectorAll = () => [card];
});

test('a tab that nobody sees takes no turn', async () => {
  said.length = 0;
  document.hidden = true;
  await new Ahead().go();
  document.hidden = false;
  assert.deepEqual(types(), []);
});

test('the hour is the browser\'s: the next page goes on from what this one spent', async () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
  let left = [{ sha256: SHA, size: 5, mine: false }];
  answers.missing = () => ({ missing: left, unsure: false });
  answers.ahead = () => { left = []; return { held: true, stopped: false }; };
  await new Ahead().go();
  const next = new Ahead();
  await next.go();
  assert.deepEqual([next.spent.count, next.spent.bytes], [1, 5]);
  // One that may keep nothing counts for itself.
  storage.getItem = storage.setItem = () => { throw new DOMException('denied', 'SecurityError'); };
  left = [{ sha256: OTHER, size: 7, mine: false }];
  await next.go();
  assert.deepEqual([next.spent.count, next.spent.bytes], [2, 12]);
  delete globalThis.localStorage;
});

test('the budget of free models is spent only by those that came', async () => {
  const ahead = new Ahead();
  const left = new Map([[SHA, true], [OTHER, false]]);
  const model = (sha256) => ({ sha256, size: 5, mine: false });
  answers.missing = () => ({ missing: [...left.keys()].map(model), unsure: false });
  answers.ahead = ({ sha256 }) => {
    const held = left.get(sha256);
    if (held) left.delete(sha256);
    return { held, stopped: false };
  };
  said.length = 0;
  await ahead.go();
  assert.deepEqual([ahead.spent.count, ahead.spent.bytes], [1, 5]);
  assert.deepEqual(types(), ['missing', 'ahead', 'ahead', 'missing', 'ahead']);
});

test('a word of another protocol is not believed', async () => {
  said.length = 0;
  const hear = (data) => { for (const listener of listeners['worker:message']) listener({ data }); };
  for (const data of [null, { type: 'kept' }, { protocol: 2, type: 'kept' }, { protocol: 1, type: 'sung' }]) hear(data);
  hear({ protocol: 1, type: 'kept' });
  await settled(() => said.length > 0);
  assert.deepEqual(types(), ['ask']);
});

test('another model under a card loses the mark of the one before at once', async () => {
  answers.ask = () => ({ held: [SHA] });
  for (const listener of listeners['worker:message']) listener({ data: { protocol: 1, type: 'kept' } });
  await settled(() => card.attributes.has('data-model-here'));
  card.dataset.modelSha = OTHER;
  for (const work of observers) work([{ attributeName: 'data-model-sha', target: card }]);
  assert.equal(card.attributes.has('data-model-here'), false);
});

// The page's side of the service worker: a log-out waits for the worker to forget, but not for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdTimers } from './timers.mjs';

/** A page that has a worker answering as told, and one form to log out with. */
async function page(answer, { board = false, off = false, scopes = [] } = {}) {
  const listeners = {};
  const sought = [];
  const said = [];
  const emptied = [];
  const heard = new Map();
  class HTMLFormElement {
    submitted = 0;
    matches = (selector) => selector === '[data-logout]';
    submit() { this.submitted += 1; }
  }
  const postMessage = (message, [port]) => {
    said.push(...(message.type === 'orders' ? message.changes : [message.type === 'order' ? message : message.type]));
    const body = answer(message);
    if (body) port.postMessage(body);
    else port.close();
  };
  const registration = { active: { postMessage }, update: async () => {} };
  const began = [];
  const ended = [];
  const frames = [];
  const found = (scope) => ({ ...registration, scope: `http://localhost${scope}`, unregister: async () => ended.push(scope) });
  const dataset = { user: 'operator1', revision: '1.5', ...(off ? { worker: 'off' } : {}) };
  const document = {
    documentElement: { dataset },
    querySelector: () => (board ? {} : null),
    addEventListener: (type, listener) => { (listeners[type] ??= []).push(listener); },
    removeEventListener: (type, listener) => { listeners[type] = listeners[type].filter((one) => one !== listener); },
    getElementById: (id) => void sought.push(id),
  };
  const fakes = {
    document, HTMLFormElement, caches: { delete: async (name) => emptied.push(name) },
    requestAnimationFrame: (act) => frames.push(act),
    indexedDB: { deleteDatabase: (name) => emptied.push(name) },
    addEventListener: (type, listener) => heard.set(type, listener), navigator: { serviceWorker: {
      register: async (script, { scope = '/' }) => { began.push([script, scope]); return registration; },
      ready: Promise.resolve(registration), addEventListener: () => {}, startMessages: () => {},
      // The narrowest scope that the address begins with.
      getRegistration: async (path) => (off
        ? scopes.filter((scope) => path.startsWith(scope)).map(found).at(-1)
        : registration),
    } },
  };
  fakes.window = fakes;
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const client = await import(`../../public/client.js?${Math.random()}`);
  if (!board) await client.greeted;
  const form = new HTMLFormElement();
  const submit = () => listeners.submit.forEach((listener) => listener({ target: form, preventDefault: () => {} }));
  return { client, form, submit, sought, said, emptied, began, ended, heard: (type, event) => heard.get(type)(event),
    draw: () => frames.splice(0).forEach((act) => act()) };
}

/** Lets everything that is ready run. */
const settle = async () => { for (let i = 0; i < 10; i++) await new Promise(setImmediate); };

// The first test: what fetches ahead is loaded once, and the pages of the others load it, too, after a while.
test('a take has models fetched ahead at once, before its time has come', async (t) => {
  holdTimers(t, ['setTimeout']);
  const { form, submit, sought } = await page(() => ({ protocol: 1, type: 'done' }));
  form.matches = (selector) => selector === 'form[data-command="take"]';
  await settle();
  assert.deepEqual(sought, []);
  submit();
  for (let turns = 0; turns < 1_000 && sought.length === 0; turns += 1) await new Promise(setImmediate);
  assert.deepEqual(sought, ['live-words']);
});

test('a page greets the worker, and logs out only after it has forgotten', async () => {
  const { form, submit, said, emptied } = await page(() => ({ protocol: 1, type: 'done' }));
  assert.deepEqual(said, ['hello']);
  submit();
  assert.equal(form.submitted, 0);
  await settle();
  assert.deepEqual(said, ['hello', 'forget']);
  assert.equal(form.submitted, 1);
  assert.deepEqual(emptied, []);
});

test('the stream gets a worker of its own, which hears nothing, before there is one for everything', async () => {
  const { began } = await page(() => ({ protocol: 1, type: 'done' }));
  assert.deepEqual(began, [['/sw-bypass.js', '/live.js'], ['/sw.js', '/']]);
});

test('switched off, the stream\'s own worker goes as well, and nothing is taken for it', async () => {
  const done = () => ({ protocol: 1, type: 'done' });
  const both = await page(done, { off: true, scopes: ['/', '/live.js'] });
  assert.deepEqual([both.ended, both.began], [['/live.js'], [['/sw.js', '/']]]);
  const one = await page(done, { off: true, scopes: ['/'] });
  assert.deepEqual([one.ended, one.began], [[], [['/sw.js', '/']]]);
  const none = await page(done, { off: true });
  assert.deepEqual([none.ended, none.began], [[], []]);
});

test('a worker that does not answer is waited for 1.5 s, then the page empties the stores', async (t) => {
  let deaf = false;
  const { form, submit, emptied } = await page(() => (deaf ? null : { protocol: 1, type: 'done' }));
  deaf = true;
  holdTimers(t, ['setTimeout']);
  submit();
  await settle();
  t.mock.timers.tick(1_499);
  await settle();
  assert.equal(form.submitted, 0);
  t.mock.timers.tick(1);
  await settle();
  assert.equal(form.submitted, 1);
  assert.deepEqual(emptied, ['glb-v1', 'verstak-models']);
});

test('another form is sent as it is', async () => {
  const { form, submit, said } = await page(() => ({ protocol: 1, type: 'done' }));
  form.matches = () => false;
  submit();
  await settle();
  assert.deepEqual(said, ['hello']);
  assert.equal(form.submitted, 0);
});

test('the worker hears of every change of the stream, of what is gone, and that changes were missed', async (t) => {
  const { said, heard, draw } = await page(() => ({ protocol: 1, type: 'done' }));
  holdTimers(t, ['setTimeout']);
  const changes = [
    { revision: '1.6', order: { id: 'a', status: 'PACKAGING', version: 2, operator: null, model: { sha256: 'ab' } } },
    { revision: '1.7', removed: 'c' },
  ];
  heard('verstak:changes', { data: JSON.stringify(changes) });
  draw();
  assert.equal(said.length, 1, 'what was heard is drawn first');
  t.mock.timers.tick(1);
  await settle();
  const [, ...told] = said;
  assert.deepEqual(told.map(({ order, version, revision, sha256 }) => [order, version, revision, sha256]), [
    ['a', 2, '1.6', 'ab'], ['c', 0, '1.7', null],
  ]);
  heard('verstak:reload');
  await settle();
  assert.equal(said.at(-1), 'hello');
});

test('a page that is not drawn tells the worker of changes all the same, each once, and before it asks what it missed', async (t) => {
  const { said, heard } = await page(() => ({ protocol: 1, type: 'done' }));
  holdTimers(t, ['setTimeout']);
  const removed = (/** @type {string} */ order) => ({ data: JSON.stringify([{ revision: '1.6', removed: order }]) });
  heard('verstak:changes', removed('a'));
  t.mock.timers.tick(250);
  await settle();
  heard('verstak:changes', removed('b'));
  heard('verstak:reload');
  t.mock.timers.tick(1_000);
  await settle();
  assert.deepEqual(said.map((one) => one.order ?? one), ['hello', 'a', 'b', 'hello']);
});

test('a worker of an older version, which knows no lists, is told of changes one by one', async (t) => {
  const { said, heard } = await page(({ type }) => ({ protocol: 1, type: type === 'orders' ? 'refused' : 'done' }));
  holdTimers(t, ['setTimeout']);
  heard('verstak:changes', { data: JSON.stringify(['a', 'b'].map((removed) => ({ revision: '1.6', removed }))) });
  t.mock.timers.tick(250);
  await settle();
  assert.deepEqual(said.slice(1).map(({ type, order }) => [type, order]), [
    [undefined, 'a'], [undefined, 'b'], ['order', 'a'], ['order', 'b'],
  ]);
});

test('the worker hears which of the changed orders are mine', async (t) => {
  const { said, heard } = await page(() => ({ protocol: 1, type: 'done' }));
  holdTimers(t, ['setTimeout']);
  const order = (id, login) => ({ id, status: 'PACKAGING', version: 2, model: null, operator: login && { login, name: login } });
  const changes = [order('a', 'operator1'), order('b', 'operator2'), order('c', null)].map((order) => ({ revision: '1.6', order }));
  heard('verstak:changes', { data: JSON.stringify(changes) });
  t.mock.timers.tick(250);
  await settle();
  assert.deepEqual(said.slice(1).map(({ order, mine }) => [order, mine]), [['a', true], ['b', false], ['c', false]]);
});

test('a board is interactive before it meets the worker', async () => {
  const { said, heard } = await page(() => ({ protocol: 1, type: 'done' }), { board: true });
  assert.deepEqual(said, []);
  heard('verstak:awake');
  await settle();
  assert.deepEqual(said, ['hello']);
});

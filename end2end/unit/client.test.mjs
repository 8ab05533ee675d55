// The page's side of the service worker: a log-out waits for the worker to forget, but not for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdTimers } from './timers.mjs';

/** A page that has a worker answering as told, and one form to log out with. */
async function page(answer, { board = false } = {}) {
  const listeners = {};
  const said = [];
  const emptied = [];
  const heard = new Map();
  class HTMLFormElement {
    submitted = 0;
    matches = (selector) => selector === '[data-logout]';
    submit() { this.submitted += 1; }
  }
  const postMessage = (message, [port]) => {
    said.push(message.type === 'order' ? message : message.type);
    const body = answer(message);
    if (body) port.postMessage(body);
    else port.close();
  };
  const registration = { active: { postMessage }, update: async () => {} };
  const document = {
    documentElement: { dataset: { user: 'operator1', revision: '1.5' } },
    querySelector: () => (board ? {} : null),
    addEventListener: (type, listener) => { listeners[type] = listener; },
  };
  const fakes = {
    document, HTMLFormElement, caches: { delete: async (name) => emptied.push(name) },
    indexedDB: { deleteDatabase: (name) => emptied.push(name) },
    addEventListener: (type, listener) => heard.set(type, listener), navigator: { serviceWorker: {
      register: async () => registration, ready: Promise.resolve(registration),
      getRegistration: async () => registration, addEventListener: () => {}, startMessages: () => {},
    } },
  };
  fakes.window = fakes;
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const client = await import(`../../public/client.js?${Math.random()}`);
  if (!board) await client.greeted;
  const form = new HTMLFormElement();
  const submit = () => listeners.submit({ target: form, preventDefault: () => {} });
  return { client, form, submit, said, emptied, heard: (type, event) => heard.get(type)(event) };
}

/** Lets everything that is ready run. */
const settle = async () => { for (let i = 0; i < 10; i++) await new Promise(setImmediate); };

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

test('the worker hears of every change of the stream, of what is gone, and that changes were missed', async () => {
  const { said, heard } = await page(() => ({ protocol: 1, type: 'done' }));
  const changes = [
    { revision: '1.6', order: { id: 'a', status: 'PACKAGING', version: 2, model: { sha256: 'ab' } } },
    { revision: '1.7', removed: 'c' },
  ];
  heard('verstak:changes', { data: JSON.stringify(changes) });
  await settle();
  const [, ...told] = said;
  assert.deepEqual(told.map(({ order, version, revision, sha256 }) => [order, version, revision, sha256]), [
    ['a', 2, '1.6', 'ab'], ['c', 0, '1.7', null],
  ]);
  heard('verstak:reload');
  await settle();
  assert.equal(said.at(-1), 'hello');
});

test('a board is interactive before it meets the worker', async () => {
  const { said, heard } = await page(() => ({ protocol: 1, type: 'done' }), { board: true });
  assert.deepEqual(said, []);
  heard('verstak:awake');
  await settle();
  assert.deepEqual(said, ['hello']);
});

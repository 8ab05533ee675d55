// The page's side of the service worker: a log-out waits for the worker to forget, but not for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** A page that has a worker answering as told, and one form to log out with. */
async function page(answer) {
  const listeners = {};
  const said = [];
  const emptied = [];
  const orders = [];
  let look = () => {};
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
    body: {},
    querySelectorAll: () => orders,
    addEventListener: (type, listener) => { listeners[type] = listener; },
  };
  const fakes = {
    document, HTMLFormElement, caches: { delete: async (name) => emptied.push(name) },
    MutationObserver: class { constructor(see) { look = see; } observe() {} },
    indexedDB: { deleteDatabase: (name) => emptied.push(name) },
    addEventListener: () => {}, navigator: { serviceWorker: {
      register: async () => registration, ready: Promise.resolve(registration),
      getRegistration: async () => registration, addEventListener: () => {}, startMessages: () => {},
    } },
  };
  fakes.window = fakes;
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const client = await import(`../../public/client.js?${Math.random()}`);
  await client.greeted;
  const form = new HTMLFormElement();
  const submit = () => listeners.submit({ target: form, preventDefault: () => {} });
  return { client, form, submit, said, emptied, orders, look: () => look() };
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
  t.mock.timers.enable({ apis: ['setTimeout'] });
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

test('the worker hears of an order that looks different and of one that is gone, of no other', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { said, orders, look } = await page(() => ({ protocol: 1, type: 'done' }));
  const review = async () => {
    look();
    t.mock.timers.tick(250);
    await settle();
  };
  const order = (orderId, version) => ({ dataset: { orderId, version, status: 'PACKAGING' } });
  orders.push(order('a', '1'), order('b', '1'), order('c', '1'));
  await review();
  assert.deepEqual(said, ['hello']);
  orders.splice(0, 3, order('a', '2'), order('b', '1'));
  await review();
  const [, ...told] = said;
  assert.deepEqual(told.map(({ order: id, version, revision }) => [id, version, revision]), [
    ['a', 2, '1.5'], ['c', 0, '1.5'],
  ]);
});

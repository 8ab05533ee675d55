// The service worker, when it starts and when a page greets it: what it asks, and what it forgets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knowing, load, worker } from './worker.mjs';

test('a page that does not know who signed in leaves it to the server whether anything is forgotten', async () => {
  const signedIn = knowing(1, 1, { user: 'operator1' });
  await signedIn.hello({ user: null, revision: null });
  assert.deepEqual([signedIn.said.asked, signedIn.forgotten()], [1, 0]);
  const nobody = knowing(1, 1);
  await nobody.hello({ user: null, revision: null });
  assert.deepEqual([nobody.said.asked, nobody.forgotten()], [0, 1]);
});

test('what one person left is forgotten when another says who they are', async () => {
  const { hello, forgotten } = knowing(1, 1, { user: 'operator1' });
  await hello({ user: 'operator1', revision: '1.0' });
  assert.equal(forgotten(), 0);
  await hello({ user: 'operator2', revision: '1.0' });
  assert.equal(forgotten(), 1);
});

test('a page that shows more than what was asked before has the server asked again, and only then', async () => {
  for (const [shows, asked] of [['1.0', 0], ['1.2', 1]]) {
    const { said, inside, hello } = knowing(1, 1, { user: 'operator1' });
    let answer;
    inside('(before) => { asking = before; }')(new Promise((resolve) => { answer = resolve; }));
    const greeted = hello({ user: 'operator1', revision: shows });
    await new Promise(setImmediate);
    assert.equal(said.asked, 0);
    answer('current');
    await greeted;
    assert.equal(said.asked, asked, shows);
  }
});

test('a greeting that waits for an answer while everything is forgotten notes nothing afterwards', async () => {
  const { said, inside, hello } = knowing(1, 1, { user: 'operator1' });
  let answer;
  inside('(before) => { asking = before; }')(new Promise((resolve) => { answer = resolve; }));
  const greeted = hello({ user: 'operator1', revision: '1.2' });
  await new Promise(setImmediate);
  inside('() => { era.abort(); transact = () => { throw new Error("made anew"); }; }')();
  answer('behind');
  await greeted;
  assert.equal(said.asked, 0);
});

/** A worker that starts, with these databases, at this revision; `begin` may say something to it at once. */
async function start({ state = 'activated', databases = ['verstak-models'], revision = '1.2', begin = () => {} }) {
  const it = load(worker, { state, databases });
  const did = { read: 0, asked: 0 };
  Object.assign(it.inside('globalThis'), {
    transact: async () => { did.read += 1; return { revision }; },
    reconcile: async () => { did.asked += 1; },
    forget: async () => {},
  });
  begin(it);
  await new Promise(setImmediate);
  return did;
}

test('a worker that starts asks at once what it missed, but not one that is being installed, or has nothing', async () => {
  assert.equal((await start({})).asked, 1);
  assert.equal((await start({ state: 'installing' })).asked, 0);
  assert.deepEqual(await start({ databases: ['somebody-elses'] }), { read: 0, asked: 0 }, 'to open it would make it');
  assert.equal((await start({ revision: null })).asked, 0, 'emptied, or never filled');
});

test('a worker that a page\'s word started asks nothing by itself, and opens nothing that is being deleted', async () => {
  const begin = ({ listeners }) => listeners.message({ data: { protocol: 1, type: 'forget' }, ports: [], waitUntil: () => {} });
  assert.deepEqual(await start({ begin }), { read: 0, asked: 0 });
});

test('an answer that comes after everything was forgotten empties nothing again', async () => {
  const it = load();
  let [forgotten, answer] = [0, () => {}];
  const inside = it.inside('globalThis');
  Object.assign(inside, {
    AbortSignal, fetch: () => new Promise((resolve) => { answer = () => resolve(new Response(null, { status: 401 })); }),
    transact: async () => ({ user: 'operator1', revision: '1.2' }), forget: async () => { forgotten += 1; },
  });
  const outcome = it.reconcile();
  await new Promise(setImmediate);
  it.inside('() => { era.abort(); era = new AbortController(); }')();
  answer();
  assert.equal(await outcome, 'behind');
  assert.equal(forgotten, 0);
});

test('who is no longer signed in has everything forgotten once the server says so', async () => {
  const it = load();
  let forgotten = 0;
  Object.assign(it.inside('globalThis'), {
    AbortSignal, fetch: async () => new Response(null, { status: 401 }), transact: async () => ({ user: 'operator1', revision: '1.2' }),
    forget: async () => { forgotten += 1; },
  });
  await it.hello({ user: null, revision: null });
  assert.equal(forgotten, 1);
});

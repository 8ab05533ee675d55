// The one stream of a browser, without a browser: time, chance, the network and the tabs are the test's.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Hub, PROTOCOL, compare, events, readEvent } from '../../public/live.js';
import { PROTOCOL as SPOKEN } from '../../public/tab.js';

const USER = 'operator1';
const NOON = Date.parse('2026-11-24T12:00:00Z');
const change = (rev, epoch = 1) => {
  const revision = `${epoch}.${rev}`;
  return `id: ${revision}\nevent: order\ndata: {"revision":"${revision}","order":{"id":"o${rev}"}}\n\n`;
};
const reload = (revision) => `id: ${revision}\nevent: reload\ndata: {"revision":"${revision}"}\n\n`;
const moment = (ms) => new Date(ms).toISOString();
const tick = (revision, freshAt = NOON, more = {}) => {
  const data = { revision, fresh_at: moment(freshAt), at: moment(freshAt + 200), source: 'cache', ...more };
  return `event: tick\ndata: ${JSON.stringify(data)}\n\n`;
};

/** Lets everything that is ready run. */
const settle = async () => { for (let i = 0; i < 20; i++) await new Promise(setImmediate); };

/** A world of its own, with a hub in it. */
function world({ luck = 0.5, locks } = {}) {
  let now = NOON;
  let timers = [];
  const asked = [];
  const later = (act, ms, every = 0) => {
    const timer = { at: now + ms, act, every };
    timers.push(timer);
    return timer;
  };
  /** What the server does with the next request; by default it is a stream that stays open. */
  let serve = () => stream();
  const stream = (headers = { 'x-verstak-user': USER }, status = 200) => {
    let controller;
    const body = new ReadableStream({ start(it) { controller = it; } });
    const connection = asked.at(-1);
    connection.send = (...text) => controller.enqueue(new TextEncoder().encode(text.join('')));
    connection.end = () => controller.close();
    connection.signal.addEventListener('abort', () => {
      connection.closed = true;
      try { controller.error(connection.signal.reason); } catch { /* it had ended */ }
    });
    return new Response(body, { status, headers });
  };
  const around = {
    fetch: async (address, { signal }) => {
      asked.push({ address, signal, closed: false, at: now });
      return serve(stream);
    },
    now: () => now, random: () => luck, locks,
    later: (act, ms) => later(act, ms),
    every: (act, ms) => later(act, ms, ms),
    cancel: (timer) => { timers = timers.filter((other) => other !== timer); },
  };
  const hub = new Hub(USER, around);
  return {
    asked, hub,
    stream,
    last: () => asked.at(-1),
    answer: (how) => { serve = how; },
    /** Time goes by, in steps that the timers notice; `asleep`: all at once. */
    pass: async (ms, asleep = false) => {
      const end = now + ms;
      while (!asleep && timers.some(({ at }) => at <= end)) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        now = Math.max(now, next.at);
        if (next.every) next.at = now + next.every;
        else timers = timers.filter((other) => other !== next);
        next.act();
        await settle();
      }
      now = end;
      if (asleep) {
        for (const due of timers.filter(({ at }) => at <= end)) {
          if (due.every) due.at = now + due.every;
          else timers = timers.filter((other) => other !== due);
          due.act();
        }
      }
      await settle();
    },
    /** A tab with a page of this revision. */
    tab: async (revision, more = {}) => {
      const heard = [];
      const port = { postMessage: (message) => heard.push(message), onmessage: null, close: () => { port.closed = true; } };
      hub.connect(port);
      const say = async (message) => {
        port.onmessage({ data: message });
        await settle();
      };
      const tell = (type, fields = {}) => say({ protocol: PROTOCOL, type, ...fields });
      await tell('hello', { user: USER, revision, ...more });
      const of = (type) => heard.filter((message) => message.type === type);
      return {
        heard, port, say, tell, of,
        changes: () => of('changes').flatMap(({ data }) => data.map((text) => JSON.parse(text).revision)),
      };
    },
  };
}

test('both ends speak the same protocol', () => assert.equal(SPOKEN, PROTOCOL));

test('six tabs follow one stream, each from the revision of its page', async () => {
  const it = world();
  const tabs = [await it.tab('1.10')];
  it.last().send(change(11), change(12));
  await settle();
  for (const revision of ['1.10', '1.11', '1.12', '1.13', '1.10']) tabs.push(await it.tab(revision));
  it.last().send(change(13), change(14));
  await settle();
  assert.equal(it.asked.length, 1);
  assert.equal(it.asked[0].address, '/live?after=1.10');
  assert.deepEqual(tabs.map((tab) => tab.changes()), [
    ['1.11', '1.12', '1.13', '1.14'], ['1.11', '1.12', '1.13', '1.14'], ['1.12', '1.13', '1.14'],
    ['1.13', '1.14'], ['1.14'], ['1.11', '1.12', '1.13', '1.14'],
  ]);
});

test('what came in one piece is handed on in one piece', async () => {
  const it = world();
  const tab = await it.tab('1.0');
  it.last().send(...Array.from({ length: 40 }, (_, at) => change(at + 1)));
  await settle();
  assert.equal(tab.of('changes').length, 1);
  assert.equal(tab.of('changes')[0].revision, '1.40');
});

test('an event that comes in pieces is one event, also when a letter is cut in two', async () => {
  const bytes = new TextEncoder().encode(change(1).replace('o1', 'Кольцо'));
  const body = new ReadableStream({ start(it) {
    for (const byte of bytes) it.enqueue(new Uint8Array([byte]));
    it.close();
  } });
  const found = [];
  for await (const some of events(body)) found.push(...some);
  assert.equal(found.length, 1);
  assert.equal(JSON.parse(found[0].data).order.id, 'Кольцо');
});

test('a tab whose page is older than what is kept reads everything again, and the others notice nothing', async () => {
  const it = world();
  const first = await it.tab('1.10');
  for (let rev = 11; rev <= 600; rev++) it.last().send(change(rev));
  await settle();
  const late = await it.tab('1.20');
  const young = await it.tab('1.500');
  assert.deepEqual(late.of('reload').map(({ revision }) => revision), ['1.600']);
  assert.deepEqual(late.changes(), []);
  assert.equal(young.changes().length, 100);
  assert.equal(first.of('reload').length, 0);
  it.last().send(change(601));
  await settle();
  assert.deepEqual(late.changes(), ['1.601']);
});

test('after a lost connection the stream goes on where it was, and nobody gets anything twice', async () => {
  const it = world();
  const tab = await it.tab('1.10');
  it.last().send(change(11));
  await settle();
  it.last().end();
  await settle();
  assert.deepEqual(tab.of('link').map(({ open }) => open), [true, false]);
  await it.pass(1_000);
  assert.deepEqual(it.asked.map(({ address }) => address), ['/live?after=1.10', '/live?after=1.11']);
  it.last().send(change(11), change(12));
  await settle();
  assert.deepEqual(tab.changes(), ['1.11', '1.12']);
  assert.equal(tab.of('link').at(-1).open, true);
});

test('a hole in the stream is never passed over', async () => {
  const it = world();
  const tab = await it.tab('1.10');
  it.last().send(change(11), change(13), change(14));
  await settle();
  assert.deepEqual(tab.of('reload').map(({ revision }) => revision), ['1.13']);
  assert.deepEqual(tab.changes(), ['1.14']);
  it.last().send(tick('1.20'));
  await settle();
  assert.deepEqual(tab.of('reload').map(({ revision }) => revision), ['1.13', '1.20']);
  it.last().send(reload('2.3'), change(4, 2));
  await settle();
  assert.deepEqual(tab.of('reload').at(-1).revision, '2.3');
  assert.deepEqual(tab.changes(), ['1.14', '2.4']);
});

test('tries come later and later, at random, up to half a minute', async () => {
  const waits = async (luck) => {
    const it = world({ luck });
    it.answer(() => { throw new TypeError('refused'); });
    await it.tab('1.10');
    await it.pass(200_000);
    return it.asked.map(({ at }, index) => at - (it.asked[index - 1]?.at ?? NOON)).slice(1, 8);
  };
  const late = await waits(0.999);
  assert.deepEqual(late.map((wait) => Math.round(wait / 1_000)), [1, 2, 4, 8, 16, 30, 30]);
  const half = await waits(0.5);
  assert.deepEqual(half.map((wait) => Math.round(wait / 100) / 10), [0.5, 1, 2, 4, 8, 15, 15]);
});

test('an answer that is no stream is tried again, one that says who it is for is not shared', async () => {
  const it = world();
  it.answer(() => new Response('busy', { status: 503 }));
  const tab = await it.tab('1.10');
  it.answer((stream) => stream());
  await it.pass(1_000);
  assert.equal(it.asked.length, 2);
  assert.equal(tab.of('denied').length, 0);
  for (const [headers, status] of [[{ 'x-verstak-user': 'operator2' }, 200], [{}, 401], [{}, 200]]) {
    const other = world();
    let resolve;
    const asked = new Promise((done) => { resolve = done; });
    other.answer(async (stream) => { await asked; return stream(headers, status); });
    const [one, two] = [await other.tab('1.10'), await other.tab('1.10')];
    resolve();
    await settle();
    assert.deepEqual([one.of('denied').length, two.of('denied').length], [1, 1], `${status}`);
    assert.equal(other.last().closed, true);
    await other.pass(60_000);
    assert.equal(other.asked.length, 1, 'nobody asks for those who are signed out');
  }
});

test('ten seconds of silence and the stream is opened anew', async () => {
  const it = world();
  const tab = await it.tab('1.10');
  for (let n = 0; n < 4; n++) {
    it.last().send(tick('1.10'));
    await it.pass(5_000);
  }
  assert.equal(it.asked.length, 1);
  await it.pass(8_000);
  assert.equal(it.asked.length, 2);
  assert.equal(it.asked[0].closed, true);
  assert.equal(tab.of('tick').length, 4);
});

test('a server that accepts and then says nothing at all is not waited for', async () => {
  const it = world();
  it.answer(() => new Promise(() => {}));
  await it.tab('1.10');
  await it.pass(13_000);
  assert.equal(it.asked.length, 2);
});

test('a machine that slept catches up at once', async () => {
  const it = world();
  const tab = await it.tab('1.10');
  it.last().send(tick('1.10'));
  await it.pass(60_000, true);
  await it.pass(400);
  assert.equal(it.asked.length, 2);
  it.last().send(change(11));
  await settle();
  assert.deepEqual(tab.changes(), ['1.11']);

  const away = world({ luck: 0.9 });
  away.answer(() => { throw new TypeError('offline'); });
  await away.tab('1.10');
  await away.pass(100_000);
  const before = away.asked.length;
  await away.pass(60_000, true);
  await away.pass(400);
  assert.ok(away.asked.length > before, 'it does not wait for the next try of half a minute');
});

test('a person who looks again is not kept waiting, and a healthy stream is left alone', async () => {
  const it = world({ luck: 0.9 });
  const tab = await it.tab('1.10');
  it.last().send(tick('1.10'));
  await settle();
  await it.pass(4_000);
  await tab.tell('wake');
  await it.pass(300);
  assert.equal(it.asked.length, 1);
  await it.pass(2_500);
  await tab.tell('wake');
  await it.pass(300);
  assert.equal(it.asked.length, 2, 'a tick was late');
  it.answer(() => { throw new TypeError('offline'); });
  it.last().end();
  await it.pass(60_000);
  const before = it.asked.length;
  await tab.tell('wake');
  await it.pass(300);
  assert.equal(it.asked.length, before + 1);
});

test('without a tab the stream ends, but not between two pages of one person', async () => {
  const it = world();
  const first = await it.tab('1.10');
  await first.tell('bye');
  await it.pass(1_000);
  const second = await it.tab('1.10');
  await it.pass(10_000 - 1_000);
  assert.deepEqual([it.asked.length, it.last().closed], [1, false]);
  await second.tell('bye');
  await it.pass(3_500);
  assert.equal(it.last().closed, true);
  await it.tab('1.30');
  assert.equal(it.last().address, '/live?after=1.30');
});

test('a tab that vanished without a word is forgotten', async () => {
  let free;
  const locks = { request: (name, act) => new Promise((done) => { free = () => done(act(name)); }) };
  const it = world({ locks });
  const tab = await it.tab('1.10', { lock: 'verstak-tab-1' });
  free();
  it.last().send(change(11));
  await settle();
  assert.deepEqual(tab.changes(), []);
  await it.pass(3_500);
  assert.equal(it.last().closed, true);
});

test('a tab that comes later learns how fresh the board is without waiting', async () => {
  const it = world();
  await it.tab('1.10');
  it.last().send(tick('1.10', NOON - 300, { source: 'database' }));
  await settle();
  await it.pass(2_000);
  const late = await it.tab('1.10');
  const [told] = late.of('tick');
  assert.deepEqual([told.freshAt, told.at, told.heard, told.source], [NOON - 300, NOON - 100, NOON, 'database']);
});

test('a message of another protocol, of another person or out of shape is refused', async () => {
  const it = world();
  const tab = await it.tab('1.10');
  for (const odd of [null, 'hello', { type: 'hello' }, { protocol: PROTOCOL + 1, type: 'bye' }]) await tab.say(odd);
  await tab.tell('sing');
  assert.deepEqual(tab.of('refused').map(({ reason }) => reason),
    ['protocol', 'protocol', 'protocol', 'protocol', 'type']);
  for (const more of [{ user: 'operator2' }, { revision: 'x' }, { revision: undefined }]) {
    const stranger = await it.tab('1.10', more);
    assert.equal(stranger.heard.length, 1);
    assert.equal(stranger.heard[0].type, 'refused');
  }
  it.last().send(change(11));
  await settle();
  assert.deepEqual(tab.changes(), ['1.11']);
});

test('an event that is not one of ours in shape is none', () => {
  const block = (event, data) => `event: ${event}\ndata: ${data}`;
  for (const odd of [
    '', 'data', ': comment', block('order', '{'), block('order', 'null'), block('order', '{"revision":"1.2"}'),
    block('order', '{"revision":"1","order":{"id":"o"}}'), block('order', '{"revision":"1.2","order":{"id":7}}'),
    block('reload', '{}'), block('tick', '{"revision":"1.2"}'), block('other', '{"revision":"1.2"}'),
    block('tick', '{"revision":"1.2","fresh_at":"soon","at":"2026-11-24T12:00:00Z"}'),
    block('tick', '{"revision":"1.2","fresh_at":"2036-11-24T12:00:00Z","at":"2026-11-24T12:00:00Z"}'),
  ]) assert.equal(readEvent(odd), null, odd);
  const data = '{"revision":"1.2","removed":"o"}';
  assert.deepEqual(readEvent(`id: 1.2\n${block('order', data)}`), { type: 'change', revision: '1.2', data });
});

test('revisions are ordered by epoch, then by number', () => {
  const sorted = ['0.0', '1.0', '1.9', '1.10', '2.0', '10.1'];
  for (const [at, a] of sorted.entries()) {
    for (const [bt, b] of sorted.entries()) assert.equal(Math.sign(compare(a, b)), Math.sign(at - bt));
  }
});

// What a page says of its own freshness, and of changes of its order, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { difference } from '../../public/order.js';
import { judge, traceOf } from '../../public/tab.js';

const NOON = Date.parse('2026-11-24T09:04:30Z');
const words = {
  liveNow: 'live', database: 'reading from the database', behind: '{} behind',
  offline: 'no connection since {}, read only', units: 's min h d', offset: '180',
};
const certificate = (more = {}) => ({ freshAt: NOON, at: NOON + 200, heard: 5_000_000, source: 'cache', ...more });
const said = (after, more = {}, change = {}) => {
  const around = { own: false, link: true, online: true, now: 5_000_000 + after, ...more };
  const told = judge(certificate(change), around, words);
  return told && `${told.state}: ${told.words.replace('\u{a0}', ' ')}`;
};

test('a page is live for as long as a certificate lasts, and then says how far it is behind', () => {
  assert.equal(said(0), 'live: live');
  assert.equal(said(9_800), 'live: live');
  assert.equal(said(9_801), 'behind: 10 s behind');
  assert.equal(said(13_900), 'behind: 14 s behind');
  assert.equal(said(200_000), 'behind: 3 min behind');
  assert.equal(said(7_300_000), 'behind: 2 h behind');
});

test('a server that is itself behind makes nobody live, however often it speaks', () => {
  assert.equal(said(0, {}, { at: NOON + 14_000 }), 'behind: 14 s behind');
});

test('a browser whose clock is wrong computes the same age', () => {
  assert.equal(said(4_000, {}, { heard: 5_000_000 }), 'live: live');
  assert.equal(said(-3_600_000), 'live: live', 'a clock that was set back adds nothing');
  assert.equal(said(-3_600_000, { passed: 13_900 }), 'behind: 14 s behind', 'and makes nobody live');
});

test('where the board is fed from is said', () => {
  assert.equal(said(0, {}, { source: 'database' }), 'live: reading from the database');
  assert.equal(said(14_000, {}, { source: 'database' }), 'behind: 14 s behind');
});

test('a short break is none, a long one is, and a browser that is offline knows at once', () => {
  assert.equal(said(3_000, { link: false }), 'live: live');
  assert.equal(said(12_000, { link: false }), 'offline: no connection since 12:04, read only');
  assert.equal(said(100, { online: false }), 'offline: no connection since 12:04, read only');
});

test('before the stream has spoken a page claims nothing', () => {
  assert.equal(said(500, { own: true }), null);
  assert.equal(said(12_000, { own: true }), 'behind: 12 s behind');
});

test('a command goes on in the trace of its order, and somebody else\'s text is none', () => {
  const id = '0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d';
  const [one, two] = ['a', 'b'].map((letter) => `00-${letter.repeat(32)}-${letter.repeat(16)}-01`);
  const change = (trace, order, title = '') => JSON.stringify({
    revision: '1.7', ...(trace && { traceparent: trace }), order: { id: order, title },
  });
  assert.equal(traceOf([change(one, id), change(two, id), change(one, 'other')], id), two);
  assert.equal(traceOf([change(one, id), change('', id)], id), '', 'the last change decides');
  assert.equal(traceOf([change('', 'other', `"id":"${id}" {"revision":"1.7","traceparent":"${one}",`)], id), '');
  assert.equal(traceOf([change(one, '')], ''), '');
});

/** As much of a page as is looked at. */
const page = (version, steps) => ({
  querySelector: () => ({ getAttribute: () => String(version) }),
  querySelectorAll: () => steps.map((step) => ({
    querySelector: (name) => ({ textContent: step[name] }),
  })),
});
const taken = { strong: 'Taken', '.by': ' Anna {} $& ', time: '12:04' };
const told = { changed: 'Changed: {} by {} at {}.', corrected: 'Corrected.' };

test('a step that was made elsewhere is told with who and when', () => {
  const found = difference(page(2, [{}, taken]), { version: 1, steps: 1 }, told);
  assert.equal(found, 'Changed: Taken by Anna {} $& at 12:04.');
});

test('what was done here is not told, and what the shop changed is told without a step', () => {
  assert.equal(difference(page(2, [{}, taken]), { version: 2, steps: 1 }, told), '');
  assert.equal(difference(page(2, [{}]), { version: 1, steps: 1 }, told), 'Corrected.');
  assert.equal(difference(page(NaN, []), { version: 1, steps: 1 }, told), '');
});

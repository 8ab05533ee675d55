// The arithmetic of the viewer's tools, and what is fetched ahead of the reader.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, diameterThrough, distance, isTooBig, lookOf, ringSizes, trueDistance } from '../../public/measure.js';
import { Spent, choose, isDear } from '../../public/queue.js';
import { Tools } from '../../public/tools.js';

const near = (real, expected, off = 1e-9) => assert.ok(Math.abs(real - expected) < off, `${real} is not ${expected}`);

test('three points on a ring\'s inner side tell its diameter, wherever they lie', () => {
  const on = (angle) => [3 + 8.75 * Math.cos(angle), -2 + 8.75 * Math.sin(angle), 5];
  near(diameterThrough(on(0.1), on(1.9), on(4)), 17.5);
  near(diameterThrough(on(0.1), on(0.9), on(1.5)), 17.5);
  const askew = ([x, y, z]) => [x * 0.6 - z * 0.8, y, x * 0.8 + z * 0.6];
  near(diameterThrough(...[0, 2, 4].map(on).map(askew)), 17.5);
  assert.deepEqual(ringSizes(17.52), { russian: 17.5, iso: 55 });
});

test('points on a line, or the same one, are no ring', () => {
  assert.equal(diameterThrough([0, 0, 0], [1, 0, 0], [2, 0.01, 0]), null);
  assert.equal(diameterThrough([1, 1, 1], [1, 1, 1], [1, 1, 1]), null);
  assert.equal(distance([0, 0, 0], [2, 3, 6]), 7);
});

test('at the true distance a bank card would be as wide on the screen as the frame', () => {
  const [height, frame, degrees] = [600, 324, 12];
  const far = trueDistance(height, frame / CARD, degrees);
  const seen = 2 * far * 1000 * Math.tan((degrees * Math.PI) / 360);
  near((CARD / seen) * height, frame, 1e-6);
});

test('a screen measured once stays measured when the page is zoomed', () => {
  const kept = new Map();
  const fakes = { localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) } };
  Object.assign(globalThis, fakes, { devicePixelRatio: 1.5 });
  const { cardWidth, keepWidth } = Tools.prototype;
  assert.equal(cardWidth(), null);
  keepWidth(300);
  assert.equal(cardWidth(), 300);
  globalThis.devicePixelRatio = 3;
  assert.equal(cardWidth(), 150, 'as wide on the glass as before');
});

test('an alloy looks like its metal, a finish like itself, and what is unknown like the file', () => {
  assert.deepEqual(lookOf('gold-585-yellow'), lookOf('gold-750-yellow'));
  assert.notDeepEqual(lookOf('gold-585-white'), lookOf('gold-585-red'));
  assert.deepEqual(lookOf('gold-585'), lookOf('gold-585-yellow'));
  assert.deepEqual(lookOf('silver-925'), lookOf('silver-999'));
  assert.ok(lookOf('silver-925-black')[0] < 0.3);
  for (const material of ['', 'wood', 'gold-585-plaid', 'constructor', '__proto__']) assert.equal(lookOf(material), null);
});

test('a file too large for a device is known before it is opened', () => {
  const [desk, tablet, phone, silent] = [[8, false], [4, true], [2, true], [undefined, true]]
    .map(([memory, coarse]) => ({ memory, coarse }));
  assert.equal(isTooBig(desk, 60e6), false);
  assert.equal(isTooBig(tablet, 60e6), true);
  assert.equal(isTooBig(silent, 20e6), false);
  assert.equal(isTooBig(silent, 40e6), true);
  // Packed to a few megabytes, and large all the same once it is opened.
  assert.equal(isTooBig(phone, 3e6, 600_000), false);
  assert.equal(isTooBig(phone, 3e6, 2_000_000), true);
  // So are pictures: 4,096 × 4,096 pixels take 90 MB with their smaller copies.
  const picture = 4_096 ** 2;
  assert.equal(isTooBig(phone, 3e6, 1_000, picture), false);
  assert.equal(isTooBig(phone, 3e6, 1_000, 2 * picture), true);
  assert.equal(isTooBig(desk, 3e6, 1_000, 4 * picture), false);
});

test('nothing is fetched ahead on a line that costs money', () => {
  assert.equal(isDear(undefined), false);
  assert.equal(isDear({ effectiveType: '4g' }), false);
  for (const line of [{ saveData: true }, { type: 'cellular' }, { effectiveType: '3g' }, { effectiveType: 'slow-2g' }]) {
    assert.equal(isDear(line), true);
  }
});

test('mine come first, then what the pointer rests on, then free ones within their budget, two at once', () => {
  const model = (sha256, mine = false, size = 1_000_000) => ({ sha256, size, mine });
  const missing = [model('free-1'), model('free-2'), model('mine-1', true), model('here')];
  const shas = (...asked) => choose(...asked).map(({ sha256 }) => sha256);
  assert.deepEqual(shas(missing, 'here', { count: 0, bytes: 0 }), ['mine-1', 'here']);
  assert.deepEqual(shas(missing.slice(0, 2), null, { count: 0, bytes: 0 }), ['free-1', 'free-2']);
  assert.deepEqual(shas(missing, 'here', { count: 12, bytes: 0 }), ['mine-1', 'here']);
  assert.deepEqual(shas([model('free', false, 250e6)], null, { count: 1, bytes: 20e6 }), []);
  assert.deepEqual(shas([model('mine', true, 250e6)], null, { count: 99, bytes: 9e9 }), ['mine']);
  // A pointer that wanders over a board of large files must not fetch them all.
  assert.deepEqual(shas([model('here', false, 250e6)], 'here', { count: 0, bytes: 750e6 }), ['here']);
  assert.deepEqual(shas([model('here', false, 250e6)], 'here', { count: 0, bytes: 751e6 }), []);
});

const free = (sha256) => ({ sha256, size: 1_000_000, mine: false });

test('of what is not mine the bytes are counted when they came, and of free models the number, but for the pointed one', () => {
  const spent = new Spent().at(0);
  spent.add(free('a'), null, { held: true });
  spent.add(free('b'), 'b', { held: true });
  spent.add({ ...free('c'), mine: true }, null, { held: true });
  for (const outcome of [null, { held: false }, { held: false, stopped: true }]) spent.add(free('d'), null, outcome);
  assert.deepEqual([spent.count, spent.bytes], [1, 2_000_000]);
});

test('a board that is open all shift fetches free models ahead in every hour of it', () => {
  const spent = new Spent();
  const more = () => choose([free('next')], null, spent).length;
  for (let at = 0; at < 12; at += 1) spent.at(at).add(free(`a${at}`), null, { held: true });
  assert.equal(more(), 0);
  spent.at(3_599_999);
  assert.equal(more(), 0, 'not yet');
  spent.at(3_600_000);
  assert.equal(more(), 1);
  spent.add(free('b'), null, { held: true });
  assert.equal(spent.at(0).count, 0, 'the clock was set back');
});

test('a model that fails three times in an hour is left alone for the rest of it; one that gave way is not', () => {
  const spent = new Spent().at(0);
  for (let tries = 0; tries < 9; tries += 1) spent.add(free('a'), null, { held: false, stopped: true });
  assert.equal(spent.allows(free('a')), true);
  for (let tries = 0; tries < 3; tries += 1) spent.add(free('a'), null, { held: false });
  assert.deepEqual(['a', 'b'].map((sha) => spent.allows(free(sha))), [false, true]);
  assert.equal(spent.at(3_600_000).allows(free('a')), true);
});

test('what was spent is kept from one page to the next, the failures as well', () => {
  const spent = new Spent().at(1_000);
  const failing = free('f'.repeat(64));
  spent.add(free('a'), null, { held: true });
  for (let tries = 0; tries < 3; tries += 1) spent.add(failing, null, { held: false });
  const next = Spent.read(JSON.stringify(spent)).at(2_000);
  assert.deepEqual([next.count, next.bytes, next.allows(failing)], [1, 1_000_000, false]);
  const later = next.at(3_601_000);
  assert.deepEqual([later.count, later.allows(failing)], [0, true], 'the hour goes on, it does not begin anew');
});

test('what is kept and is not what was written counts for nothing', () => {
  const sound = { since: 1, count: 2, bytes: 3, failures: { ['f'.repeat(64)]: 3 } };
  assert.notEqual(Spent.read(JSON.stringify(sound)), null);
  const others = [
    { since: 'now' }, { since: null }, { count: -1 }, { count: 1e300 }, { bytes: 0.5 }, { bytes: '3' }, { failures: null },
    { failures: { x: 1 } }, { failures: { ['f'.repeat(64)]: 'often' } }, { failures: [3] },
  ];
  for (const other of others) assert.equal(Spent.read(JSON.stringify({ ...sound, ...other })), null, JSON.stringify(other));
  for (const text of [null, '', '{', 'null', '7', '[]', '{}']) assert.equal(Spent.read(text), null, String(text));
});

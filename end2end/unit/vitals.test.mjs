// What is counted of a page that people wait for.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Presses, Unsent, device, firstHidden, inSight, isPlausible } from '../../public/vitals.js';
import { leaves } from '../../public/above.js';

test('the slowest answer counts, but for one in fifty', () => {
  const after = (durations) => {
    const presses = new Presses();
    durations.forEach((duration, at) => presses.add(at, duration));
    return presses;
  };
  assert.equal(after([]).slowest, undefined);
  assert.equal(after([16, 120, 40]).slowest, 120);
  const many = Array.from({ length: 100 }, (_, at) => at);
  assert.equal(after(many).slowest, 97);
});

test('of a shift\'s presses only the longest few are kept, each counted once', () => {
  const presses = new Presses();
  for (let id = 1; id <= 5_000; id += 1) for (const duration of [16, id === 7 ? 900 : 24, 16]) presses.add(id, duration);
  assert.equal(presses.kept, 10);
  const few = new Presses();
  for (let entry = 0; entry < 50; entry += 1) few.add(1, 16 + entry);
  few.add(2, 40);
  assert.equal(few.slowest, 65, 'two presses let nothing off');
});

test('a page that began out of sight is not slow, and one that was left open is no figure', () => {
  assert.equal(firstHidden([{ name: 'hidden', startTime: 0 }, { name: 'visible', startTime: 9_000 }], false), 0);
  assert.equal(firstHidden([{ name: 'visible', startTime: 0 }, { name: 'hidden', startTime: 800 }], true), 800);
  assert.equal(firstHidden([{ name: 'visible', startTime: 0 }], false), Infinity);
  assert.deepEqual([firstHidden([], true), firstHidden([], false)], [0, Infinity], 'a browser that notes nothing');
  assert.deepEqual([0, 600_000].map(isPlausible), [true, true]);
  assert.deepEqual([-1, 600_001, NaN, Infinity, undefined, '5'].map(isPlausible), Array(6).fill(false));
});

test('a page that is left again and again tells of its opening once, and of its presses since the last time', () => {
  const unsent = new Unsent();
  const opened = { first_byte: 40, largest_paint: 900 };
  unsent.presses.add(1, 120);
  assert.deepEqual(unsent.take({ ...opened, interaction: 120 }), { ...opened, interaction: 120 });
  assert.equal(unsent.take({ ...opened, interaction: 120 }), undefined, 'nobody did anything meanwhile');
  unsent.presses.add(1, 300);
  unsent.presses.add(2, 24);
  const after = { ...opened, interaction: 120 };
  assert.deepEqual(unsent.take(after), { interaction: 24 }, 'an entry of an old press that comes late is not a new one');
  assert.deepEqual(unsent.take({ ...after, model: 4_200, model_file: 300 }), { model: 4_200, model_file: 300 });
  assert.equal(unsent.take({ ...after, model: 4_200, model_file: 300 }), undefined);
});

test('every part of a long shift lets off its own slowest in fifty', () => {
  const unsent = new Unsent();
  for (let id = 1; id <= 100; id += 1) unsent.presses.add(id, id);
  assert.deepEqual(unsent.take({}), { interaction: 98 });
  unsent.presses.add(101, 700_000);
  assert.equal(unsent.take({}), undefined, 'no figure that the server refuses with all the others');
  unsent.presses.add(102, 16);
  assert.deepEqual(unsent.take({}), { interaction: 16 });
});

test('who looks at another page does not wait for this one', () => {
  const states = [
    { name: 'visible', startTime: 0 }, { name: 'hidden', startTime: 2_000 },
    { name: 'visible', startTime: 5_000 }, { name: 'hidden', startTime: 9_000 },
  ];
  assert.equal(inSight(states, 100, 8_000), 4_900);
  assert.equal(inSight(states, 3_000, 4_000), 0);
  assert.equal(inSight(states, 6_000, 10_000), 3_000, 'still out of sight');
  assert.equal(inSight([], 100, 8_000), 7_900, 'a browser that notes nothing');
});

test('a device is told apart by its screen and its pointer', () => {
  assert.equal(device({ touch: false, width: 400 }), 'desktop');
  assert.equal(device({ touch: true, width: 400 }), 'phone');
  assert.equal(device({ touch: true, width: 1280 }), 'tablet');
});

test('what somebody took leaves the orders that nobody takes', () => {
  assert.equal(leaves({ order: { id: 'a', status: 'MANUFACTURING_STARTED' } }), 'a');
  assert.equal(leaves({ removed: 'b' }), 'b');
  assert.equal(leaves({ order: { id: 'a', status: 'MANUFACTURING_APPROVED' } }), undefined);
});

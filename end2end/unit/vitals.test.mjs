// What is counted of a page that people wait for.
import assert from 'node:assert/strict';
import test from 'node:test';

import { device, interaction } from '../../public/vitals.js';
import { leaves } from '../../public/neglected.js';

test('the slowest answer counts, but for one in fifty', () => {
  assert.equal(interaction([]), undefined);
  assert.equal(interaction([16, 120, 40]), 120);
  const many = Array.from({ length: 100 }, (_, at) => at);
  assert.equal(interaction(many), 97);
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

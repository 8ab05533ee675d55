// Every design that the seed generates is valid glTF in the eyes of the format's own validator: no error, no warning.
// GLB_DIR names a folder of files that are there already; without it they are generated into a temporary one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import validator from 'gltf-validator';

const given = process.env.GLB_DIR;
const folder = given ?? mkdtempSync(join(tmpdir(), 'jewellery-'));
after(() => given ?? rmSync(folder, { recursive: true }));

if (!given) {
  const root = new URL('../../', import.meta.url);
  execFileSync('cargo', ['run', '--quiet', '-p', 'server', '--example', 'jewellery', '--', folder, '0.3'], { cwd: root });
}

const files = readdirSync(folder).filter((name) => name.endsWith('.glb'));

test('the seed wrote every kind of piece', () => {
  assert.ok(files.length >= 12, `${files.length} files in ${folder}`);
});

for (const name of files) {
  test(`${name} is valid glTF`, async () => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const { issues } = await validator.validateBytes(bytes, { maxIssues: 10 });
    assert.deepEqual({ errors: issues.numErrors, warnings: issues.numWarnings, messages: issues.messages },
      { errors: 0, warnings: 0, messages: [] });
  });
}

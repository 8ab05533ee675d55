// How many metrics do the dashboards and the alerts name that the server does not count? `node metrics.mjs ROWS ROW`; the
// same is held by server/tests/dashboards/main.rs.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [rows, row] = process.argv.slice(2);

/** Every file below a folder with this ending. */
function files(folder, ending) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

const counted = new Set();
for (const text of files('server/src', '.rs')) {
  for (const [, kind, name] of text.matchAll(/\b(counter|gauge|histogram)!\(\s*"([a-z_]+)"/g)) {
    for (const ending of kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) counted.add(name + ending);
  }
}
const queries = [
  ...files('docs/dashboards', '.json').flatMap((text) => [...text.matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(([, it]) => it)),
  ...files('docs', '.yml').flatMap((text) => [...text.matchAll(/^ *expr:(.*)$/gm)].map(([, it]) => it)),
];
const named = new Set(queries.flatMap((query) => {
  const plain = query.replace(/\\"/g, '"').replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\b(by|without|on)\s*\([^)]*\)/g, ' ');
  return [...plain.matchAll(/[a-z_][a-z0-9_]*(?!\w*\s*\()/g)].map(([it]) => it).filter((it) => it.includes('_') && !it.endsWith('_over_time') && it !== 'histogram_quantile');
}));
const missing = [...named].filter((name) => !counted.has(name));
const note = `${queries.length} queries name ${named.size} metrics; ${missing.length ? `nobody counts ${missing.join(', ')}` : 'every one is counted'}`;
appendFileSync(rows, `${JSON.stringify({ row, value: named.size ? missing.length : null, note })}\n`);
console.log(note);

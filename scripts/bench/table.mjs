// Puts a suite's table together: node table.mjs SUITE.json ROWS OUT.json. Figures are handed in as lines of JSON
// (`row`, `value`, `note`); whether a target holds is decided here and nowhere else. A row without a figure stays.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

const [suiteFile, rowsFile, out] = process.argv.slice(2);
const suite = JSON.parse(readFileSync(suiteFile, "utf8"));
const handed = new Map();
if (existsSync(rowsFile)) {
  for (const line of readFileSync(rowsFile, "utf8").split("\n").filter(Boolean)) {
    const { row, ...figure } = JSON.parse(line);
    if (!suite.rows.some((known) => known.row === row)) throw new Error(`nobody asked for the row ${row}`);
    handed.set(row, figure);
  }
}

const HOLDS = { "≥": (value, bound) => value >= bound, "≤": (value, bound) => value <= bound, "=": (value, bound) => value === bound };

function holds(value, target) {
  const [sign, bound] = target.split(" ");
  return typeof value === "number" && Number.isFinite(value) && HOLDS[sign](value, Number(bound));
}

const UNMEASURED = "not measured in this run";
const rounded = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : null);
const rows = suite.rows.map(({ row, figure, unit, target }) => {
  const { value = null, note = UNMEASURED } = handed.get(row) ?? {};
  return { figure, value: rounded(value), unit, target, holds: holds(value, target), note };
});

const model = cpus()[0]?.model ?? "unknown";
const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}; ${process.env.BENCH_PARTS ?? ""}`;
const table = { suite: suite.suite, machine, date: new Date().toISOString(), rows };
writeFileSync(out, `${JSON.stringify(table, null, 2)}\n`);

const cells = rows.map((row) => [
  row.holds ? "holds" : row.value === null ? "  -  " : "MISSES",
  row.value === null ? "-" : `${row.value} ${row.unit}`,
  `${row.target} ${row.unit}`,
  row.figure,
]);
const width = (at) => Math.max(...cells.map((row) => row[at].length));
console.log(`\n${table.suite}: ${machine}, ${table.date}`);
for (const row of cells) console.log(row.map((cell, at) => (at < 3 ? cell.padEnd(width(at)) : cell)).join("  "));
for (const row of rows.filter((row) => !row.holds && row.note !== UNMEASURED)) console.log(`\n${row.figure}\n  ${row.note}`);
console.log(`\n${rows.filter((row) => row.holds).length} of ${rows.length} hold; ${out}`);

// `make run OBSERVE=1` on a machine that has Prometheus, and on one that cannot have it: the real scripts/run.sh and
// scripts/observe.sh, with what they start replaced by words that say what would be started.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;
const made = [];
after(() => made.forEach((folder) => rmSync(folder, { recursive: true })));

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
const found = (name) => process.env.PATH.split(":").map((folder) => join(folder, name)).find(isProgram);

/** Everything that a run asks of other libraries. */
const STAND_INS = `
AS_SERVICE=() ADMIN_URLS=() SERVER_URLS=() DATA=$PWD/data VERSTAK_DEMO_PASSWORD=demo
raise_descriptor_limit() { :; }
become_keeper() { :; }
port_taken() { false; }
work() { :; }
use_build() { :; }
start_services() { :; }
fill_database() { :; }
write_env() { :; }
say() { :; }
fail() { echo "failed: $*"; exit 1; }
free_port() { printf -v "$1" %s 9; }
http_ok() { :; }
until_ready() { :; }
service_folder() { mkdir -p "$1"; }
start() { echo "started: $1 $*"; }
start_server() {
  ADMIN_URLS+=("http://admin-$1.example") SERVER_URLS+=("http://server-$1.example")
  echo "server: share \${TRACE_SHARE:-unset}, slow from \${SLOW_TRACE_MS:-unset} ms"
}
keep_running() { echo "runs"; }
. scripts/observe.sh
`;

/** A run of it: what it said, how it ended, and the file that Prometheus would have read. */
function run({ prometheus, observe = "1" }) {
  const folder = mkdtempSync(join(tmpdir(), "verstak-"));
  made.push(folder);
  const [scripts, programs] = ["scripts", "programs"].map((name) => join(folder, name));
  for (const each of [scripts, programs]) mkdirSync(each);
  for (const name of ["run.sh", "observe.sh"]) copyFileSync(join(root, "scripts", name), join(scripts, name));
  writeFileSync(join(scripts, "libraries.sh"), STAND_INS);
  writeFileSync(join(scripts, "keeper.sh"), "");
  symlinkSync(join(root, "docs"), join(folder, "docs"));
  for (const name of ["dirname", "basename", "mkdir", "rm", "cp", "cat"]) symlinkSync(found(name), join(programs, name));
  if (prometheus) {
    writeFileSync(join(programs, "prometheus"), "");
    chmodSync(join(programs, "prometheus"), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(found("bash"), [join(scripts, "run.sh")], {
    encoding: "utf8", env: { PATH: programs, OBSERVE: observe, SERVERS: "2" },
  });
  const conf = () => readFileSync(join(folder, "data/prometheus/prometheus.yml"), "utf8");
  return { status, stderr, said: stdout, conf };
}

test("without Prometheus it goes on, says so, and leads to the page that is there in any case", () => {
  const { status, stderr, said, conf } = run({ prometheus: false });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(said, /no Prometheus: it could not be installed here/);
  assert.match(said, /http:\/\/server-1\.example\/slow/);
  assert.match(said, /^runs$/m);
  assert.doesNotMatch(said, /^started:/m);
  assert.throws(conf);
  assert.equal(said.match(/server: share 1, slow from 5 ms/g)?.length, 2, "every request is traced all the same");
});

test("with Prometheus it starts one that reads every server, and says where it is", () => {
  const { status, stderr, said, conf } = run({ prometheus: true });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(said, /^started: prometheus .*--config\.file=/m);
  assert.match(said, /Prometheus, with the rules of docs\/alerts: http:\/\/127\.0\.0\.1:9$/m);
  assert.match(conf(), /targets: \["admin-1\.example", "admin-2\.example"\]/);
  assert.match(said, /server: share 1, slow from 5 ms/);
});

test("who does not ask for it gets neither Prometheus nor every trace", () => {
  const { status, said } = run({ prometheus: true, observe: "" });
  assert.equal(status, 0);
  assert.match(said, /server: share unset, slow from unset ms/);
  assert.doesNotMatch(said, /Prometheus|started:|\/slow/);
  assert.match(said, /^runs$/m);
});

#!/usr/bin/env bash
# The suite "proved": the model of the protocol to its end, the mutants of model and checker, Redis filled again after
# FLUSHALL, and a run in which everything breaks. docs/reliability.md says what it promises and how.
#   ONLY="model mutants refill run"   some parts only; the other rows keep "not measured in this run"
#   RACES=40                          milliseconds between two races of a group; fewer for more writes
#   READERS=200, CREWS=12             readers with a stream each; groups of people who race each other
#   CANCELLED=1                       orders that the shop cancels at each of its looks; more for more writes
#   CALM=10                           seconds of work before anything breaks, in which answers are measured
#   DURATION, SEED, BUILD             see scripts/chaos.sh
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. scripts/libraries.sh

BUILD=${BUILD:-release}
raise_descriptor_limit
mkdir -p "$ROOT/.run" "$ROOT/target/chaos"
RUN=$(mktemp -d "$ROOT/.run/chaos.XXXXXX")
mark

# Whatever happened: the services end, the logs go to target/chaos/log/.
finish() {
  local data
  stop_all
  end_marked "$VERSTAK_KEEPER"
  data=$(readlink -f "$RUN/data")
  rm -rf "$ROOT/target/chaos/log"
  mkdir -p "$RUN/log"
  cp "$data"/run/*.log "$RUN/log/" 2>/dev/null || true
  mv "$RUN/log" "$ROOT/target/chaos/log"
  rm -rf "${data:-$RUN/data}" "$RUN"
}

make_run_folder "$RUN"
CARGO=(-p server)
FOLDER=debug
if [ "$BUILD" = release ]; then
  CARGO+=(--release)
  FOLDER=release
else
  # With the features of `make test`, so that nothing is built twice.
  CARGO=(-p app --features ssr -p server)
fi
say "building ($BUILD)"
work cargo build "${CARGO[@]}" --bins --examples
CHAOS=$TARGET/$FOLDER/examples/chaos
export BENCH_ROWS=$RUN/proved.rows BENCH_PARTS="$BUILD build${ONLY:+, only $ONLY}"
: >"$BENCH_ROWS"
MISSED=0

wanted() { [ -z "${ONLY:-}" ] || [[ " $ONLY " = *" $1 "* ]]; }
missed() {
  MISSED=$((MISSED + 1))
  say "not as promised: $1 (see above)"
}
# hand_in ROW VALUE NOTE
hand_in() { node -e 'console.log(JSON.stringify({ row: process.argv[1], value: Number(process.argv[2]), note: process.argv[3] }))' "$@" >>"$BENCH_ROWS"; }
# tests NAME LOG ARGUMENTS...: shown, and kept in a log.
tests() {
  local log=$RUN/log/$1.log
  shift
  # shellcheck disable=SC2016  # expanded by the inner shell
  work bash -c 'set -o pipefail; log=$1; shift; "$@" 2>&1 | tee "$log"' - "$log" cargo test "${CARGO[@]}" "$@"
}

part_model() {
  tests model --test protocol -- --include-ignored --nocapture --test-threads=1 || missed "the model"
  local sum=0 largest=0
  # The scopes overlap: only within one of them is a state counted once.
  read -r sum largest < <(sed -nE 's/^([0-9]+) states in all, ([0-9]+) of them in the largest scope$/\1 \2/p' \
    "$RUN/log/model.log" | sort -n | tail -n 1) || true
  hand_in states "${largest:-0}" "in the largest scope, each once; ${sum:-0} over all ten, which overlap, each searched to its end; see docs/reliability.md for the scopes"
}

part_mutants() {
  load_secrets
  SYNC=off start_postgres
  start_redis
  start_s3 "$TARGET/$FOLDER/examples/s3"
  export TEST_DATABASE_URL=$PG_ADMIN_URL TEST_REDIS_URL=$REDIS_URL TEST_S3_ENDPOINT=$S3_ENDPOINT
  tests mutants --test protocol --test history -- --nocapture --test-threads=1 ||
    missed "the mutants"
  local caught=0 all=0 line
  while read -r line; do
    caught=$((caught + ${line% of *}))
    all=$((all + ${line#* of }))
  done < <(sed -nE 's/^[a-z]+: ([0-9]+ of [0-9]+) mutants caught$/\1/p' "$RUN/log/mutants.log")
  hand_in mutants "$((all > 0 ? 100 * caught / all : 0))" "$caught of $all: designs in the model, histories, and the product itself made wrong"
}

part_refill() {
  work "$CHAOS" refill --folder "$DATA/run" || missed "refill"
}

part_run() {
  local alone=() disk=()
  # A disk of PostgreSQL's own, which may run full, in a name space of this run's own, with which it goes.
  if [ "$(id -u)" = 0 ] && unshare --mount mount -t tmpfs none "$DATA/run" 2>/dev/null; then
    alone=(unshare --mount --propagation private)
    # What is written takes up to 2 MB a second, at the pace of the long run.
    disk=(--disk $((1024 + ${DURATION:-300} * 4)))
  else
    say "no file system can be mounted here: the disk of PostgreSQL will not run full"
  fi
  if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
    load_secrets
    start_rabbitmq
  fi
  # What the figures ask for; a run that is shorter than theirs is for looking at something.
  local least=()
  if [ "${DURATION:-300}" -ge 3600 ]; then
    least=(--least-reads 100000000 --least-writes 1000000)
  elif [ "${DURATION:-300}" -ge 300 ]; then
    least=(--least-reads 10000000 --least-races 10000)
  fi
  work "${alone[@]}" "$CHAOS" run --folder "$DATA/run" "${disk[@]}" "${least[@]}" || missed "the run"
}

for part in model mutants refill run; do
  wanted "$part" || continue
  say "proving: $part"
  rm -rf "$DATA/run"
  mkdir -m 711 "$DATA/run"
  "part_$part"
  stop_all
done
work node scripts/bench/table.mjs scripts/chaos/proved.json "$BENCH_ROWS" "$ROOT/target/chaos/proved.json"
# A figure that was taken and misses its target is a failure, too, and so is one that a wanted part has not left.
WANTED=()
if wanted model; then WANTED+=(states); fi
if wanted mutants; then WANTED+=(mutants); fi
if wanted refill; then WANTED+=(refill); fi
if wanted run; then
  WANTED+=(violations reads writes faults failed staleness told double races lost)
  if [ "${CALM:-10}" -gt 0 ]; then WANTED+=(limits); fi
  if [ "${DURATION:-300}" -ge 3600 ]; then WANTED+=("many reads" "many writes" memory descriptors tasks); fi
fi
node -e '
  const [suite, table, ...wanted] = process.argv.slice(1);
  const rows = (file) => JSON.parse(require("node:fs").readFileSync(file, "utf8")).rows;
  const named = rows(suite).map(({ row }, at) => ({ row, ...rows(table)[at] }));
  const empty = named.filter(({ row, value }) => value === null && wanted.includes(row));
  for (const { row } of empty) console.log(`no figure: ${row}`);
  process.exit(empty.length > 0 || named.some(({ holds, value }) => value !== null && !holds) ? 1 : 0);
' scripts/chaos/proved.json "$ROOT/target/chaos/proved.json" "${WANTED[@]}"
[ "$MISSED" = 0 ]

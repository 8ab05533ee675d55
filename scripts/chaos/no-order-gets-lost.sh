#!/usr/bin/env bash
# The suite "no order gets lost": messages in and out of real servers over a real RabbitMQ, while things break.
#   ONLY="published sustained steady faults gone fuzz"   some parts only; the other rows keep "not measured in this run"
#   MESSAGES=400000   of the part in which everything breaks; a fifth of them, of 100000 by default, for the part sustained
#   DURATION=600      seconds without the broker; 20 by default
#   FUZZ=600          seconds of fuzzing; 20 by default
#   SEED, BUILD       see scripts/chaos.sh
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
# Before stage.sh, whose measurements are shorter.
PATIENCE=${PATIENCE:-3600}
. scripts/libraries.sh
. scripts/bench/stage.sh

BUILD=${BUILD:-release}
raise_descriptor_limit
mkdir -p "$ROOT/.run" "$ROOT/target/chaos"
RUN=$(mktemp -d "$ROOT/.run/chaos.XXXXXX")
mark

# Whatever happened: the services end, the logs go to target/chaos/no-order-gets-lost.log/.
finish() {
  local data
  stop_all
  end_marked "$VERSTAK_KEEPER"
  data=$(readlink -f "$RUN/data")
  rm -rf "$ROOT/target/chaos/no-order-gets-lost.log"
  mv "$RUN/log" "$ROOT/target/chaos/no-order-gets-lost.log"
  rm -rf "${data:-$RUN/data}" "$RUN"
}

make_run_folder "$RUN"
AMQP=1 work scripts/install.sh run
if [ "$BUILD" = release ]; then
  work scripts/build.sh release
  work cargo build --release -p server --example bench
else
  # With the features of `make test`, so that nothing is built twice.
  work cargo build -p app --features ssr -p server --bins --examples
  work scripts/build.sh dev
fi
use_build "$BUILD"
BENCH=$(dirname -- "$PROGRAM")/examples/bench
BENCH_ROWS=$RUN/rows
BENCH_LOG=$RUN/log
VERSTAK_PROGRAM=$PROGRAM
export BENCH_ROWS BENCH_LOG VERSTAK_PROGRAM RUST_LOG=${RUST_LOG:-warn}
load_secrets
say "starting PostgreSQL (with fsync), Redis and S3"
POSTGRES_OPTIONS=(-c shared_preload_libraries=pg_stat_statements)
start_postgres
start_redis
start_s3 "$S3_PROGRAM"
PLAIN_REDIS=$REDIS_URL
export BENCH_PARTS="$BUILD build${ONLY:+, only $ONLY}"

# Each part has a board of its own: so many orders that nobody else has a database with.
with_broker() { [ -n "${AMQP_URL:-}" ] || { say "starting RabbitMQ"; start_rabbitmq; }; }

part_published() {
  with_broker
  serve 200 near near
  measure published --row published "${SITES[@]}"
}

# What waits is there before the server starts: its queue is declared by one that is ended again.
part_sustained() {
  local how inserts
  with_broker
  serve 101
  measure pile --messages 0
  end_servers
  inserts=$(single_row_inserts)
  how="pgbench -c 8 -j 2, 10 s, the same PostgreSQL"
  measure pile --messages "$((${MESSAGES:-100000} / 5))"
  serve 101
  measure sustained --messages "$((${MESSAGES:-100000} / 5))" --inserts "$inserts" --how "$how" --row sustained
}

# Transactions a second of one row each.
single_row_inserts() {
  local script=$RUN/insert.sql
  psql_admin "${DATABASE_URL##*/}" "create table bench.single (id bigint generated always as identity primary key, message uuid not null, body text not null, at timestamptz not null default now()); grant all on bench.single to verstak"
  cat >"$script" <<'SQL'
insert into bench.single (message, body) values (gen_random_uuid(), repeat('x', 600));
SQL
  "$(postgres_programs)/pgbench" -n -c 8 -j 2 -T 10 -f "$script" "$DATABASE_URL" 2>>"$RUN/log/pgbench.log" |
    tee -a "$RUN/log/pgbench.log" | sed -nE 's/^tps = ([0-9.]+).*/\1/p'
}

part_steady() {
  with_broker
  serve 102 near near
  measure steady "${SITES[@]}"
}

part_faults() {
  use_database 103
  bounded env "${SITE[@]}" "$BENCH" faults --messages "${MESSAGES:-400000}" || missed faults
}

part_gone() {
  use_database 104
  bounded env "${SITE[@]}" "$BENCH" gone || missed gone
}

part_fuzz() { measure fuzz --seconds "${FUZZ:-20}"; }

for part in published sustained steady faults gone fuzz; do
  [ -z "${ONLY:-}" ] || [[ " $ONLY " = *" $part "* ]] || continue
  say "measuring: $part"
  "part_$part"
  end_servers
done
work node scripts/bench/table.mjs scripts/chaos/no-order-gets-lost.json "$BENCH_ROWS" "$ROOT/target/chaos/no-order-gets-lost.json"
[ "$MISSED" = 0 ]

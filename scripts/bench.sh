#!/usr/bin/env bash
# The benchmarks, on services of their own whose data is as safe as in production (fsync). The figures go to
# target/bench/ of this checkout, whatever CARGO_TARGET_DIR says; docs/benchmarks.md says how they are taken.
#   SUITE=live-and-instant   one suite only: the name of its files in scripts/bench/
#   ONLY="static take"   some parts only; the other rows keep "not measured in this run"
#   ORDERS=500           the parts that know several sizes take this one only
#   BUILD=dev            a debug build: for working on the benchmarks, never for figures
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/libraries.sh
. scripts/bench/stage.sh

BUILD=${BUILD:-release}
raise_descriptor_limit
mkdir -p "$ROOT/.run" "$ROOT/target/bench"
RUN=$(mktemp -d "$ROOT/.run/bench.XXXXXX")
mark

# Whatever happened: the services end, the logs go to target/bench/log/.
finish() {
  local data
  stop_all
  end_marked "$VERSTAK_KEEPER"
  data=$(readlink -f "$RUN/data")
  rm -rf "$ROOT/target/bench/log"
  mv "$RUN/log" "$ROOT/target/bench/log"
  rm -rf "${data:-$RUN/data}" "$RUN"
}

make_run_folder "$RUN"
work scripts/install.sh bench
if [ "$BUILD" = release ]; then
  work scripts/build.sh release
  say "building the load (release)"
  work cargo build --release -p server --example bench
elif [ "$BUILD" = dev ]; then
  work cargo build -p app --features ssr -p server --bins --examples
  work scripts/build.sh dev
fi
use_build "$BUILD"
BENCH=$(dirname -- "$PROGRAM")/examples/bench
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser)}
export CHROMIUM BENCH_ROWS RUST_LOG=${RUST_LOG:-warn}
load_secrets
say "starting PostgreSQL (with fsync), Redis and S3"
POSTGRES_OPTIONS=(-c shared_preload_libraries=pg_stat_statements)
start_postgres
start_redis
start_s3 "$S3_PROGRAM"
PLAIN_REDIS=$REDIS_URL

export BENCH_PARTS="$BUILD build${ONLY:+, only $ONLY}"
for suite in scripts/bench/*.json; do
  suite=$(basename "$suite" .json)
  [ "${SUITE:-$suite}" = "$suite" ] || continue
  BENCH_ROWS=$RUN/$suite.rows
  # shellcheck source=scripts/bench/live-and-instant.sh
  . "scripts/bench/$suite.sh"
  for part in "${PARTS[@]}"; do
    if [ -z "${ONLY:-}" ] || [[ " $ONLY " = *" $part "* ]]; then
      say "measuring: $part"
      "part_$part"
      use_build "$BUILD"
    fi
  done
  end_servers
  work node scripts/bench/table.mjs "scripts/bench/$suite.json" "$BENCH_ROWS" "$ROOT/target/bench/$suite.json"
done
[ "$MISSED" = 0 ]

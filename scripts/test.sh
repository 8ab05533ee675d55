#!/usr/bin/env bash
# Everything that `make test` promises, on services of its own; the last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/libraries.sh
. scripts/count.sh

raise_descriptor_limit
mkdir -p "$ROOT/.run" "$ROOT/target/test"
RUN=$(mktemp -d "$ROOT/.run/test.XXXXXX")
mark

# Whatever happened: the services end, the logs go to target/test/, and the counts come last.
finish() {
  local data
  stop_all
  end_marked "$VERSTAK_KEEPER"
  data=$(readlink -f "$RUN/data")
  rm -rf "$ROOT/target/test/log"
  mv "$RUN/log" "$ROOT/target/test/log"
  rm -rf "${data:-$RUN/data}" "$RUN"
  if [ "$1" != 0 ]; then count "came to its end" 0 1; fi
  [ "$FAILED" = 0 ] || printf '\nlogs: target/test/log/\n'
  print_counts
  [ "$FAILED" = 0 ] || exit 1
}

make_run_folder "$RUN"
work scripts/install.sh test

SERVER_SIDE=(-p app --features ssr -p server)
check "format" cargo fmt --all --check
cargo_built=$FAILED
check "build: server" cargo build "${SERVER_SIDE[@]}" --bins --examples
check "build: server's tests" cargo test "${SERVER_SIDE[@]}" --no-run
cargo_built=$((cargo_built == FAILED))
# What people get, so that its weight is held too: an unoptimized program is twenty times as large.
check "build: browser" scripts/build.sh test
site_built=$([ -s "$TARGET/verstak-site/test.hash.txt" ] && echo 1 || echo 0)
check "lint: server" cargo clippy "${SERVER_SIDE[@]}" --all-targets -- -D warnings
check "lint: browser" cargo clippy -p frontend -p app --features app/hydrate \
  --target wasm32-unknown-unknown -- -D warnings
check "types: the pages' scripts" tsc -p end2end/tsconfig.page.json
check "types: the service worker's scripts" tsc -p end2end/tsconfig.worker.json
check "types: the browser tests" tsc -p end2end/tsconfig.tests.json

if [ "$cargo_built" = 1 ]; then
  use_build dev test
  load_secrets
  SYNC=off
  say "starting PostgreSQL, Redis, S3 and RabbitMQ"
  start_postgres
  start_redis
  start_s3 "$S3_PROGRAM"
  start_rabbitmq
  export TEST_DATABASE_URL=$PG_ADMIN_URL TEST_REDIS_URL=$REDIS_URL TEST_AMQP_URL=$AMQP_URL
  export TEST_AMQP_API=$AMQP_API_URL
  # A server in a test has the broker that the test gives it, or none.
  export -n AMQP_URL
  cargo_tests "unit, property and integration" cargo test "${SERVER_SIDE[@]}" --no-fail-fast
  # The same promises on another S3, on request: the tests that ask it for more than one file.
  if [ "${CEPH:-}" = 1 ]; then
    say "starting Ceph's S3"
    start_radosgw
    cargo_tests "models on Ceph's S3" cargo test "${SERVER_SIDE[@]}" --no-fail-fast --test desk --test web -- models:: board::
    unset TEST_RADOSGW_URL
  fi
  # In small what `make chaos` does at length, on services of its own; always the same faults in the same order.
  mkdir -m 711 "$DATA/chaos"
  check "the cache while things break" "$TARGET/debug/examples/chaos" run --folder "$DATA/chaos" --hasty --seed 7 \
    --calm 0 --seconds 15 --servers 2 --boards 1 --readers 12 --operators 12 --crews 3 --orders 60
fi

mapfile -t unit < <(find end2end/unit -name '*.test.*js' 2>/dev/null | LC_ALL=C sort)
if [ ${#unit[@]} -gt 0 ]; then
  # The generated jewellery, which one of them reads: made by the program that is built already.
  if [ "$cargo_built" = 1 ] && work "$TARGET/debug/examples/jewellery" "$DATA/glb" 0.3; then
    export GLB_DIR=$DATA/glb
  fi
  node_tests "browser side, without a browser" "${unit[@]}"
fi

# Two servers on one database and Redis; the tests get what .run/env would say, as VERSTAK_URL and
# so on, and VERSTAK_URL_2 for the second.
if [ "$cargo_built$site_built" = 11 ] && compgen -G 'end2end/playwright.config.*' >/dev/null; then
  export AMQP_URL
  say "starting two servers with demo orders"
  work "$PROGRAM" migrate || fail "the database could not be migrated"
  work "$PROGRAM" seed --orders "${ORDERS:-400}" --seed 1 || fail "the demo orders could not be made"
  for n in 1 2; do
    free_port port
    start_server "$n" "$port"
  done
  write_env
  set -a
  # shellcheck source=/dev/null
  . "$RUN/env"
  set +a
  CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser)}
  export CHROMIUM
  browser_tests "browser"
fi

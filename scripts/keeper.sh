# Library: the script that keeps private services running for run.sh and dev.sh. Needs server.sh and
# what that needs. One keeper at a time in a checkout; what a killed one left is ended first.
# shellcheck shell=bash

# become_keeper NAME: takes .run/ for this script. From here on, leaving the script stops everything.
become_keeper() {
  RUN=$ROOT/.run
  mkdir -p "$RUN"
  exec 9>>"$RUN/lock"
  flock -n 9 || fail "it runs already in this checkout (make $(cat "$RUN/keeper.name" 2>/dev/null || echo run)): make stop ends it"
  make_run_folder "$RUN"
  stop_all
  rm -f "$RUN/env" "$RUN"/log/*.log
  echo "$1" >"$RUN/keeper.name"
  mark
  # shellcheck disable=SC2329  # process.sh calls it
  finish() {
    if [ -s "$RUN/pids/.order" ]; then say "stopping everything"; fi
    stop_all
    end_marked "$VERSTAK_KEEPER"
    rm -f "$RUN/env" "$RUN/keeper" "$RUN/keeper.name"
    say "stopped"
  }
}

# The services of `make run` and `make dev`; RabbitMQ only when it is asked for.
start_services() {
  load_secrets
  unset AMQP_URL AMQP_API_URL PROMETHEUS_URL
  say "starting PostgreSQL"
  start_postgres
  say "starting Redis"
  start_redis
  say "starting S3"
  start_s3 "$S3_PROGRAM"
  if [ "${AMQP:-}" = 1 ]; then
    say "starting RabbitMQ"
    start_rabbitmq
  fi
}

# Migrates, and makes the demo orders: once for a data folder, and again only when the demo users'
# password is another one.
fill_database() {
  local seeded=$DATA/seeded wanted
  wanted=$(printf %s "$VERSTAK_DEMO_PASSWORD" | sha256sum)
  say "migrating the database"
  work "$PROGRAM" migrate || fail "the database could not be migrated"
  if [ "$(cat "$seeded" 2>/dev/null)" != "$wanted" ]; then
    say "making ${ORDERS:-300} demo orders, seven weeks of shipped ones before them, and their models"
    work "$PROGRAM" seed --orders "${ORDERS:-300}" --seed 1 || fail "the demo orders could not be made"
    (umask 077 && echo "$wanted" >"$seeded")
  fi
}

# Waits until no server lives. A service that ends is reported and no more: servers must bear that.
keep_running() {
  local names name living
  mapfile -t names <"$RUN/pids/.order"
  while :; do
    wait -n 2>/dev/null || true
    living=0
    for name in "${names[@]}"; do
      if lives "$name"; then
        case $name in server-* | dev) living=$((living + 1)) ;; esac
      elif [ -e "$RUN/pids/$name" ]; then
        rm -f "$RUN/pids/$name"
        say "$name has ended; the end of its log, $RUN/log/$name.log:"
        tail -n 5 "$RUN/log/$name.log" || true
      fi
    done
    [ "$living" -gt 0 ] || exit 1
  done
}

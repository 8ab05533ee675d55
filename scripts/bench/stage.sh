# Library: what a measurement needs around it: databases of every size, servers on them, and its figures kept. Needs
# services.sh, server.sh and what they need.
# shellcheck shell=bash

PLAIN_REDIS=
FILLED=()

# use_database ORDERS: points DATABASE_URL and REDIS_URL to a board with so many actual orders, made on first use.
use_database() {
  local orders=$1 name=board_$1 place
  place=${PG_ADMIN_URL%/postgres}
  DATABASE_URL=postgres://verstak:$PG_PASSWORD@${place##*@}/$name
  for place in "${!FILLED[@]}"; do
    [ "${FILLED[place]}" != "$orders" ] || { REDIS_URL=$PLAIN_REDIS/$((place + 1)); return 0; }
  done
  say "filling a database with $orders actual orders"
  psql_admin postgres "create database $name owner verstak"
  psql_admin "$name" "create schema bench; grant usage on schema bench to verstak; create extension pg_stat_statements schema bench; grant pg_read_all_stats to verstak"
  work "$PROGRAM" migrate >>"$RUN/log/fill.log" 2>&1 || fail "the database could not be migrated"
  work "$BENCH" fill --orders "$orders" >>"$RUN/log/fill.log" 2>&1 ||
    fail "the database could not be filled; the log: $RUN/log/fill.log"
  psql_admin "$name" "checkpoint"
  FILLED+=("$orders")
  REDIS_URL=$PLAIN_REDIS/${#FILLED[@]}
}

psql_admin() {
  PGPASSWORD=$PG_ADMIN_PASSWORD "$(postgres_programs)/psql" -qAt -v ON_ERROR_STOP=1 \
    "${PG_ADMIN_URL%/postgres}/$1" -c "$2" >>"$RUN/log/fill.log" 2>&1 || fail "psql: $2; the log: $RUN/log/fill.log"
}

# Servers that start from now on have a copy of the site, where measurements may leave files: $RUN/site.
own_site() {
  [ -d "$RUN/site" ] || cp -a "$TARGET/verstak-site/$BUILD" "$RUN/site"
  SITE+=("LEPTOS_SITE_ROOT=$RUN/site")
}

# serve ORDERS [CACHE...]: ends the servers that run, and starts one for each cache on that board.
serve() {
  end_servers
  serve_also "$@"
}

# The same beside those that run. Sets SITES: address, admin address and process of each.
serve_also() {
  local orders=$1 cache name
  shift
  use_database "$orders"
  for cache in "${@:-near}"; do
    free_port port
    SERVED=$((SERVED + 1))
    name=server-$SERVED
    CACHE=$cache start_server "$SERVED" "$port"
    SITES+=("${SERVER_URLS[-1]},${ADMIN_URLS[-1]},$(cut -d' ' -f1 "$RUN/pids/$name")")
  done
}
SERVED=0
SITES=()

end_servers() {
  local number
  for ((number = SERVED; number > SERVED - ${#SITES[@]}; number--)); do stop "server-$number"; done
  SITES=() SERVER_URLS=() ADMIN_URLS=()
}

# measure COMMAND...: one measurement of the server side. One that fails leaves its rows without a figure.
measure() {
  bounded "$BENCH" "$@" || missed "$*"
}

# Works for so long at most, and says so when that was too short.
bounded() {
  local code=0
  work timeout "$PATIENCE" "$@" || code=$?
  [ "$code" != 124 ] || say "given up after $PATIENCE s"
  return "$code"
}

# in_browser NAME ADDRESS...: one measurement in Chromium.
in_browser() {
  bounded node "end2end/bench/$1.mjs" "${@:2}" || missed "$*"
}

missed() {
  MISSED=$((MISSED + 1))
  say "no figure: ${1%% *} (see above)"
}
MISSED=0
PATIENCE=${PATIENCE:-400}

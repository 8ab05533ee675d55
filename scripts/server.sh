# Library: the server program and its environment. Needs services.sh and what that needs.
# shellcheck shell=bash

# Where the site lies, for servers alone: what cargo sees of it changes what it builds.
SITE=()

# use_build release|dev [SITE]: sets PROGRAM, S3_PROGRAM and SITE, which is of the same build if it is not named.
use_build() {
  local folder=release
  [ "$1" = release ] || folder=debug
  PROGRAM=$TARGET/$folder/verstak
  # shellcheck disable=SC2034  # start_services is given it
  S3_PROGRAM=$TARGET/$folder/examples/s3
  SITE=(LEPTOS_OUTPUT_NAME=verstak LEPTOS_SITE_PKG_DIR=pkg LEPTOS_ENV=PROD LEPTOS_HASH_FILES=true
    "LEPTOS_SITE_ROOT=$TARGET/verstak-site/${2:-$1}"
    "LEPTOS_HASH_FILE_NAME=$TARGET/verstak-site/${2:-$1}.hash.txt")
}

# start_server N PORT: the N-th server process. Adds to SERVER_URLS and ADMIN_URLS.
start_server() {
  local name=server-$1 port=$2 admin
  free_port admin
  SERVER_URLS+=("http://127.0.0.1:$port")
  ADMIN_URLS+=("http://127.0.0.1:$admin")
  LEPTOS_SITE_ADDR=127.0.0.1:$port ADMIN_ADDR=127.0.0.1:$admin PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$port} \
    start "$name" self TERM 12 env "${SITE[@]}" "$PROGRAM" serve
  until_ready "$name" 60 http_ok "127.0.0.1:$admin" /readyz
}
SERVER_URLS=()
ADMIN_URLS=()

# Writes the addresses of everything that runs to $RUN/env, for its owner alone.
write_env() {
  local name n
  export VERSTAK_URL=${SERVER_URLS[0]} ADMIN_URL=${ADMIN_URLS[0]}
  export ADMIN_ADDR=${ADMIN_URL#http://}
  export CACHE=${CACHE:-near} WORKER=${WORKER:-on} PUBLIC_URL=${PUBLIC_URL:-$VERSTAK_URL}
  export WORKSHOP_UTC_OFFSET=${WORKSHOP_UTC_OFFSET:-+03:00}
  (
    umask 077
    for name in DATABASE_URL REDIS_URL S3_ENDPOINT S3_BUCKET S3_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY \
      AMQP_URL AMQP_API_URL ADMIN_ADDR INTAKE_TOKEN OTEL_EXPORTER_OTLP_ENDPOINT TRACE_URL TRACE_SHARE SLOW_TRACE_MS \
      CACHE WORKER PUBLIC_URL TRUSTED_PROXIES WORKSHOP_UTC_OFFSET VERSTAK_URL ADMIN_URL PROMETHEUS_URL VERSTAK_DEMO_PASSWORD; do
      [ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
    done
    for name in "LEPTOS_SITE_ADDR=${VERSTAK_URL#http://}" "${SITE[@]}"; do
      printf 'export %s=%q\n' "${name%%=*}" "${name#*=}"
    done
    for ((n = 1; n < ${#SERVER_URLS[@]}; n++)); do
      printf 'export VERSTAK_URL_%d=%q ADMIN_URL_%d=%q\n' "$((n + 1))" "${SERVER_URLS[n]}" "$((n + 1))" "${ADMIN_URLS[n]}"
    done
  ) >"$RUN/env.new"
  chmod 600 "$RUN/env.new"
  mv "$RUN/env.new" "$RUN/env"
}

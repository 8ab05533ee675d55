#!/usr/bin/env bash
# The services of `make run`, and `cargo leptos watch`: rebuilds and reloads as files change.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/libraries.sh
. scripts/keeper.sh

PORT=${PORT:-3000}
raise_descriptor_limit

become_keeper dev
! port_taken "$PORT" || fail "port $PORT is in use: choose another, for example PORT=$((PORT + 10)) make dev"

work scripts/install.sh dev
say "building the server (debug)"
# The same command as in test.sh, so that the two share what they build.
work cargo build -p app --features ssr -p server --bins --examples
PROGRAM=$TARGET/debug/verstak
S3_PROGRAM=$TARGET/debug/examples/s3
start_services

fill_database

# cargo-leptos copies public/ as the site's files, so the vendored ones go there (git ignores them).
node scripts/vendor.mjs public/vendor
free_port admin
free_port LEPTOS_RELOAD_PORT
export LEPTOS_RELOAD_PORT
SERVER_URLS=("http://127.0.0.1:$PORT")
ADMIN_URLS=("http://127.0.0.1:$admin")
write_env

say "cargo leptos watch: the page will be at http://127.0.0.1:$PORT; password of the demo users: $VERSTAK_DEMO_PASSWORD"
work cargo leptos watch

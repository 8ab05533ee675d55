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
# Leptos builds these two into itself; cargo-leptos sets them, and would otherwise build everything once more.
work env LEPTOS_OUTPUT_NAME=verstak LEPTOS_WATCH=true cargo build -p app --features ssr -p server --bins --examples
PROGRAM=$TARGET/debug/verstak
S3_PROGRAM=$TARGET/debug/examples/s3
start_services

fill_database

# cargo-leptos copies public/ as the site's files, so the vendored ones go there (git ignores them).
node scripts/vendor.mjs public/vendor
free_port admin
free_port LEPTOS_RELOAD_PORT
SERVER_URLS=("http://127.0.0.1:$PORT")
ADMIN_URLS=("http://127.0.0.1:$admin")
write_env

# Names without hashes: the styles are then one file, which is written anew when one of their parts changes.
LEPTOS_STYLE_FILE=$TARGET/verstak-site/watch.css
export LEPTOS_RELOAD_PORT LEPTOS_STYLE_FILE LEPTOS_SITE_ADDR=127.0.0.1:$PORT LEPTOS_HASH_FILES=false
node scripts/style.mjs "$LEPTOS_STYLE_FILE"
start styles self TERM 2 node scripts/style.mjs "$LEPTOS_STYLE_FILE" target/site/pkg/verstak.css

say "cargo leptos watch: the page will be at http://127.0.0.1:$PORT; password of the demo users: $VERSTAK_DEMO_PASSWORD"
work cargo leptos watch -- serve

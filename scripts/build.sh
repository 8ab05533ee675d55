#!/usr/bin/env bash
# Builds the server and the site it serves: build.sh release|dev; or the release's site alone, for tests: build.sh test.
# What has not changed is not done again.
#
#   $TARGET/{release,debug}/verstak          the server;  examples/s3: the development S3
#   $TARGET/verstak-site/<name>/             the site root: pkg/, what of public/ has no hash, each also .br and .gz
#   $TARGET/verstak-site/<name>.hash.txt     the names in pkg/, as leptos reads them (release: beside the server too)
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/say.sh
. scripts/place.sh
. scripts/process.sh

# A server that runs reads the names of its own site for every page, so tests have another folder.
NAME=${1:?release, dev or test}
PROFILE=${NAME/test/release}
SITES=$TARGET/verstak-site
PROGRAM=$SITES/$PROFILE.program
mkdir -p "$SITES"

digest() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

if [ "$PROFILE" = release ]; then
  if [ "$NAME" = release ]; then
    say "building the server (release)"
    # One command for both, so that their common dependencies are compiled once.
    work cargo build --release -p server --bin verstak --example s3
  fi
  say "building the browser's program (release)"
  work cargo build -p frontend --lib --target wasm32-unknown-unknown --profile wasm-release
  WASM=$TARGET/wasm32-unknown-unknown/wasm-release/frontend.wasm
else
  # `cargo test` builds the debug server and the S3 program; see test.sh.
  say "building the browser's program (debug)"
  work cargo build -p frontend --lib --target wasm32-unknown-unknown
  WASM=$TARGET/wasm32-unknown-unknown/debug/frontend.wasm
fi

# The program: bindings, and in release the optimizer, with the arguments that cargo-leptos is given.
bind_program() {
  rm -rf "$PROGRAM" "$PROGRAM.new"
  work wasm-bindgen --target web --no-typescript --out-name verstak --out-dir "$PROGRAM.new" "$WASM"
  if [ "$PROFILE" = release ]; then
    local options
    options=$(sed -n 's/^wasm-opt-features = \[\(.*\)\]/\1/p' Cargo.toml | tr -d '",')
    say "shrinking the browser's program (wasm-opt)"
    # shellcheck disable=SC2086  # a list of options
    work wasm-opt $options "$PROGRAM.new/verstak_bg.wasm" -o "$PROGRAM.new/small.wasm"
    mv "$PROGRAM.new/small.wasm" "$PROGRAM.new/verstak_bg.wasm"
  fi
  echo "$1" >"$PROGRAM.new/stamp"
  mv "$PROGRAM.new" "$PROGRAM"
}

stamp=$(digest "$WASM" Cargo.toml Cargo.lock package-lock.json scripts/build.sh)
if [ "$stamp" != "$(cat "$PROGRAM/stamp" 2>/dev/null)" ]; then
  bind_program "$stamp"
fi

mapfile -t sources < <(find style public -type f -not -path 'public/vendor/*' 2>/dev/null | LC_ALL=C sort)
stamp=$(digest "$PROGRAM/stamp" package-lock.json scripts/site.mjs scripts/style.mjs scripts/vendor.mjs "${sources[@]}" \
  <(printf '%s\n' "${sources[@]}"))
if [ "$stamp" != "$(cat "$SITES/$NAME.stamp" 2>/dev/null)" ] || [ ! -d "$SITES/$NAME" ]; then
  say "putting the site together"
  rm -f "$SITES/$NAME.stamp"
  work node scripts/site.mjs "$PROFILE" "$PROGRAM" "$SITES/$NAME"
  echo "$stamp" >"$SITES/$NAME.stamp"
fi
[ "$NAME" != release ] || cp "$SITES/release.hash.txt" "$TARGET/release/hash.txt"

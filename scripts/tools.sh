#!/usr/bin/env bash
# Installs the Rust side's tools that are missing: tools.sh [cargo-leptos] [components]
#   always          the wasm target, and wasm-bindgen in the version of Cargo.lock
#   cargo-leptos    for `make dev`
#   components      rustfmt and clippy, for `make test`
# Programs go to a private folder ($TOOLS/bin), never to ~/.cargo/bin.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/say.sh
. scripts/place.sh
. scripts/process.sh

LEPTOS_TOOL=0.3.11
LOG=${INSTALL_LOG:-$TARGET/tools.log}
mkdir -p "$TOOLS" "$(dirname "$LOG")"

needs_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
command -v cargo >/dev/null || fail "Rust is missing: install $needs_rust or newer from https://rustup.rs"
has_rust=$(rustc --version | cut -d' ' -f2)
if [ "$(printf '%s\n' "$needs_rust" "$has_rust" | sort -V | head -n 1)" != "$needs_rust" ]; then
  fail "Rust $has_rust is too old: install $needs_rust or newer (rustup update)"
fi

# Adds a part of the toolchain by rustup, or says how.
rustup_add() {
  command -v rustup >/dev/null || fail "the Rust toolchain lacks $2 and there is no rustup: install it by your package manager"
  say "adding $2 to the Rust toolchain"
  work_quietly "$LOG" "adding $2" rustup "$1" add "$2" || fail "rustup $1 add $2 failed"
}

[ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ] || rustup_add target wasm32-unknown-unknown

# Builds a program with the few settings that make it quick: it is run, not measured.
build_tool() {
  local name=$1 version=$2
  shift 2
  say "building $name $version (once; a few minutes)"
  work_quietly "$LOG" "building $name" env CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$CACHE_ROOT/tools-build" \
    CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback \
    cargo install "$name" --version "$version" --debug --root "$TOOLS" --force "$@" ||
    fail "$name could not be built; the log: $LOG"
  rm -rf "$CACHE_ROOT/tools-build"
}

version_of() { { "$TOOLS/bin/$1" --version 2>/dev/null || true; } | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1 || true; }

bindgen=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
[ "$(version_of wasm-bindgen)" = "$bindgen" ] || build_tool wasm-bindgen-cli "$bindgen"

for wanted in "$@"; do
  case $wanted in
    cargo-leptos)
      [ "$(version_of cargo-leptos)" = "$LEPTOS_TOOL" ] ||
        build_tool cargo-leptos "$LEPTOS_TOOL" --locked --ignore-rust-version --features no_downloads
      ;;
    components)
      cargo fmt --version >/dev/null 2>&1 || rustup_add component rustfmt
      cargo clippy --version >/dev/null 2>&1 || rustup_add component clippy
      ;;
    *) fail "tools.sh knows no $wanted" ;;
  esac
done

#!/usr/bin/env bash
# The fault-injection suites, one after the other: each is a program in scripts/chaos/ that brings its own services and
# leaves its table in target/chaos/ of this checkout, whatever CARGO_TARGET_DIR says.
#   SUITE=proved     one suite only: the name of its file
#   DURATION=300     seconds in which things break
#   SEED=1           the same seed breaks the same things in the same order
#   BUILD=dev        debug builds: for working on the suites
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/say.sh
. scripts/place.sh
. scripts/process.sh

work scripts/install.sh chaos
mkdir -p "$ROOT/target/chaos"
failed=()
for suite in "$ROOT"/scripts/chaos/*.sh; do
  name=$(basename "$suite" .sh)
  [ "${SUITE:-$name}" = "$name" ] || continue
  say "chaos: $name"
  work "$suite" || failed+=("$name")
done
[ ${#failed[@]} = 0 ] || fail "not everything held: ${failed[*]}"

#!/usr/bin/env bash
# The fault-injection suite. The figures belong into target/chaos/ of this checkout, whatever CARGO_TARGET_DIR says.
set -euo pipefail
echo "make chaos: not built yet" >&2
exit 1

# Library: what a person sees while something works. Every line carries the seconds since the start.
# shellcheck shell=bash

export VERSTAK_STARTED=${VERSTAK_STARTED:-$EPOCHSECONDS}

say() { printf '%5d s  %s\n' "$((EPOCHSECONDS - VERSTAK_STARTED))" "$*"; }

# One clear line on what is wrong and what to do, then the end.
fail() {
  printf '%5d s  %s\n' "$((EPOCHSECONDS - VERSTAK_STARTED))" "stopped: $*" >&2
  exit 1
}

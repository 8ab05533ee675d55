#!/usr/bin/env bash
# Ends what `make run` or `make dev` of this checkout runs, and what a killed one left behind.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/say.sh
. scripts/place.sh
. scripts/process.sh

RUN=$ROOT/.run
found=0

# A living keeper stops its own in order; it is only asked to.
if [ -r "$RUN/keeper" ]; then
  read -r pid began <"$RUN/keeper"
  if [ "$(started_at "$pid")" = "$began" ]; then
    found=1
    say "asking the running make $(cat "$RUN/keeper.name") to stop"
    kill -s TERM "$pid"
    for ((n = 0; n < 600; n++)); do
      [ "$(started_at "$pid")" = "$began" ] || break
      sleep 0.1
    done
    [ "$(started_at "$pid")" != "$began" ] || kill -s KILL "$pid"
  fi
fi

# Every run folder: .run itself and those of killed tests and benchmarks, whose data is of no use to anybody.
for RUN in "$ROOT/.run" "$ROOT"/.run/test.* "$ROOT"/.run/bench.* "$ROOT"/.run/chaos.*; do
  [ -r "$RUN/keeper" ] || [ -s "$RUN/pids/.order" ] || continue
  mark=
  [ ! -r "$RUN/keeper" ] || mark=$(cat "$RUN/keeper")
  if [ "$RUN" != "$ROOT/.run" ] && [ -n "$mark" ]; then
    [ "$(started_at "${mark% *}")" != "${mark#* }" ] || continue # a test that is at work
  fi
  if [ -s "$RUN/pids/.order" ]; then
    while read -r name; do
      if lives "$name"; then found=1 && say "ending $name"; fi
    done < <(sort -u "$RUN/pids/.order")
    stop_all
  fi
  [ -z "$mark" ] || end_marked "$mark"
  [ "$RUN" = "$ROOT/.run" ] || rm -rf "$(readlink -f "$RUN/data")" "$RUN"
done
rm -f "$ROOT/.run/env" "$ROOT/.run/keeper" "$ROOT/.run/keeper.name"
[ "$found" = 1 ] || say "nothing was running"

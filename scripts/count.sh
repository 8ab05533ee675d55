# Library: counts what passed and what failed, over all kinds of tests. Needs process.sh.
# shellcheck shell=bash

PASSED=0
FAILED=0
TABLE=()
# Tests that passed only when they were tried again: told by name, for they are not well.
LATE=()

# count NAME PASSED FAILED: one row of the table.
count() {
  PASSED=$((PASSED + $2))
  FAILED=$((FAILED + $3))
  TABLE+=("$(printf '%-36s %6d passed %6d failed' "$1" "$2" "$3")")
}

# check NAME COMMAND...: a step that is whole or not; it counts as one.
check() {
  local name=$1
  shift
  say "$name"
  if work "$@"; then count "$name" 1 0; else count "$name" 0 1; fi
}

# Runs a command, its output shown and kept in file $1.
shown_and_kept() {
  local log=$1
  shift
  # shellcheck disable=SC2016  # expanded by the inner shell
  work bash -c 'set -o pipefail; log=$1; shift; "$@" 2>&1 | tee "$log"' - "$log" "$@"
}

# try_again LOG: what failed, once more and alone: a bound that a busy machine missed is met then, a promise that is
# broken is not. Sets AGAIN to how many passed.
try_again() {
  local log=$1 program test place
  AGAIN=0
  while read -r program test; do
    case $program in /*) ;; *) program=$ROOT/$program ;; esac
    case $program in */app-*) place=app ;; *) place=server ;; esac
    say "once more, alone: $test"
    if work env -C "$place" "$program" --exact "$test" </dev/null; then
      AGAIN=$((AGAIN + 1))
      LATE+=("$test")
    fi
  done < <(awk '/^ +Running .*\(.*\)$/ { program = $NF; gsub(/[()]/, "", program) }
    /^test [^ ]+ \.\.\. FAILED$/ { print program, $2 }' "$log")
}

# cargo_tests NAME COMMAND...: counts by the harness's own "test result" lines. A command that fails
# without a failed test (it did not compile, it crashed) counts as one failure.
cargo_tests() {
  local name=$1 log=$RUN/log/cargo-test.log code=0 passed failed
  shift
  say "$name"
  shown_and_kept "$log" "$@" || code=$?
  passed=$(sed -nE 's/^test result: .* ([0-9]+) passed; .*/\1/p' "$log" | paste -sd+ | sed 's/^$/0/')
  failed=$(sed -nE 's/^test result: .* ([0-9]+) failed; .*/\1/p' "$log" | paste -sd+ | sed 's/^$/0/')
  failed=$((${failed:-0}))
  [ "$code" = 0 ] || [ "$failed" -gt 0 ] || failed=1
  if [ "$failed" -gt 0 ]; then
    try_again "$log"
    passed=$((${passed:-0} + AGAIN)) failed=$((failed - AGAIN))
  fi
  count "$name" $((${passed:-0})) "$failed"
}

# node_tests NAME FILE...
node_tests() {
  local name=$1 log=$RUN/log/node-test.log code=0 passed failed
  shift
  say "$name"
  shown_and_kept "$log" node --test --test-reporter=tap "$@" || code=$?
  passed=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$log" | tail -n 1)
  failed=$(sed -nE 's/^# fail ([0-9]+)$/\1/p' "$log" | tail -n 1)
  [ "$code" = 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
  count "$name" "${passed:-0}" "${failed:-0}"
}

# browser_tests NAME: Playwright's own figures. It bounds its tests by a clock in the process that runs them, which a test
# that goes round for ever stops; then this bound, three times what they all take, ends them.
browser_tests() {
  local name=$1 report=$RUN/log/playwright.json code=0 figures passed failed late
  say "$name"
  work timeout -s INT -k 30 50m env -C end2end PLAYWRIGHT_JSON_OUTPUT_NAME="$report" \
    playwright test --reporter=list,json || code=$?
  [ "$code" != 124 ] && [ "$code" != 137 ] || say "$name: not done after 50 minutes; the number that is missing above hangs"
  figures=$(node -e '
    const { stats } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(stats.expected + stats.flaky, stats.unexpected, stats.flaky);
  ' "$report" 2>/dev/null) || figures="0 1 0"
  read -r passed failed late <<<"$figures"
  [ "$code" = 0 ] || [ "$failed" != 0 ] || failed=1
  [ "$late" = 0 ] || LATE+=("$late in the browser")
  count "$name" "$passed" "$failed"
}

# The table, and the line that programs read.
print_counts() {
  printf '\n'
  [ ${#TABLE[@]} = 0 ] || printf '%s\n' "${TABLE[@]}"
  [ ${#LATE[@]} = 0 ] || printf 'passed only when tried again: %s\n' "${LATE[@]}"
  printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
}

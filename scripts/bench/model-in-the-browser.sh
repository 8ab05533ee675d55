# Library: the parts of the suite "model in the browser", in the order in which they run. Needs stage.sh.
# shellcheck shell=bash

# shellcheck disable=SC2034  # bench.sh runs them
PARTS=(study worker ended closed taken through fuzz)

part_study() {
  measure study
}

# Somebody who opens models, and what the servers count meanwhile.
part_worker() {
  serve 100
  in_browser models-worker "${SERVER_URLS[0]}" "${ADMIN_URLS[0]}"
}

part_ended() {
  serve 100
  in_browser models-ended "${SERVER_URLS[0]}" "${ADMIN_URLS[0]}"
}

part_closed() {
  serve 100
  in_browser models-closed "${SERVER_URLS[0]}" "${ADMIN_URLS[0]}"
}

# A hundred takes, each looked at for two seconds.
part_taken() {
  serve 100
  PATIENCE=$((PATIENCE * 3)) in_browser models-taken "${SERVER_URLS[0]}" "${ADMIN_URLS[0]}"
}

part_through() {
  serve 100
  in_browser models-through "${SERVER_URLS[0]}" "${ADMIN_URLS[0]}"
}

# Ten minutes; FUZZ_SECONDS for less.
part_fuzz() {
  PATIENCE=$((${FUZZ_SECONDS:-600} + 120)) measure hostile --seconds "${FUZZ_SECONDS:-600}"
}

# Library: the parts of the suite "live and instant", in the order in which they run. Needs stage.sh.
# shellcheck shell=bash

# shellcheck disable=SC2034  # bench.sh runs them
PARTS=(static caches pages silence refresh commits streams boards change large open wire shift command take)

# The board's bytes against a file of the same bytes. The server reads its files when it starts, so it is started
# twice: once to take the bytes down, and then on a site that has them.
part_static() {
  local orders path
  for orders in 500 10000; do
    [ -z "${ORDERS:-}" ] || [ "$ORDERS" = "$orders" ] || continue
    path=/bench/board-$orders.json
    own_site
    mkdir -p "$RUN/site/bench"
    serve "$orders"
    measure keep --to "$RUN/site$path" "${SITES[0]}"
    serve "$orders"
    measure static --file "$path" --row "board-$orders" --unchanged "unchanged-$orders" "${SITES[0]}"
  done
}

part_caches() {
  serve 500 near off redis
  measure against --row against-off --other "${SITES[1]}" "${SITES[0]}"
  measure against --row against-redis --other "${SITES[2]}" "${SITES[0]}"
}

part_pages() {
  serve 100 near
  serve_also 10000 near
  measure page --row page-10000 --figure speed --small "${SITES[0]}" --large "${SITES[1]}"
}

part_silence() {
  serve 10000 near redis
  measure silence --statements silence-statements --commands silence-commands --loud "${SITES[1]}" "${SITES[0]}"
}

part_refresh() {
  serve 10000
  measure refresh --throughput refresh-throughput --p99 refresh-p99 "${SITES[0]}"
}

part_commits() {
  serve 10000 near near
  measure commits --row commit-servers --by-all --streams 2 --commits 100 --every 30 "${SITES[@]}"
}

part_streams() {
  serve 10000
  measure commits --row commit-1000 --streams 1000 --commits 40 --every 80 "${SITES[0]}"
  serve 10000
  measure commits --row commit-5000 --streams 5000 --commits 20 --every 300 --memory client-memory "${SITES[0]}"
}

part_boards() {
  serve 10000 near near
  measure boards --row fifty-boards "${SITES[@]}"
}

part_change() {
  serve 10000
  measure change --row change-cpu "${SITES[0]}"
}

part_large() {
  serve 100 near
  serve_also 100000 near
  measure page --row page-100000 --figure time --small "${SITES[0]}" --large "${SITES[1]}"
  measure memory --row memory-100000 --orders 100000 "${SITES[1]}"
  in_browser large "${SERVER_URLS[1]}"
}

part_open() {
  serve 100 near
  serve_also 10000 near
  in_browser open "${SERVER_URLS[@]}"
}

part_wire() {
  serve 10000
  in_browser wire "${SERVER_URLS[0]}"
}

part_shift() {
  serve 10000
  in_browser shift "${SERVER_URLS[0]}"
}

part_command() {
  serve 10000 near near
  in_browser command "${SERVER_URLS[@]}"
}

part_take() {
  serve 10000
  measure take --row take "${SITES[0]}"
}

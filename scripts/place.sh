# Library: where things lie. Sets ROOT, TARGET, TOOLS; makes run folders that the services can reach.
# shellcheck shell=bash

# A shell that has read .run/env hands the server's settings to the compiler too, and Leptos builds some of them
# into itself: all of it would be built again, and once more from the next shell.
unset "${!LEPTOS_@}"

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$PWD/$TARGET ;; esac
CACHE_ROOT=${XDG_CACHE_HOME:-$HOME/.cache}/verstak
TOOLS=$CACHE_ROOT/tools
export CARGO_TARGET_DIR=$TARGET
export PATH=$TOOLS/bin:$ROOT/node_modules/.bin:$PATH

# PostgreSQL refuses root, so root's services run as nobody.
AS_SERVICE=()
[ "$(id -u)" != 0 ] || AS_SERVICE=(--reuid nobody --regid nogroup --clear-groups)

as_service() {
  if [ ${#AS_SERVICE[@]} = 0 ]; then "$@"; else setpriv "${AS_SERVICE[@]}" -- "$@"; fi
}

# Thousands of open streams need more descriptors than the usual 1024. Not all that containers allow,
# though: Erlang keeps a table as long as the limit.
raise_descriptor_limit() {
  local hard
  hard=$(ulimit -Hn)
  if [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ]; then hard=65536; fi
  ulimit -Sn "$hard"
}

# Makes a run folder: log/, pids/, and data/, which is a link to a place that nobody can reach
# when this checkout is not such a place (root's home, a private folder). Sets DATA to the real one.
make_run_folder() {
  local run=$1 away
  mkdir -p "$run/log" "$run/pids"
  chmod 755 "$run"
  if [ ! -e "$run/data" ]; then
    rm -f "$run/data"
    if as_service test -x "$run"; then
      mkdir "$run/data"
    else
      away=/var/tmp/verstak-$(id -u)-$(printf %s "$run" | sha256sum | cut -c1-12)
      if [ -L "$away" ] || { [ -e "$away" ] && [ ! -O "$away" ]; }; then
        fail "$away belongs to somebody else: move it away"
      fi
      rm -rf "$away" # of a checkout that was here before: its passwords are gone
      mkdir -m 711 "$away"
      ln -s "$away" "$run/data"
      say "the services can't enter $run: their data is in $away"
    fi
  fi
  DATA=$(readlink -f "$run/data")
  chmod 711 "$DATA"
}

# A service's own folder below data/, which only the service (and root) may read.
service_folder() {
  local folder=$1
  mkdir -p "$folder"
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$folder"
  chmod 700 "$folder"
}

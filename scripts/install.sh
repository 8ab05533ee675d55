#!/usr/bin/env bash
# Installs what is missing, and nothing else: install.sh run|dev|test|bench|chaos. Done already, it takes a moment.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/say.sh
. scripts/place.sh
. scripts/process.sh

PURPOSE=${1:?run, dev, test, bench or chaos}
mkdir -p "$TARGET"
export INSTALL_LOG=$TARGET/install.log

has() { command -v "$1" >/dev/null; }

missing=()
has cc || missing+=(gcc libc6-dev)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || has postgres || missing+=(postgresql)
has redis-server && has redis-cli || missing+=(redis-server)
has node || missing+=(nodejs)
has npm || missing+=(npm)
if [ "$PURPOSE" = test ] || [ "$PURPOSE" = chaos ] || [ "$PURPOSE" = bench ] || [ "${AMQP:-}" = 1 ]; then
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
fi
if [ "$PURPOSE" = test ]; then
  has openssl || missing+=(openssl)
  if [ "${CEPH:-}" = 1 ]; then
    has radosgw && has ceph-mon && has ceph-osd || missing+=(radosgw ceph-mon ceph-osd)
  fi
fi
# Steps the clock of one server alone.
if [ "$PURPOSE" = chaos ]; then
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || missing+=(libfaketime)
fi
if [ "$PURPOSE" = test ] || [ "$PURPOSE" = bench ]; then
  [ -n "${CHROMIUM:-}" ] || has chromium || has chromium-browser || missing+=(chromium fonts-dejavu-core)
fi

can_install() { has apt-get && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

if [ ${#missing[@]} -gt 0 ]; then
  if can_install; then
    say "installing system packages: ${missing[*]}"
    work_quietly "$INSTALL_LOG" "installing packages" scripts/packages.sh "${missing[@]}" ||
      fail "the packages could not be installed; the log: $INSTALL_LOG"
  else
    fail "these packages are missing, and without root they can't be installed: apt-get install ${missing[*]}"
  fi
fi

# Whoever cannot have it still has the page /slow: by itself, so that it takes nothing else down.
if [ "${OBSERVE:-}" = 1 ] && ! has prometheus; then
  say "installing a system package: prometheus"
  { can_install && work_quietly "$INSTALL_LOG" "installing Prometheus" scripts/packages.sh prometheus; } ||
    say "Prometheus cannot be installed: going on without it, with the page /slow; the log, if any: $INSTALL_LOG"
fi

node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' ||
  fail "Node $(node --version) is too old: install Node 18 or newer"

# Nothing of the browser's side takes part in it.
[ "$PURPOSE" != chaos ] || exit 0

case $PURPOSE in
  dev) work scripts/tools.sh cargo-leptos ;;
  test) work scripts/tools.sh components ;;
  *) work scripts/tools.sh ;;
esac

# npm's folder is whole only when the copy of the lock file lies in it.
if ! cmp -s package-lock.json node_modules/.verstak-lock.json; then
  say "installing the browser side's packages (npm ci)"
  work_quietly "$INSTALL_LOG" "npm ci" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit ||
    fail "npm ci failed; the log: $INSTALL_LOG"
  cp package-lock.json node_modules/.verstak-lock.json
fi

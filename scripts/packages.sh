#!/usr/bin/env bash
# Installs the system packages given as arguments, so that no service starts, now or at the next boot,
# and PostgreSQL makes no cluster of its own. Needs root, or sudo without a password.
set -euo pipefail

AS_ROOT=()
if [ "$(id -u)" != 0 ]; then AS_ROOT=(sudo -n); fi
as_root() { "${AS_ROOT[@]}" "$@"; }

MARK='# verstak: services must not start while its packages are installed'
POLICY=/usr/sbin/policy-rc.d
CLUSTERS=/etc/postgresql-common/createcluster.d/verstak.conf

# Both settings hold for this installation only; what was there before comes back, also after a failure.
restore() {
  as_root rm -f "$CLUSTERS"
  if as_root grep -qsF "$MARK" "$POLICY"; then as_root rm -f "$POLICY"; fi
  if as_root test -e "$POLICY.before-verstak"; then as_root mv -f "$POLICY.before-verstak" "$POLICY"; fi
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if as_root test -e "$POLICY" && ! as_root grep -qsF "$MARK" "$POLICY"; then
  as_root mv "$POLICY" "$POLICY.before-verstak"
fi
printf '#!/bin/sh\n%s\nexit 101\n' "$MARK" | as_root tee "$POLICY" >/dev/null
as_root chmod 755 "$POLICY"
as_root mkdir -p "$(dirname "$CLUSTERS")"
echo 'create_main_cluster = false' | as_root tee "$CLUSTERS" >/dev/null

export DEBIAN_FRONTEND=noninteractive
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confold "$@"; }

# An installation that was cut off is finished first.
[ -z "$(as_root dpkg --audit)" ] || as_root dpkg --configure -a

# Debian enables the services it installs. Those of packages that are new here are switched off again;
# what the machine had before stays as it was.
has_package() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
disable=()
for package in "$@"; do
  has_package "$package" && continue
  case $package in
    postgresql) disable+=(postgresql.service) ;;
    redis-server) disable+=(redis-server.service) ;;
    prometheus) disable+=(prometheus.service) ;;
    rabbitmq-server) disable+=(rabbitmq-server.service epmd.service epmd.socket) ;;
    radosgw) disable+=(ceph.target ceph-radosgw.target ceph-mon.target ceph-osd.target ceph-crash.service) ;;
  esac
done

apt update
apt install --no-install-recommends "$@"

if command -v systemctl >/dev/null; then
  for service in "${disable[@]}"; do as_root systemctl disable "$service" || true; done
fi

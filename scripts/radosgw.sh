# Library: a private Ceph Object Gateway on loopback, the second S3 of the tests: one monitor, one store in memory, one
# gateway. For tests alone: nothing lasts. Needs services.sh and what that needs.
# shellcheck shell=bash

# Sets TEST_RADOSGW_URL, with the key and its secret as user and password.
start_radosgw() {
  local home=$DATA/radosgw monitor port fsid store user key secret tries=8
  local ceph=(env -C "$home" CEPH_CONF="$home/ceph.conf")
  service_folder "$home"
  as_service mkdir -p "$home/mon" "$home/osd"
  free_port monitor
  free_port port
  fsid=$(cat /proc/sys/kernel/random/uuid)
  store=$(cat /proc/sys/kernel/random/uuid)
  (umask 077 && ceph_conf "$home" "$monitor" "$port" "$fsid" >"$home/ceph.conf")
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$home/ceph.conf"
  as_ceph "${ceph[@]}" monmaptool --create --addv a "[v2:127.0.0.1:$monitor]" --fsid "$fsid" monmap
  as_ceph "${ceph[@]}" ceph-mon -i a --mkfs --monmap monmap
  start ceph-mon service TERM 5 "${ceph[@]}" ceph-mon -f -i a
  # On a machine under load the monitor was seen to end without a word as it began; each try waits up to 5 s.
  until as_service "${ceph[@]}" ceph --connect-timeout 5 osd new "$store" >>"$RUN/log/radosgw.log" 2>&1; do
    [ $((tries -= 1)) -gt 0 ] || fail "Ceph's monitor does not answer; the log: $RUN/log/radosgw.log"
    lives ceph-mon || start ceph-mon service TERM 5 "${ceph[@]}" ceph-mon -f -i a
  done
  as_ceph "${ceph[@]}" ceph-osd -i 0 --mkfs --osd-uuid "$store"
  as_ceph "${ceph[@]}" ceph osd crush add osd.0 1.0 root=default
  start ceph-osd service TERM 5 "${ceph[@]}" ceph-osd -f -i 0
  # It makes up the keys itself: anybody may read a command line.
  user=$(as_service "${ceph[@]}" radosgw-admin user create --uid=test --display-name=test 2>>"$RUN/log/radosgw.log") ||
    fail "Ceph's gateway has no user; the log: $RUN/log/radosgw.log"
  key=$(sed -n 's/.*"access_key": "\(.*\)".*/\1/p' <<<"$user")
  secret=$(sed -n 's/.*"secret_key": "\(.*\)".*/\1/p' <<<"$user")
  start radosgw service TERM 5 "${ceph[@]}" radosgw -f -n client.admin
  until_ready radosgw 60 port_taken "$port"
  export TEST_RADOSGW_URL=http://$key:$secret@127.0.0.1:$port
}

# Runs a program of Ceph's to its end, as the services' user; what it says goes to the log.
as_ceph() {
  as_service "$@" >>"$RUN/log/radosgw.log" 2>&1 </dev/null ||
    fail "Ceph could not be set up (${*:4:2}); the log: $RUN/log/radosgw.log"
}

# The configuration of all parts: $1 folder, $2 the monitor's port, $3 the gateway's, $4 the cluster's name. Whoever
# reaches these loopback ports may do everything; what lies there are the tests' files.
ceph_conf() {
  cat <<CONF
[global]
fsid = $4
mon_host = [v2:127.0.0.1:$2]
mon_initial_members = a
public_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_supported = none
ms_mon_client_mode = crc
ms_cluster_mode = crc
ms_service_mode = crc
ms_client_mode = crc
run_dir = $1
log_file = $1/\$name.log
admin_socket =
mon_data = $1/mon
osd_data = $1/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
rgw_frontends = beast endpoint=127.0.0.1:$3
rgw_enable_usage_log = false
rgw_thread_pool_size = 32
CONF
}

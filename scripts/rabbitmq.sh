# Library: a private RabbitMQ on loopback. Needs services.sh and what that needs.
# shellcheck shell=bash

# Sets AMQP_URL, and AMQP_API_URL: RabbitMQ's own pages and HTTP interface. Erlang's port mapper is started first, as a
# process of ours: RabbitMQ would otherwise leave one behind.
start_rabbitmq() {
  local home=$DATA/rabbitmq amqp api nodes mapper kept=
  service_folder "$home"
  ! as_service test -d "$home/mnesia" || kept=1
  free_port amqp
  free_port api
  free_port nodes
  free_port mapper
  (umask 077 && cat >"$home/rabbitmq.conf") <<CONF
listeners.tcp.1 = 127.0.0.1:$amqp
default_user = verstak
default_pass = $AMQP_PASSWORD
loopback_users.verstak = true
disk_free_limit.absolute = 50MB
# A message has at most 64 KiB; what is far beyond that is the broker's to refuse, before it is in anybody's memory.
max_message_size = 1048576
management.tcp.ip = 127.0.0.1
management.tcp.port = $api
CONF
  echo '[rabbitmq_management].' >"$home/enabled_plugins"
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$home/rabbitmq.conf" "$home/enabled_plugins"
  local settings=(HOME="$home" RABBITMQ_NODENAME=verstak@localhost RABBITMQ_BASE="$home"
    RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS=-
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins"
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_DIST_PORT="$nodes" RABBITMQ_PID_FILE="$home/pid"
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
    ERL_EPMD_PORT="$mapper" ERL_EPMD_ADDRESS=127.0.0.1)
  start epmd service TERM 5 env -C "$home" epmd -port "$mapper" -address 127.0.0.1
  until_ready epmd 10 port_taken "$mapper"
  # Debian's wrapper in PATH refuses all users but root and its own; this is the program behind it.
  start rabbitmq service TERM 20 env -C "$home" "${settings[@]}" /usr/lib/rabbitmq/bin/rabbitmq-server
  export AMQP_URL=amqp://verstak:$AMQP_PASSWORD@127.0.0.1:$amqp/%2f
  export AMQP_API_URL=http://verstak:$AMQP_PASSWORD@127.0.0.1:$api
  until_ready rabbitmq 120 amqp_answers "$amqp"
  until_ready rabbitmq 60 port_taken "$api"
  [ -z "$kept" ] || as_service env "${settings[@]}" /usr/lib/rabbitmq/bin/rabbitmqctl eval "$ELECT" >>"$RUN/log/rabbitmq.log"
}

# RabbitMQ 3.10 may come back from a crash with quorum queues that have no leader (docs/runbook.md): each is told to choose
# one; those that have one keep it.
ELECT='[ra:trigger_election(amqqueue:get_pid(Q)) || Q <- rabbit_amqqueue:list_local_quorum_queues()].'

# RabbitMQ speaks first only after the protocol header, and listens a little before it is ready.
amqp_answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'AMQP\0\0\011\001' >&3
    read -r -t 2 -N 1 _ <&3
  ) 2>/dev/null
}

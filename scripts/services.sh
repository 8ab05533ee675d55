# Library: private PostgreSQL, Redis, RabbitMQ and S3 on loopback, with their data in $DATA.
# Needs say.sh, place.sh, process.sh. Nothing here touches a server of the machine's own.
# shellcheck shell=bash

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# Passwords are made once for a run folder, because the data folders keep them.
load_secrets() {
  local file=$RUN/secrets password
  if [ ! -s "$file" ]; then
    password=$(random_hex 6)
    (
      umask 077
      cat >"$file.new" <<SECRETS
PG_ADMIN_PASSWORD=$(random_hex 16)
PG_PASSWORD=$(random_hex 16)
REDIS_PASSWORD=$(random_hex 16)
AMQP_PASSWORD=$(random_hex 16)
AWS_ACCESS_KEY_ID=verstak-$(random_hex 4)
AWS_SECRET_ACCESS_KEY=$(random_hex 20)
INTAKE_TOKEN=$(random_hex 20)
DEMO_PASSWORD=${password:0:4}-${password:4:4}-${password:8:4}
SECRETS
      mv "$file.new" "$file"
    )
  fi
  # shellcheck source=/dev/null
  . "$file"
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY INTAKE_TOKEN
  export VERSTAK_DEMO_PASSWORD=${VERSTAK_DEMO_PASSWORD:-$DEMO_PASSWORD}
}

# The folder of PostgreSQL's programs: the data's version, otherwise the newest.
postgres_programs() {
  local label=$DATA/postgres/data/PG_VERSION version folder
  if as_service test -r "$label"; then
    version=$(as_service cat "$label")
    folder=/usr/lib/postgresql/$version/bin
    [ -x "$folder/postgres" ] || fail "the data is PostgreSQL $version's, which is not installed: install postgresql-$version, or delete $RUN/ to begin anew"
  else
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$folder/postgres" ] || folder=$(dirname -- "$(command -v postgres || echo /nowhere/postgres)")
    [ -x "$folder/postgres" ] || fail "PostgreSQL is missing: scripts/install.sh"
  fi
  echo "$folder"
}

# Sets DATABASE_URL (the product's role, owner of its database) and PG_ADMIN_URL (may create databases).
# SYNC=off gives up durability for speed: for tests only. POSTGRES_OPTIONS: more of the server's options.
POSTGRES_OPTIONS=()
start_postgres() {
  local home=$DATA/postgres programs port
  local options=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200
    -c shared_buffers=256MB -c log_min_duration_statement=500ms)
  [ "${SYNC:-on}" = on ] || options+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
  service_folder "$home"
  programs=$(postgres_programs)
  if ! as_service test -e "$home/data/PG_VERSION"; then
    make_cluster "$home" "$programs"
  fi
  free_port port
  start postgres service INT 30 "$programs/postgres" -D "$home/data" -p "$port" "${options[@]}" "${POSTGRES_OPTIONS[@]}"
  # shellcheck disable=SC2034  # test.sh hands it to the tests
  PG_ADMIN_URL=postgres://postgres:$PG_ADMIN_PASSWORD@127.0.0.1:$port/postgres
  # shellcheck disable=SC2153  # from load_secrets
  export DATABASE_URL=postgres://verstak:$PG_PASSWORD@127.0.0.1:$port/verstak
  export PGPASSWORD=$PG_ADMIN_PASSWORD
  until_ready postgres 60 "$programs/psql" -h 127.0.0.1 -p "$port" -U postgres -Atc 'select 1'
  make_database "$programs" "$port"
  unset PGPASSWORD
}

# initdb into a folder that gets its final name when it is whole: an interrupted one is made again.
make_cluster() {
  local home=$1 programs=$2
  as_service rm -rf "$home/data.new"
  (umask 077 && printf '%s\n' "$PG_ADMIN_PASSWORD" >"$home/password")
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$home/password"
  (cd "$home" && as_service "$programs/initdb" -D "$home/data.new" -U postgres --pwfile="$home/password" \
    --auth=scram-sha-256 -E UTF8 --locale=C.UTF-8 >>"$RUN/log/postgres.log" 2>&1) ||
    fail "PostgreSQL's data folder could not be made; the log: $RUN/log/postgres.log"
  as_service mv "$home/data.new" "$home/data"
  rm -f "$home/password"
}

make_database() {
  "$1/psql" -h 127.0.0.1 -p "$2" -U postgres -qAt -v ON_ERROR_STOP=1 >>"$RUN/log/postgres.log" 2>&1 <<SQL ||
select 'create role verstak login' where not exists (select from pg_roles where rolname = 'verstak') \gexec
alter role verstak password '$PG_PASSWORD';
select 'create database verstak owner verstak' where not exists (select from pg_database where datname = 'verstak') \gexec
SQL
    fail "the database could not be made; the log: $RUN/log/postgres.log"
}

# Sets REDIS_URL. Nothing is kept on disk: the cache fills itself from PostgreSQL.
start_redis() {
  local home=$DATA/redis port
  service_folder "$home"
  free_port port
  # The password stands in a file, because anybody may read a command line.
  (umask 077 && cat >"$home/redis.conf") <<CONF
bind 127.0.0.1
port $port
dir $home
save ""
appendonly no
maxmemory-policy noeviction
requirepass $REDIS_PASSWORD
CONF
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$home/redis.conf"
  start redis service TERM 10 redis-server "$home/redis.conf"
  export REDIS_URL=redis://default:$REDIS_PASSWORD@127.0.0.1:$port
  until_ready redis 20 redis_answers "$port"
}

redis_answers() { REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -p "$1" ping | grep -q PONG; }

# Sets S3_ENDPOINT, S3_BUCKET, S3_REGION. $1 is the program built from server/examples/s3.rs.
start_s3() {
  local port
  mkdir -p "$DATA/s3"
  chmod 700 "$DATA/s3"
  free_port port
  export S3_ENDPOINT=http://127.0.0.1:$port S3_BUCKET=models S3_REGION=us-east-1
  start s3 self TERM 5 "$1" --addr "127.0.0.1:$port" --data "$DATA/s3" --bucket "$S3_BUCKET"
  until_ready s3 20 port_taken "$port"
}

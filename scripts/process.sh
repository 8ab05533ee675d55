# Library: processes that never outlive the script that started them. Needs say.sh and
# place.sh. File descriptor 9
# is a keeper's lock (keeper.sh), which no child may hold.
#
# Whatever is started gets a session of its own: Ctrl-C then reaches the script alone, which ends the
# rest in order. Should the script be killed outright, the kernel signals its children (pdeathsig),
# and `make stop` ends by pid and start time what is still there.
# shellcheck shell=bash

WORKING=
RUN=${RUN:-}

# A shell that starts this in the background makes it deaf to Ctrl-C, and bash can't undo that: begin anew.
ignored=$(sed -n 's/^SigIgn:\t*//p' /proc/self/status)
if [ $((16#$ignored & 2)) != 0 ]; then exec env --default-signal=INT "$ROOT/scripts/${0##*/}" "$@"; fi

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'on_exit $?' EXIT

# Scripts put their own last words into `finish`, which gets the exit code.
finish() { :; }

on_exit() {
  trap '' HUP INT TERM PIPE
  set +e
  if [ -n "$WORKING" ]; then
    kill -s TERM -- "-$WORKING" 2>/dev/null
    end_group "$WORKING" TERM 40
  fi
  finish "$1"
  exit "$1"
}

# When process $1 started, in clock ticks since boot: with the pid, its identity.
started_at() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  line=${line##*) }
  # shellcheck disable=SC2086  # the fields are numbers
  set -- $line
  [ "$1" != Z ] && echo "${20}"
}

# Asks the leader of group $1 to end, with signal $2; after $3 seconds ends all of the group for good.
end_group() {
  local group=$1 signal=$2 patience=$(($3 * 20))
  kill -s "$signal" -- "$group" 2>/dev/null || true
  while group_lives "$group" && [ $((patience -= 1)) -ge 0 ]; do sleep 0.05; done
  kill -s KILL -- "-$group" 2>/dev/null || true
  wait "$group" 2>/dev/null || true
}

# A zombie that nobody has waited for yet is not alive.
group_lives() {
  started_at "$1" >/dev/null || { kill -0 -- "-$1" 2>/dev/null && [ -n "$(members_of "$1")" ]; }
}

# The living members of group $1.
members_of() {
  local stat line
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    line=${line##*) }
    # shellcheck disable=SC2086  # the fields are numbers
    set -- "$1" $line
    if [ "$2" != Z ] && [ "$4" = "$1" ]; then stat=${stat%/stat}; echo "${stat#/proc/}"; fi
  done
}

# Runs a command to its end, its output shown; signals to this script end it and all its children.
work() {
  local code=0
  setsid setpriv --pdeathsig TERM -- "$@" </dev/null 9>&- &
  WORKING=$!
  wait "$WORKING" || code=$?
  WORKING=
  return "$code"
}

# Like work, but the output goes to file $1, and a sign of life is given now and then as "$2".
work_quietly() {
  local log=$1 what=$2 code=0 began=$EPOCHSECONDS told=$EPOCHSECONDS
  shift 2
  setsid setpriv --pdeathsig TERM -- "$@" </dev/null >>"$log" 2>&1 9>&- &
  WORKING=$!
  while started_at "$WORKING" >/dev/null; do
    sleep 0.1
    if [ $((EPOCHSECONDS - told)) -ge 15 ]; then
      told=$EPOCHSECONDS
      say "$what: $((told - began)) s so far"
    fi
  done
  wait "$WORKING" || code=$?
  WORKING=
  [ "$code" = 0 ] || tail -n 20 "$log" >&2
  return "$code"
}

# start NAME self|service SIGNAL SECONDS COMMAND...: in the background, as this user or as the services'
# (AS_SERVICE), output to $RUN/log/NAME.log, identity to $RUN/pids/NAME. SIGNAL is how it is asked to
# end, also by the kernel when this script is killed, and SECONDS how long it may take.
start() {
  local name=$1 signal=$3 patience=$4 user=()
  [ "$2" = self ] || user=("${AS_SERVICE[@]}")
  shift 4
  setsid setpriv "${user[@]}" --pdeathsig "$signal" -- "$@" </dev/null >>"$RUN/log/$name.log" 2>&1 9>&- &
  echo "$! $(started_at $!) $signal $patience" >"$RUN/pids/$name"
  echo "$name" >>"$RUN/pids/.order"
}

# Whether NAME, started by this or an earlier script, still lives: pid and start time agree.
lives() {
  local pid began _
  [ -r "$RUN/pids/$1" ] || return 1
  read -r pid began _ <"$RUN/pids/$1"
  [ "$(started_at "$pid")" = "$began" ]
}

# Ends NAME, if it is still the process that was started, and forgets it.
stop() {
  local pid began signal patience
  [ -r "$RUN/pids/$1" ] || return 0
  read -r pid began signal patience <"$RUN/pids/$1"
  if lives "$1"; then end_group "$pid" "$signal" "$patience"; fi
  rm -f "$RUN/pids/$1"
}

# Ends everything of this run folder, last started first.
stop_all() {
  local names name
  [ -r "$RUN/pids/.order" ] || return 0
  mapfile -t names < <(tac "$RUN/pids/.order")
  for name in "${names[@]}"; do stop "$name"; done
  rm -f "$RUN/pids/.order"
}

# Ends every process that has $1 (NAME=value) in its environment: what our children's children left.
end_strays() {
  local environment pid
  for environment in /proc/[0-9]*/environ; do
    if { tr '\0' '\n' <"$environment" | grep -qxF -- "$1"; } 2>/dev/null; then
      pid=${environment#/proc/}
      kill -s KILL "${pid%/environ}" 2>/dev/null || true
    fi
  done
}

# until_ready NAME SECONDS COMMAND...: waits for the command to succeed, while NAME lives.
until_ready() {
  local name=$1 tries=$(($2 * 20)) what
  shift 2
  what=$*
  until "$@" >/dev/null 2>&1; do
    if ! lives "$name" || [ $((tries -= 1)) -lt 0 ]; then
      tail -n 20 "$RUN/log/$name.log" >&2 || true
      fail "$name did not become ready (${what%% *}); its log: $RUN/log/$name.log"
    fi
    sleep 0.05
  done
}

# Whether anybody listens on loopback port $1.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Sets variable $1 to a free loopback port, below the range that outgoing connections use.
free_port() {
  local candidate
  while :; do
    candidate=$((20000 + SRANDOM % 12000))
    case " ${PORTS_GIVEN:-} " in *" $candidate "*) continue ;; esac
    port_taken "$candidate" || break
  done
  PORTS_GIVEN="${PORTS_GIVEN:-} $candidate"
  printf -v "$1" %s "$candidate"
}

# Whether http://$1$2 answers 200.
http_ok() {
  (
    exec 3<>"/dev/tcp/${1%:*}/${1##*:}"
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$2" "$1" >&3
    read -r -t 2 _ code _ <&3
    [ "$code" = 200 ]
  ) 2>/dev/null
}

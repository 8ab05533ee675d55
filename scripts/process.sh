# Library: processes that never outlive the script that started them. Needs say.sh and place.sh. File
# descriptor 9 is a keeper's lock (keeper.sh), which no child may hold.
#
# Whatever is started gets a session of its own: Ctrl-C then reaches the script alone, which ends the
# rest in order. Should the script be killed outright, the kernel signals its children (pdeathsig),
# and `make stop` ends by pid and start time what is still there.
# shellcheck shell=bash

# shellcheck source=scripts/work.sh
. "$ROOT/scripts/work.sh"
# shellcheck source=scripts/ports.sh
. "$ROOT/scripts/ports.sh"
RUN=${RUN:-}

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

# Marks all that this script will start, and leaves its identity in $RUN/keeper for `make stop`.
mark() {
  VERSTAK_KEEPER="$$ $(started_at $$)"
  export VERSTAK_KEEPER
  echo "$VERSTAK_KEEPER" >"$RUN/keeper"
}

# Ends every process that carries mark $1: what our children's children left.
end_marked() {
  local environment pid
  while read -r environment; do
    pid=${environment#/proc/}
    kill -s KILL "${pid%/environ}" 2>/dev/null || true
  done < <(grep -slzxF -- "VERSTAK_KEEPER=$1" /proc/[0-9]*/environ)
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

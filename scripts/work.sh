# Library: commands that a script waits for, and what happens to them when the script is told to end.
# Part of process.sh.
# shellcheck shell=bash

WORKING=

# A shell that starts this in the background makes it deaf to Ctrl-C, and bash can't undo that: begin anew.
ignored=$(sed -n 's/^SigIgn:\t*//p' /proc/self/status)
if [ $((16#$ignored & 2)) != 0 ]; then
  case $0 in /*) self=$0 ;; *) self=$ROOT/scripts/${0##*/} ;; esac
  exec env --default-signal=INT "$self" "$@"
fi

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

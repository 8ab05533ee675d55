# Library: loopback ports. Part of process.sh.
# shellcheck shell=bash

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

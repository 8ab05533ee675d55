# Library: all that a script needs to start private services and servers.
# shellcheck shell=bash

. scripts/say.sh
. scripts/place.sh
. scripts/process.sh
. scripts/services.sh
. scripts/rabbitmq.sh
. scripts/observe.sh
. scripts/radosgw.sh
. scripts/server.sh

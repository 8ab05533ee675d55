#!/usr/bin/env bash
# What `make` can do here.
set -euo pipefail
cat <<'TEXT'
make run     install what is missing, build in release, start private services, seed, serve
             PORT=3000     the page's port (and the following ones)
             SERVERS=1     how many server processes: ports PORT, PORT+1, ...
             AMQP=1        with a private RabbitMQ as well, for messages in and news out
             OBSERVE=1     every request traced (page /slow), and a private Prometheus with the alert rules
             ORDERS=300    how many demo orders the board of an empty database gets, about
             VERSTAK_DEMO_PASSWORD=...   the demo users' password (random otherwise)
make dev     the same services, and `cargo leptos watch`
make test    format, lints, unit, integration and browser tests; last line: N passed, N failed
             CEPH=1        the models' tests once more, on Ceph's S3
make bench   the benchmarks (docs/benchmarks.md); their figures go to target/bench/
             SUITE=live-and-instant   one suite only; ONLY="static take"   some of its parts
make chaos   the fault-injection suites (docs/reliability.md); their figures go to target/chaos/
             SUITE=proved   one suite only; ONLY="run"   some of its parts
             DURATION=300   seconds in which things break
             SEED=1         the same seed breaks the same things in the same order
make stop    end whatever a lost terminal left running
make help    this list

Addresses and passwords of what runs: .run/env (`. .run/env`). Logs: .run/log/. Data: .run/data/.
To begin anew: make stop, then delete .run/
TEXT

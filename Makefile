# Every target is one script; what they promise stands in `make help`.
.DEFAULT_GOAL := help
.PHONY: run dev test bench chaos stop help

run:
	@scripts/run.sh
dev:
	@scripts/dev.sh
test:
	@scripts/test.sh
bench:
	@scripts/bench.sh
chaos:
	@scripts/chaos.sh
stop:
	@scripts/stop.sh
help:
	@scripts/help.sh

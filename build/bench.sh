#!/usr/bin/env bash
# Figures as ratios against named baselines, each pair in one run.
#
#   bench.sh                the targets of this machine: linux-amd64 and linux-386
#   bench.sh linux-amd64    …
set -euo pipefail
cd "$(dirname "$0")/.."
targets=${1:-linux-amd64,linux-386}
for t in ${targets//,/ }; do
	build/targets/build.sh --probe "$t"
done
build/build.sh demo >/dev/null
printf '%s, %s cores, %s\n' "$(date -u +%F)" "$(nproc)" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
go run ./test/native -bench -targets "$targets"
go run ./build/bench
printf '\n## Rows of a spreadsheet against the streaming example of excelize\n\n'
go test -run '^$' -bench Rows -benchtime 2x ./cmd/mango-hub/internal/sheets
printf '\n## The durable store against JetStream\n\n'
(cd build/bench/jetstream && CGO_ENABLED=0 GOFLAGS=-mod=readonly go run .)

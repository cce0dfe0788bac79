#!/usr/bin/env bash
# Every test of the project, leg by leg, with the seconds each took.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/legs.sh

unit_race() { CGO_ENABLED=1 go test -race ./sdk/... ./addin/... ./manifest/... ./cmd/... ./cgo/... ./test/napihost/...; }
gates() {
	build/targets/check.sh --rebuild
	# Once more without anything from the cache, for one of each kind.
	build/targets/check.sh --cold linux-amd64 windows-amd64
}
unit_nocgo() { CGO_ENABLED=0 go build ./... && CGO_ENABLED=0 go test ./sdk/... ./addin/... ./manifest/... ./cmd/... ./cgo/... ./build/...; }
unit_386() { GOARCH=386 CGO_ENABLED=0 go test ./sdk/... ./addin/...; }
# A day of two hundred employees, under the race detector; beside the unit tests
# runs an hour of it.
simulated_office() { MANGO_SIM_CALLS=5000 CGO_ENABLED=1 go test -race -count=1 -timeout 20m -run TestSimulatedOffice ./sdk/office; }
end_to_end() { go test -count=1 ./test/e2e/...; }
# Beside the other end to end tests run eight rounds of it.
kill_rounds() { MANGO_KILL_ROUNDS=200 go test -count=1 -timeout 15m -run 'TestKill$' ./test/e2e; }
root_faults() { go test -count=1 -tags root -run 'FullDisk|TestNetworkCut|TestShareElsewhere' ./test/e2e ./sdk/history ./addin/telephony; }
# A module of its own; the pictures of docs/img are written by -args -update.
browser() { (cd test/browser && go vet ./... && go test -count=1 ./...); }
# LibreOffice opens and prints what the hub writes; the picture of docs/img is
# written by -args -update.
libreoffice() { go vet -tags libreoffice ./cmd/mango-hub/internal/sheets && go test -tags libreoffice -count=1 -timeout 300s -run TestLibreOffice ./cmd/mango-hub/internal/sheets; }
# A module of its own: the library it compares with is nobody else's business.
numbers() { (cd test/numbers && go vet ./... && go test -count=1 ./... -args -rapid.checks=20000); }
# A module of its own too: it needs the server.
jetstream() { (cd test/jetstream && go vet ./... && go test -count=1 -timeout 300s ./...); }
# Beside the other tests there it runs six rounds of it.
kill_cluster() { (cd test/jetstream && MANGO_KILL_ROUNDS=40 go test -count=1 -timeout 10m -run 'TestKill$' .); }
# And so is this one, with a server of S3.
archive() { (cd test/archive && go vet ./... && go test -count=1 -timeout 180s ./...); }
bundle() {
	local date
	date=$(build/epoch.sh)
	rm -rf dist/bundle dist/bundle2
	dist/mango-addin pack -dist dist -out dist/bundle -date "$date" && dist/mango-addin pack -dist dist -out dist/bundle2 -date "$date" &&
		diff -r dist/bundle dist/bundle2 && rm -rf dist/bundle2 && ls -l dist/bundle
}
release() { build/release.sh && test/e2e/release.sh again; }

# leg32 NAME COMMAND [ARG...]: a leg whose programs are of 32 bits.
leg32() {
	if build/ia32.sh; then leg "$@"; else skip "$1" "this machine refuses 32-bit programs"; fi
}

leg "install what is missing" build/deps.sh all
leg "lint" build/lint.sh
leg "generated files and notices are fresh" sh -c 'go run ./build/gen -check && build/notices.sh -check'
leg "build five targets" build/build.sh all
leg "gates: exports, imports, glibc, size, same bytes twice" gates
leg "unit tests with the race detector" unit_race
leg "simulated office with the race detector" simulated_office
leg "unit tests without cgo" unit_nocgo
leg32 "unit tests on 386" unit_386
for target in linux-amd64 linux-arm64 windows-amd64; do
	leg "conformance host: $target" go run ./test/native -targets "$target"
done
for target in linux-386 windows-386; do
	leg32 "conformance host: $target" go run ./test/native -targets "$target"
done
leg "end to end: native host, real library, hub, emulated PBX" end_to_end
leg "hub and hosts killed 200 times" kill_rounds
if build/may_mount.sh; then leg "full disk, cut network" root_faults; else skip "full disk, cut network" "this needs root that may mount and make network namespaces"; fi
leg "browser: mango-sim and mango-hub in Chromium" browser
leg "reports in LibreOffice" libreoffice
leg "numbers against a well-known library" numbers
leg "JetStream: store suite, two nodes and two hubs over a real nats-server" jetstream
leg "hubs of a cluster and their server killed 40 times" kill_cluster
leg "archive of recordings in a bucket of a real S3 server" archive
leg "end to end under wine: windows-amd64" test/e2e/wine.sh 64
leg32 "end to end under wine: windows-386" test/e2e/wine.sh 32
leg "the hub as a service under wine" test/e2e/winservice.sh
leg "demo" go run ./build/demo
leg "bundle, packed twice" bundle
leg "release: made twice" release
if build/may_mount.sh; then leg "release: .deb in a small Debian" test/e2e/release.sh deb; else skip "release: .deb in a small Debian" "this needs root that may mount"; fi
leg "release: ZIP under wine" test/e2e/release.sh zip
leg "release: signed, under wine" test/e2e/release.sh sign
leg "install, status, repair, uninstall: linux" test/e2e/install.sh linux
leg "install, status, repair, uninstall: windows under wine" test/e2e/install.sh windows
if [ "$(uname -m)" = x86_64 ]; then leg "the unit of mango-hub, read by systemd" test/e2e/unit.sh; else skip "the unit of mango-hub, read by systemd" "this needs x86_64"; fi
leg "fuzz targets, ${FUZZTIME:-30s} each" build/fuzz.sh "${FUZZTIME:-30s}"
legs_done

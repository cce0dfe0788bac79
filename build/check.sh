#!/usr/bin/env bash
# The quick checks, run before every commit.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/legs.sh

format() {
	local bad
	bad=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
	[ -z "$bad" ] || { printf 'not gofmt-ed:\n%s\n' "$bad"; return 1; }
}
vet() { CGO_ENABLED=0 go vet ./... && CGO_ENABLED=1 go vet ./cgo/...; }

leg "format" format
leg "vet" vet
leg "project rules" go run ./build/lint
leg "generated files are fresh" go run ./build/gen -check
leg "unit tests" env CGO_ENABLED=0 go test ./sdk/... ./addin/... ./manifest/... ./cmd/... ./build/...
legs_done

#!/usr/bin/env bash
# Builds what is shipped and what tests drive, into dist/.
#
#   build.sh demo   the library and napi-host for linux/amd64 (Go and gcc suffice there)
#   build.sh all    five libraries, their probe twins, five napi-hosts, the tools
set -euo pipefail
cd "$(dirname "$0")/.."

tools() { # GOOS
	mkdir -p dist
	GOOS=$1 GOARCH=amd64 CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(tr -d '[:space:]' <VERSION)" -o dist/ \
		./cmd/mango-sim ./cmd/mango-addin ./cmd/mango-hub
}

case ${1:-all} in
demo)
	build/targets/build.sh linux-amd64
	cmd/napi-host/build.sh dist linux-amd64
	tools linux
	;;
all)
	build/targets/build.sh
	build/targets/build.sh --probe
	cmd/napi-host/build.sh dist
	tools linux
	tools windows
	;;
*) echo "usage: build.sh demo|all"; exit 2 ;;
esac

#!/usr/bin/env bash
# Builds what is shipped and what tests drive, into dist/.
#
#   build.sh demo   the library and napi-host for linux/amd64 (Go and gcc suffice there)
#   build.sh all    five libraries, their probe twins, five napi-hosts, the tools
#   build.sh tools  the tools alone, of all
#   build.sh arm64  the tools for linux/arm64 into dist/arm64: only a package has them
set -euo pipefail
cd "$(dirname "$0")/.."

tools() { # GOOS GOARCH FOLDER
	mkdir -p "$3"
	GOOS=$1 GOARCH=$2 CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(tr -d '[:space:]' <VERSION)" -o "$3/" \
		./cmd/mango-sim ./cmd/mango-addin ./cmd/mango-hub
}

case ${1:-all} in
demo)
	build/targets/build.sh linux-amd64
	cmd/napi-host/build.sh dist linux-amd64
	tools linux amd64 dist
	;;
all)
	build/targets/build.sh
	build/targets/build.sh --probe
	cmd/napi-host/build.sh dist
	build/build.sh tools
	;;
tools)
	tools linux amd64 dist
	tools windows amd64 dist
	;;
arm64) tools linux arm64 dist/arm64 ;;
*) echo "usage: build.sh demo|all|tools|arm64"; exit 2 ;;
esac

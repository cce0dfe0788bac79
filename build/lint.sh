#!/usr/bin/env bash
# Linters, each for every platform whose files it can see.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
[ -z "$bad" ] || { printf 'not gofmt-ed:\n%s\n' "$bad"; exit 1; }
for target in linux/amd64 linux/386 windows/amd64; do
	echo "lint: vet and staticcheck for $target"
	export GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0
	go vet ./...
	# The tool is built for this machine, from a module of its own.
	env -u GOOS -u GOARCH GOFLAGS=-mod=mod GOBIN="$PWD/dist/tools" sh -c 'cd build/tools && go install honnef.co/go/tools/cmd/staticcheck'
	dist/tools/staticcheck ./...
done
unset GOOS GOARCH
echo "lint: vet of the island"
CGO_ENABLED=1 go vet ./cgo/...
CGO_ENABLED=1 go vet -tags napiprobe ./cgo/...
echo "lint: the project's own rules"
CGO_ENABLED=0 go run ./build/lint
echo "lint: every module agrees with its go.mod"
# A dependency of the main module that moves on leaves those of the tests behind.
for mod in $(git ls-files '*/go.mod'); do
	[ "$mod" = build/tools/go.mod ] || (cd "$(dirname "$mod")" && GOFLAGS=-mod=readonly go list -deps -test ./... >/dev/null)
done
echo "lint: shell scripts parse"
for f in $(git ls-files '*.sh') .ci/run; do bash -n "$f"; done

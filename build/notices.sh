#!/usr/bin/env bash
# Writes THIRD_PARTY_NOTICES.md: the licence of every module that is linked
# into the shipped libraries, the hub and mango-addin, and of Go itself. With -check it compares.
set -euo pipefail
cd "$(dirname "$0")/.."
out=THIRD_PARTY_NOTICES.md
if [ "${1:-}" = -check ]; then
	out=$(mktemp)
	trap 'rm -f "$out"' EXIT
fi
modules() {
	for os in linux windows; do
		GOOS=$os CGO_ENABLED=0 go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}|{{.Version}}|{{.Dir}}{{end}}{{end}}' ./cmd/mango-hub ./cmd/mango-addin ./addin/telephony ./sdk/journal/jetstream ./sdk/recording/s3
	done | sort -u
}
{
	echo "# Third-party notices"
	echo
	echo "The libraries and the hub of MangoOfficeSDK contain the Go runtime and standard"
	echo "library and the modules below; those of NATS, MinIO and excelize are in the hub only,"
	echo "golang.org/x/term in mango-addin only."
	echo "Written by build/notices.sh."
	echo
	echo "## The Go programming language"
	echo
	echo '```'
	cat "$(go env GOROOT)/LICENSE"
	echo '```'
	echo
	echo "## The mingw-w64 C runtime (Windows libraries only)"
	echo
	echo '```'
	cat build/licences/mingw-w64.txt
	echo '```'
	modules | while IFS='|' read -r path version dir; do
		printf '\n## %s %s\n\n```\n' "$path" "$version"
		cat "$dir"/LICENSE*
		echo '```'
	done
} >"$out"
if [ "${1:-}" = -check ]; then
	cmp -s "$out" THIRD_PARTY_NOTICES.md || { echo "THIRD_PARTY_NOTICES.md is stale: run build/notices.sh"; exit 1; }
fi

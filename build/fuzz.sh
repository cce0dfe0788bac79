#!/usr/bin/env bash
# Runs every fuzz target of the project, one after the other. A finding fails
# the run, but only after all targets had their time: one run tells them all.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-30s}
found=0 failed=()
while IFS=: read -r file name; do
	found=$((found + 1))
	echo "fuzz: $name in $(dirname "$file") for $time"
	CGO_ENABLED=0 go test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 20x ||
		failed+=("$name in $(dirname "$file")")
done < <(grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9_]+' sdk addin manifest cmd test | sed -E 's/:[0-9]+:func /:/' | sort)
[ "$found" -gt 0 ] || { echo "fuzz: no target found"; exit 1; }
if [ ${#failed[@]} -gt 0 ]; then
	printf 'fuzz: FAILED %s\n' "${failed[@]}"
	exit 1
fi
echo "fuzz: $found targets clean"

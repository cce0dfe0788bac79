#!/usr/bin/env bash
# Runs every fuzz target of the project, one after the other. A finding fails
# the run, but only after all targets had their time: one run tells them all.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-30s}
found=0 failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A finding names its input. Go itself also fails now and then with nothing but
# "context deadline exceeded", when the time is over in the middle of a run on a
# busy machine (4 of 46 targets in one run): that is tried again, three times.
fuzz() { # FOLDER NAME
	local try
	for try in 1 2 3 4; do
		if CGO_ENABLED=0 go test "./$1" -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 20x 2>&1 | tee "$log"; then
			return 0
		fi
		if grep -q 'Failing input written' "$log" || ! grep -q 'context deadline exceeded' "$log"; then
			return 1
		fi
	done
	return 1
}

while IFS=: read -r file name; do
	found=$((found + 1))
	echo "fuzz: $name in $(dirname "$file") for $time"
	fuzz "$(dirname "$file")" "$name" </dev/null || failed+=("$name in $(dirname "$file")")
done < <(grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9_]+' sdk addin manifest cmd test build | sed -E 's/:[0-9]+:func /:/' | sort)
[ "$found" -gt 0 ] || { echo "fuzz: no target found"; exit 1; }
if [ ${#failed[@]} -gt 0 ]; then
	printf 'fuzz: FAILED %s\n' "${failed[@]}"
	exit 1
fi
echo "fuzz: $found targets clean"

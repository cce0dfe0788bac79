#!/usr/bin/env bash
# The date of what is packed, in seconds since 1970: SOURCE_DATE_EPOCH, or that of
# the last commit, or where there is no git, of the file VERSION. Never the time of
# the build: two builds are equal.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
	echo "$SOURCE_DATE_EPOCH"
else
	git log -1 --format=%ct 2>/dev/null || stat -c %Y VERSION
fi

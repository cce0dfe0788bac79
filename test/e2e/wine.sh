#!/usr/bin/env bash
# The whole way on Windows: a DLL in napi-host under wine, the emulated PBX on
# this machine, one click-to-call (click-to-call.script). Needs what `make
# build` makes and the wine of build/wine.
#
#   test/e2e/wine.sh 32|64
set -euo pipefail
cd "$(dirname "$0")/../.."

for need in mango-sim mango-addin MangoOfficeSDK.dll MangoOfficeSDK64.dll napi-host-windows-386.exe napi-host-windows-amd64.exe; do
	[ -e "dist/$need" ] || { echo "e2e: dist/$need is missing; run \`make build\`" >&2; exit 1; }
done

work=$(mktemp -d)
sim=
finish() {
	[ -z "$sim" ] || kill "$sim" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

run() { # WIDTH ARCH DLL PORT
	local api=127.0.0.1:$4 listen=127.0.0.1:$(($4 + 1)) key=wine$2$$
	MANGO_SALT=salt-$$ dist/mango-sim -key "$key" -listen "$api" -admin "" -target "http://$listen" -speed 0 >"$work/sim.log" 2>&1 &
	sim=$!
	local rc=0
	dist/mango-addin host -color never -lib 'Z:\guest\'"$3" \
		-napi-host "build/wine/run.sh win10 $1 dist napi-host-windows-$2.exe" \
		-set KEY="$key" -set SALT="salt-$$" -set API="http://$api/vpbx/" -set LISTEN="$listen" -set LOG='' \
		test/e2e/click-to-call.script >"$work/out" 2>"$work/err" || rc=$?
	kill "$sim" && wait "$sim" 2>/dev/null || true
	sim=
	if [ $rc -ne 0 ]; then
		cat "$work/out" "$work/err" "$work/sim.log"
		echo "e2e: windows/$2 failed with $rc"
		return 1
	fi
	echo "e2e: windows/$2: $(grep -c '^◀' "$work/out") events, the record of the call came"
}

port=$((21000 + 2 * ($$ % 5000))) # below the ephemeral ports
case ${1:-} in
64) run 64 amd64 MangoOfficeSDK64.dll $port ;;
32) run 32 386 MangoOfficeSDK.dll $port ;;
*) echo "usage: wine.sh 32|64" >&2; exit 2 ;;
esac

#!/usr/bin/env bash
# The hub under a service manager of Windows, wine's: it starts, answers, stops
# when it is asked, and goes. Wine does not know all the settings that
# `mango-hub install` makes a service with, so `sc create` does that here.
#
#   test/e2e/winservice.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -e dist/mango-hub.exe ] || { echo "winservice: dist/mango-hub.exe is missing; run \`make build\`" >&2; exit 1; }

work=$(mktemp -d)
run=
finish() {
	[ -z "$run" ] || { touch "$work/goon"; wait "$run" || true; }
	rm -rf "$work"
}
trap finish EXIT

port=$((31000 + $$ % 1000)) # below the ephemeral ports
cp dist/mango-hub.exe "$work/"
cat >"$work/hub.toml" <<-TOML
	[pbx]
	key = "key"
	salt = "salt"
	api_url = "http://127.0.0.1:$port/vpbx/"
	[http]
	listen = "127.0.0.1:$port"
	[store]
	data_dir = 'Z:\\guest\\data'
	[log]
	file = 'Z:\\guest\\hub.log'
TOML
# What each command says and its exit code go to files: wine's cmd loses some of
# what programs write to its own output.
cat >"$work/service.bat" <<-'BAT'
	@echo off
	sc create mango-hub binPath= "Z:\guest\mango-hub.exe run -service -config Z:\guest\hub.toml" > created.txt 2>&1
	mango-hub.exe start > started.txt 2>&1
	echo %errorlevel% > start.rc
	:wait
	if exist goon goto stop
	mango-hub.exe version > nul
	goto wait
	:stop
	mango-hub.exe stop > stopped.txt 2>&1
	echo %errorlevel% > stop.rc
	mango-hub.exe uninstall > gone.txt 2>&1
	echo %errorlevel% > gone.rc
	mango-hub.exe start > again.txt 2>&1
	echo %errorlevel% > again.rc
	exit /b 0
BAT
sed -i 's/$/\r/' "$work/service.bat"

fail() {
	echo "winservice: $1" >&2
	head -c 3000 "$work"/*.txt "$work"/*.rc "$work/hub.log" "$work/out" >&2 || true
	exit 1
}
answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "http://127.0.0.1:$port/healthz")" = 200 ]; }
within() { # SECONDS WHAT COMMAND...
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "$what"
		sleep 0.2
	done
}
code() { [ "$(tr -dc 0-9 <"$work/$1.rc")" = "$2" ] || fail "mango-hub $1 ended with $(cat "$work/$1.rc")"; }

WINE_SECONDS=180 build/wine/run.sh win10 64 "$work" cmd.exe /c service.bat >"$work/out" 2>&1 &
run=$!
within 120 "the service does not answer" answers
within 60 "start does not return" test -s "$work/start.rc"
code start 0
touch "$work/goon"
wait "$run" || fail "the script ended with $?"
run=
code stop 0
code gone 0
[ "$(tr -dc 0-9 <"$work/again.rc")" != 0 ] || fail "a service that was taken away starts"
! answers || fail "the hub answers after it was stopped"
grep -q '"message":"the hub stopped"' "$work/hub.log" || fail "the hub did not end well"
echo "winservice: started, answered, stopped and gone"

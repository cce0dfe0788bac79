#!/usr/bin/env bash
# The component into ExtCompT and out again, as an administrator would who has
# nothing but a release: with the bundle that was packed, libraries that are
# loaded, and the installed one used. Then what goes wrong on real machines
# (install-hard.sh). Needs what `make bundle` makes, for Windows also the wine of
# build/wine.
#
#   test/e2e/install.sh linux|windows
set -euo pipefail
cd "$(dirname "$0")/../.."

system=${1:-}
version=$(tr -d '[:space:]' <VERSION)
work=$(mktemp -d)
sim=
finish() {
	[ -z "$sim" ] || kill "$sim" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work" # the unprivileged user of install-hard.sh looks in
release="$work/Программа 1" home="$work/Иван Петров"
mkdir "$release" "$home"
cp "$(ls dist/bundle/MangoOfficeSDK_*.zip)" test/e2e/click-to-call.script "$release"

fail() {
	echo "install: $*"
	[ ! -e "$work/out" ] || sed 's/^/  /' "$work/out"
	exit 1
}

# step WANTED_CODE TEXT COMMAND [ARG...]: the command ends with that code and says that text.
step() {
	local want=$1 says=$2 rc=0
	shift 2
	addin "$@" >"$work/out" 2>&1 || rc=$?
	[ $rc -eq "$want" ] || fail "$* ended with $rc, want $want"
	grep -qF -- "$says" "$work/out" || fail "$* does not say: $says"
}

case $system in
linux)
	cp dist/mango-addin dist/napi-host-linux-amd64 "$release"
	place="$home/.1cv8/1C/1cv8/ExtCompT" lib="MangoOfficeSDK64_${version//./_}.so"
	# Not in the checkout, where more is found than a release has.
	addin() { (cd "$release" && env -u SUDO_USER HOME="$home" ./mango-addin "$@"); }
	hosted() { addin host "$@" click-to-call.script; } # finds the installed one
	;;
windows)
	# Without the host of 32 bits: not every machine runs it.
	cp dist/mango-addin.exe dist/napi-host-windows-amd64.exe "$release"
	place="$home/ExtCompT" lib="MangoOfficeSDK64_${version//./_}.dll"
	wine() { build/wine/run.sh win10 64 "$work" "$@"; }
	addin() { local c=$1; shift; wine "Программа 1/mango-addin.exe" "$c" -dir 'Z:\guest\Иван Петров\ExtCompT' "$@"; }
	hosted() { wine "Программа 1/mango-addin.exe" host -lib 'Z:\guest\Иван Петров\ExtCompT\'"$lib" "$@" 'Программа 1\click-to-call.script'; }
	;;
*) echo "usage: install.sh linux|windows" >&2; exit 2 ;;
esac

# attach calls and gets events with the library that was installed.
attach() {
	local port=$((23000 + 2 * ($$ % 3000))) rc=0 # below the ephemeral ports
	MANGO_SALT=salt-$$ dist/mango-sim -key "inst$$" -listen "127.0.0.1:$port" -admin "" -target "http://127.0.0.1:$((port + 1))" -speed 0 >"$work/sim.log" 2>&1 &
	sim=$!
	hosted -color never -set KEY="inst$$" -set SALT="salt-$$" -set API="http://127.0.0.1:$port/vpbx/" \
		-set LISTEN="127.0.0.1:$((port + 1))" -set LOG='' >"$work/out" 2>&1 || rc=$?
	kill "$sim" && wait "$sim" 2>/dev/null || true
	sim=
	[ $rc -eq 0 ] && [ "$(grep -c '^◀' "$work/out")" -gt 3 ] || fail "the installed component was called and ended with $rc"
}

step 1 "компонента не установлена" status
step 0 "проверено загрузкой: $lib" install
[ -e "$place/$lib" ] && grep -q "path=\"$lib\"" "$place/registry.xml" || fail "$lib is not there, or not listed"
step 0 "загружается, версия $version" status
attach
step 0 "Всё уже на месте" install
step 0 "$lib: для" doctor
printf 'no library' >"$place/$lib"
step 1 "НЕ ЗАГРУЖАЕТСЯ" status
step 1 "✗ $lib: не загружается" doctor
step 0 "записано: $lib" repair
addin install -silent >"$work/out" 2>&1 || fail "install -silent ended with $?"
[ ! -s "$work/out" ] || fail "install -silent says something"
. test/e2e/install-hard.sh
step 0 "загружается, версия $version" status
step 0 "удалено: $lib" uninstall
! grep -q MangoOfficeSDK "$place/registry.xml" || fail "registry.xml still lists the component"
step 1 "библиотек компоненты нет" status
printf '<registry><torn' >"$place/registry.xml"
step 1 "испорчен" install
[ "$(cat "$place/registry.xml")" = '<registry><torn' ] && [ ! -e "$place/$lib" ] || fail "a torn registry.xml was not let alone"
echo "install: there and away again, $lib was loaded, called, and told of a call"

#!/usr/bin/env bash
# The component into ExtCompT and out again, as an administrator would: with the
# bundle that was packed and libraries that are loaded. Needs what `make bundle`
# makes, for Windows also the wine of build/wine.
#
#   test/e2e/install.sh linux|windows
set -euo pipefail
cd "$(dirname "$0")/../.."

bundle=$(ls dist/bundle/MangoOfficeSDK_*.zip)
version=$(tr -d '[:space:]' <VERSION)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
user="Иван Петров"
mkdir "$work/$user"

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
	grep -qF "$says" "$work/out" || fail "$* does not say: $says"
}

case ${1:-} in
linux)
	dir="$work/$user/ExtCompT" lib="MangoOfficeSDK64_${version//./_}.so" place="$work/$user/ExtCompT"
	addin() { local c=$1; shift; dist/mango-addin "$c" -dir "$dir" "$@"; }
	set -- -bundle "$bundle"
	;;
windows)
	# Without the host of 32 bits: not every machine runs it.
	cp dist/mango-addin.exe dist/napi-host-windows-amd64.exe "$bundle" "$work"
	place="$work/ExtCompT" lib="MangoOfficeSDK64_${version//./_}.dll"
	addin() { local c=$1; shift; build/wine/run.sh win10 64 "$work" mango-addin.exe "$c" -dir 'Z:\guest\ExtCompT' "$@"; }
	set -- -bundle "$(basename "$bundle")"
	;;
*) echo "usage: install.sh linux|windows" >&2; exit 2 ;;
esac

step 1 "компонента не установлена" status
step 0 "проверено загрузкой: $lib" install "$@"
[ -e "$place/$lib" ] && grep -q "path=\"$lib\"" "$place/registry.xml" || fail "$lib is not there, or not listed"
step 0 "загружается, версия $version" status
step 0 "Всё уже на месте" install "$@"
printf 'no library' >"$place/$lib"
step 1 "НЕ ЗАГРУЖАЕТСЯ" status
step 0 "записано: $lib" repair "$@"
step 0 "загружается, версия $version" status
step 0 "удалено: $lib" uninstall
! grep -q MangoOfficeSDK "$place/registry.xml" || fail "registry.xml still lists the component"
step 1 "библиотек компоненты нет" status
printf '<registry><torn' >"$place/registry.xml"
step 1 "испорчен" install "$@"
[ "$(cat "$place/registry.xml")" = '<registry><torn' ] && [ ! -e "$place/$lib" ] || fail "a torn registry.xml was not let alone"
echo "install: there and away again, $lib was loaded"

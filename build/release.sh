#!/usr/bin/env bash
# What is given to people, from what `build.sh all` made in dist/: the bundle for
# 1C, a .deb for amd64 and arm64, a ZIP for Windows, SHA256SUMS.
#
#   build/release.sh [--out DIR]      (default: dist/release)
#
# The same sources and tools give the same bytes, in any folder and at any time:
# the date of all that is packed is that of build/epoch.sh. Programs and libraries
# for Windows are signed first, if build/sign.sh finds a certificate.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
export LC_ALL=C TZ=UTC

out=dist/release
if [ "${1:-}" = --out ]; then out=${2:?usage: release.sh [--out DIR]}; fi
SOURCE_DATE_EPOCH=$(build/epoch.sh)
export SOURCE_DATE_EPOCH
version=$(tr -d '[:space:]' <VERSION)
bundle=MangoOfficeSDK_${version//./_}.zip
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

dated() { find "$1" -print0 | xargs -0 touch -h -d "@$SOURCE_DATE_EPOCH"; }

# windows_zip: everything in one folder, texts as Notepad likes them.
windows_zip() {
	local name=MangoOfficeSDK-$version-windows-amd64
	local dir=$stage/zip/$name
	install -D -m 755 -t "$dir" "$stage"/dist/mango-{addin,hub,sim}.exe "$stage"/dist/napi-host-windows-{386,amd64}.exe
	install -m 644 -t "$dir" "$out/$bundle"
	sed -e "s/@VERSION@/$version/; s/@BUNDLE@/$bundle/; s/\$/\r/; 1s/^/\xef\xbb\xbf/" build/windows/README.ru.txt >"$dir/README.ru.txt"
	sed 's/$/\r/' LICENSE >"$dir/LICENSE.txt"
	sed 's/$/\r/' THIRD_PARTY_NOTICES.md >"$dir/THIRD_PARTY_NOTICES.txt"
	dated "$stage/zip"
	(cd "$stage/zip" && find "$name" -type f | sort | zip -X -q -@ "$stage/windows.zip")
	mv "$stage/windows.zip" "$out/$name.zip"
}

# The unit is the one of `mango-hub install`, with the paths of the package.
unit() {
	install -D -m 600 build/deb/mango-hub.toml "$stage/etc/mango-hub.toml"
	dist/mango-hub install -print -config "$stage/etc/mango-hub.toml" | sed -n '/^# Written by /,/^WantedBy=/p' |
		sed 's|^ExecStart=.*|ExecStart=/usr/bin/mango-hub run -config /etc/mango-hub/mango-hub.toml|'
}

deb() { # ARCH FOLDER_OF_THE_PROGRAMS
	local d=$stage/deb-$1 lib=usr/lib/mangoofficesdk doc=usr/share/doc/mangoofficesdk
	install -D -m 755 -t "$d/usr/bin" "$2/mango-hub" "$2/mango-sim"
	# mango-addin looks for the bundle, the host and the library beside itself.
	install -D -m 755 -t "$d/$lib" "$2/mango-addin" "dist/napi-host-linux-$1"
	install -m 644 -t "$d/$lib" "$out/$bundle"
	case $1 in
	amd64) install -m 644 -t "$d/$lib" dist/MangoOfficeSDK64.so ;;
	arm64) install -m 644 -t "$d/$lib" dist/MangoOfficeSDKarm64.so ;;
	esac
	ln -s ../lib/mangoofficesdk/mango-addin "$d/usr/bin/mango-addin"
	install -D -m 640 build/deb/mango-hub.toml "$d/etc/mango-hub/mango-hub.toml"
	mkdir -p "$d/lib/systemd/system"
	unit >"$d/lib/systemd/system/mango-hub.service"
	install -D -m 644 -t "$d/$doc" docs/operations.ru.md docs/troubleshooting.ru.md README.ru.md THIRD_PARTY_NOTICES.md
	{
		cat build/deb/copyright
		sed 's/^$/./; s/^/ /' LICENSE
	} >"$d/$doc/copyright"
	gzip -9n <CHANGELOG.md >"$d/$doc/changelog.gz"
	printf 'mangoofficesdk (%s-1) unstable; urgency=medium\n\n  * Version %s: see changelog.gz.\n\n -- %s  %s\n' "$version" "$version" \
		"$(sed -n 's/^Maintainer: //p' build/deb/control.in)" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$d/$doc/changelog.Debian.gz"
	install -D -m 644 build/deb/lintian-overrides "$d/usr/share/lintian/overrides/mangoofficesdk"

	local size
	size=$(find "$d" -type f -printf '%s\n' | awk '{s += int($1 / 1024) + 1} END {print s}')
	mkdir "$d/DEBIAN"
	(cd "$d" && find . -path ./DEBIAN -prune -o -type f ! -path './etc/*' -print0 | sort -z | xargs -0 md5sum | sed 's| \./| |') >"$stage/md5sums"
	sed -e "s/@VERSION@/$version/; s/@ARCH@/$1/; s/@SIZE@/$size/" build/deb/control.in >"$d/DEBIAN/control"
	install -m 644 "$stage/md5sums" "$d/DEBIAN/md5sums"
	echo /etc/mango-hub/mango-hub.toml >"$d/DEBIAN/conffiles"
	install -m 755 -t "$d/DEBIAN" build/deb/{postinst,prerm,postrm}
	dated "$d"
	# gzip: every dpkg reads it, and half of a package is the bundle, which is packed
	# already. xz takes five times as long for a tenth.
	dpkg-deb --root-owner-group -Zgzip -z6 --build "$d" "$out/mangoofficesdk_$version-1_$1.deb" >/dev/null
}

build/build.sh arm64
rm -rf "$out"
mkdir -p "$out" "$stage/dist"
out=$(cd "$out" && pwd)
cp -p dist/*.so dist/*.dll dist/*.exe "$stage/dist"
build/sign.sh "$stage"/dist/*.dll "$stage"/dist/*.exe
build/targets/check.sh --dir "$stage/dist" windows-amd64 windows-386 # a signature changes neither exports nor the time of a link
dist/mango-addin pack -dist "$stage/dist" -out "$stage/bundle" -notices '' >/dev/null
install -m 644 -t "$out" "$stage/bundle/$bundle"
windows_zip
deb amd64 dist
deb arm64 dist/arm64
(cd "$out" && sha256sum -- * >"$stage/sums" && install -m 644 "$stage/sums" SHA256SUMS)
ls -l "$out"

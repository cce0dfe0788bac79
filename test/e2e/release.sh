#!/usr/bin/env bash
# What build/release.sh made in dist/release, as people meet it.
#
#   release.sh again   the same bytes, made in another folder, hour and time zone
#   release.sh deb     judged by lintian; installed, upgraded, removed, purged in a small Debian
#   release.sh zip     unpacked under wine into folders with spaces and Cyrillic letters
#   release.sh sign    signed with a certificate made here; tampered with; loaded under wine
#
# Needs what `make build`, build/release.sh and `build/deps.sh all` make.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
version=$(tr -d '[:space:]' <VERSION)
bundle=MangoOfficeSDK_${version//./_}.zip
cache=${MANGO_CACHE:-$HOME/.cache/mangoofficesdk}
# The programs want /proc; what is mounted in a namespace of our own ends with it.
if [ "${1:-}" = deb ] && [ -z "${PRIVATE_MOUNTS:-}" ]; then
	as_root=()
	[ "$(id -u)" -eq 0 ] || as_root=(sudo --preserve-env=HOME,MANGO_CACHE,PRIVATE_MOUNTS)
	PRIVATE_MOUNTS=1 exec "${as_root[@]}" unshare --mount --propagation private "$0" "$@"
fi

work=$(mktemp -d)
finish() {
	! mountpoint -q "$work/root/proc" || umount "$work/root/proc"
	rm -rf --one-file-system "$work"
}
trap finish EXIT
fail() {
	echo "release: $*" >&2
	[ ! -s "$work/out" ] || sed 's/^/  /' "$work/out" >&2
	exit 1
}
# says TEXT COMMAND...: the command ends well and says that text.
says() {
	local text=$1
	shift
	"$@" >"$work/out" 2>&1 || fail "$* ended with $?"
	grep -qF -- "$text" "$work/out" || fail "$* does not say: $text"
}
refused() { ! "$@" >"$work/out" 2>&1 || fail "$* ended well, want a refusal"; }

again() {
	local elsewhere=$work/'mango office'
	mkdir -p "$elsewhere/dist"
	git ls-files -z -co --exclude-standard | tar --null -T - -cf - --ignore-failed-read | tar -C "$elsewhere" -xf -
	# The libraries and hosts were built twice by build/targets/check.sh; the tools are linked anew.
	cp dist/*.so dist/*.dll dist/napi-host-* "$elsewhere/dist"
	(
		export SOURCE_DATE_EPOCH TZ=Asia/Vladivostok LC_ALL=C.UTF-8
		SOURCE_DATE_EPOCH=$(build/epoch.sh)
		umask 077
		cd "$elsewhere"
		build/build.sh tools
		build/release.sh --out "$work/again"
	) >"$work/out" 2>&1 || fail "it cannot be made again"
	(cd dist/release && sha256sum -c --quiet SHA256SUMS)
	diff -r dist/release "$work/again" || fail "made again, it differs"
	echo "release: made again elsewhere: identical bytes"
}

# package VERSION TEMPLATE: our package as another version of it would be.
package() {
	rm -rf "$work/pkg"
	dpkg-deb -R "$deb" "$work/pkg"
	sed -i "s/^Version: .*/Version: $1/" "$work/pkg/DEBIAN/control"
	printf '%s' "$2" >>"$work/pkg/etc/mango-hub/mango-hub.toml"
	dpkg-deb --root-owner-group -Znone --build "$work/pkg" "$r/other.deb" >/dev/null
}
in_root() {
	chroot "$r" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		MANGO_SALT=no-secret timeout 120 "$@" </dev/null
}
owned() { # PATH OWNER_AND_MODE
	local got
	got=$(in_root stat -c '%U:%G %a' "$1")
	[ "$got" = "$2" ] || fail "$1 is $got, want $2"
}
# called WANTED: what systemd was asked since the last time, but for daemon-reload.
called() {
	local got
	got=$(grep -v daemon-reload "$r/asked" | tr '\n' ';' || true)
	[ "$got" = "$1" ] || fail "systemd was asked \"$got\", want \"$1\""
	: >"$r/asked"
}

deb() {
	deb=$root/dist/release/mangoofficesdk_$version-1_amd64.deb r=$work/root
	local conf=/etc/mango-hub/mango-hub.toml arm=${deb%amd64.deb}arm64.deb sum
	lintian --fail-on error "$deb" >"$work/out" 2>&1 || fail "lintian finds errors"
	[ -e "$cache/debian.made" ] || fail "there is no small Debian: run build/deps.sh all"
	cp -a "$cache/debian" "$r"
	mount -t proc proc "$r/proc"
	cp "$deb" "$r/new.deb"

	# An older version, where no systemd runs.
	package 0.0.9.0-1 ''
	says "mango-hub init" in_root dpkg -i /other.deb
	owned $conf "root:mango-hub 640"
	owned /var/lib/mango-hub "mango-hub:mango-hub 700"
	[ ! -e "$r/etc/systemd/system/multi-user.target.wants/mango-hub.service" ] || fail "the service was enabled unasked"
	says "$version" in_root mango-hub version
	! in_root mango-hub run >"$work/out" 2>&1 || fail "the hub runs without a key"
	says "Записано" in_root mango-hub init -silent -key k1 -public-url https://hub.example.ru
	owned $conf "root:mango-hub 640"
	says "'k1'" in_root setpriv --reuid mango-hub --regid mango-hub --clear-groups mango-hub config
	in_root mango-hub install -print | sed -n '/^# Written by /,/^WantedBy=/p' | diff - "$r/lib/systemd/system/mango-hub.service" ||
		fail "the unit of the package is not that of mango-hub install"
	unit

	# The component into the folder of a user, by what the package brought.
	says "проверено загрузкой: MangoOfficeSDK64" in_root mango-addin install -dir "/home/Иван Петров/ExtCompT"
	says "загружается, версия $version" in_root mango-addin status -dir "/home/Иван Петров/ExtCompT"

	# From here on somebody notes what systemd is asked.
	mkdir -p "$r/run/systemd/system"
	for command in systemctl deb-systemd-invoke; do
		printf '#!/bin/sh\necho "$*" >>/asked\n' >"$r/usr/local/bin/$command"
		chmod 755 "$r/usr/local/bin/$command"
	done
	: >"$r/asked"
	sum=$(sha256sum <"$r$conf")
	says "Setting up" in_root dpkg -i /new.deb
	called "restart mango-hub.service;"
	[ "$(sha256sum <"$r$conf")" = "$sum" ] && [ ! -e "$r$conf.dpkg-dist" ] || fail "an upgrade touched the configuration"
	owned $conf "root:mango-hub 640"
	# A version that brings another file: ours stays, its lies beside.
	package 9.0.0.0-1 '# more'
	says "Setting up" in_root dpkg --force-confold -i /other.deb
	[ "$(sha256sum <"$r$conf")" = "$sum" ] && grep -q '^# more' "$r$conf.dpkg-dist" || fail "a changed conffile replaced the configuration"
	called "restart mango-hub.service;"

	touch "$r/var/lib/mango-hub/journal"
	ln -s /lib/systemd/system/mango-hub.service "$r/etc/systemd/system/multi-user.target.wants/mango-hub.service"
	says "Removing" in_root dpkg -r mangoofficesdk
	called "stop mango-hub.service;"
	[ ! -e "$r/usr/bin/mango-hub" ] && [ -e "$r$conf" ] && [ -e "$r/var/lib/mango-hub/journal" ] || fail "remove took too much, or too little"
	says "Purging" in_root dpkg -P mangoofficesdk
	left=$(find "$r/etc" "$r/usr" "$r/lib/systemd" "$r/var/lib" -iname '*mango*' ! -path "$r/usr/local/bin/*")
	[ -z "$left" ] || fail "purge left: $left"
	in_root getent passwd mango-hub >/dev/null || fail "purge took the user away"
	says "Setting up" in_root dpkg -i /new.deb
	called "" # not started before it is configured

	[ "$(dpkg-deb -f "$arm" Architecture)" = arm64 ] || fail "$arm is not for arm64"
	dpkg-deb -x "$arm" "$work/arm"
	says "$version" qemu-aarch64 "$work/arm/usr/bin/mango-hub" version
	echo "release: .deb installed, upgraded, removed, purged; lintian has no errors"
}

# unit: what systemd itself has to say of the package's unit.
unit() {
	local system=$cache/systemd
	sed "s|^ExecStart=|&$r|" "$r/lib/systemd/system/mango-hub.service" >"$work/mango-hub.service"
	LD_LIBRARY_PATH=$system/usr/lib/x86_64-linux-gnu/systemd SYSTEMD_UNIT_PATH=$work:$system/lib/systemd/system \
		timeout 60 "$system/usr/bin/systemd-analyze" verify --man=no --recursive-errors=no "$work/mango-hub.service" >"$work/out" 2>&1 || fail "systemd refuses the unit"
	[ ! -s "$work/out" ] || fail "systemd has something to say of the unit"
}

# installs FOLDER: the mango-addin.exe there finds its bundle, and the library loads.
installs() {
	build/ia32.sh || rm -f "$1/napi-host-windows-386.exe" # not every machine runs it
	says "проверено загрузкой: MangoOfficeSDK64_${version//./_}.dll" \
		build/wine/run.sh win10 64 "$work/guest" ".${1#"$work/guest"}/mango-addin.exe" install -dir 'Z:\guest\Папка ExtCompT'
}

zip() {
	local name=MangoOfficeSDK-$version-windows-amd64 dir="$work/guest/Мои программы"
	mkdir -p "$dir"
	unzip -q "dist/release/$name.zip" -d "$dir"
	for text in "$dir/$name"/*.txt; do
		[ "$(grep -c $'\r$' "$text")" = "$(grep -c '' "$text")" ] || fail "$text: lines do not end as Windows wants"
	done
	grep -q "$bundle" "$dir/$name/README.ru.txt" && grep -q "Copyright" "$dir/$name/LICENSE.txt" || fail "texts are missing"
	! grep -q '@' "$dir/$name/README.ru.txt" || fail "README.ru.txt has a gap"
	says "$version" build/wine/run.sh win10 64 "$work/guest" "./Мои программы/$name/mango-hub.exe" version
	installs "$dir/$name"
	echo "release: ZIP unpacked, the component installed from it"
}

sign() {
	local guest=$work/guest real
	export SOURCE_DATE_EPOCH
	SOURCE_DATE_EPOCH=$(build/epoch.sh)
	certificate
	mkdir "$work/bin" "$guest"
	# Notes what ps and a look at the environment would show of the signer.
	real=$(command -v osslsigncode)
	printf '#!/bin/sh\n{ printf "%%s " "$@"; tr "\\0" "\\n" </proc/self/environ; } >>"%s/shown"\nexec %s "$@"\n' "$work" "$real" >"$work/bin/osslsigncode"
	chmod 755 "$work/bin/osslsigncode"
	export PATH=$work/bin:$PATH

	cp -p dist/*.dll dist/*.so dist/mango-addin.exe dist/napi-host-windows-*.exe "$guest"
	says "not signed" build/sign.sh "$guest/MangoOfficeSDK.dll"
	cmp -s dist/MangoOfficeSDK.dll "$guest/MangoOfficeSDK.dll" || fail "a file was changed without a certificate"
	export MANGO_SIGN_CA=$work/ca.pem
	MANGO_SIGN_CERT=$work/cert.pem refused build/sign.sh "$guest/MangoOfficeSDK.dll"
	MANGO_SIGN_P12=$work/cert.p12 MANGO_SIGN_PASS=wrong refused build/sign.sh "$guest/MangoOfficeSDK.dll"
	# Nobody stamps: an error, not a file without a stamp.
	MANGO_SIGN_P12=$work/cert.p12 MANGO_SIGN_PASS=$password MANGO_SIGN_TS=http://127.0.0.1:1/ refused build/sign.sh "$guest/MangoOfficeSDK.dll"
	cmp -s dist/MangoOfficeSDK.dll "$guest/MangoOfficeSDK.dll" || fail "a refusal changed the file"

	export MANGO_SIGN_URL=https://example.ru/mango
	MANGO_SIGN_P12=$work/cert.p12 MANGO_SIGN_PASS=$password says "sign: MangoOfficeSDK64.dll" build/sign.sh "$guest"/*.dll "$guest"/*.exe
	cp dist/MangoOfficeSDK64.dll "$work/again.dll"
	printf '%s' "$password" >"$work/password"
	MANGO_SIGN_P12=$work/cert.p12 MANGO_SIGN_PASS_FILE=$work/password says "sign: again.dll" build/sign.sh "$work/again.dll"
	cmp -s "$work/again.dll" "$guest/MangoOfficeSDK64.dll" || fail "signed twice, a library differs"
	cp dist/MangoOfficeSDK64.dll "$work/again.dll"
	MANGO_SIGN_CERT=$work/cert.pem MANGO_SIGN_KEY=$work/key.pem says "sign: again.dll" build/sign.sh "$work/again.dll"
	grep -qF -- "-readpass" "$work/shown" && ! grep -qF "$password" "$work/shown" || fail "the password can be seen by others"

	says "Signature verification: ok" osslsigncode verify -CAfile "$work/ca.pem" -in "$guest/MangoOfficeSDK64.dll"
	grep -qF "https://example.ru/mango" "$work/out" && grep -qF "Message digest algorithm  : SHA256" "$work/out" || fail "the signature says too little"
	cp "$guest/MangoOfficeSDK64.dll" "$work/tampered.dll"
	printf 'x' | dd of="$work/tampered.dll" bs=1 seek=4000000 conv=notrunc status=none
	refused osslsigncode verify -CAfile "$work/ca.pem" -in "$work/tampered.dll"

	# Signed, they are what they were: exports, size, and they load.
	build/targets/check.sh --dir "$guest" windows-amd64 windows-386
	dist/mango-addin pack -dist "$guest" -out "$guest" -notices '' -date "$SOURCE_DATE_EPOCH" >/dev/null
	installs "$guest"
	cmp -s "$guest/Папка ExtCompT/MangoOfficeSDK64_${version//./_}.dll" "$guest/MangoOfficeSDK64.dll" || fail "what was installed is not what was signed"
	echo "release: signed, verified, refused when tampered with, loaded under wine"
}

# certificate: a root, and a certificate for code of it.
certificate() {
	password='пароль with spaces & $igns'
	(
		cd "$work"
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Test root' -keyout ca.key -out ca.pem
		openssl req -newkey rsa:2048 -nodes -subj '/CN=MangoOfficeSDK test' -keyout key.pem -out cert.csr
		printf 'extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n' >ext
		openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem
		PASSWORD=$password openssl pkcs12 -export -in cert.pem -inkey key.pem -certfile ca.pem -passout env:PASSWORD -out cert.p12
	) >"$work/out" 2>&1 || fail "no certificate could be made"
}

case ${1:-} in
again | deb | zip | sign) "$1" ;;
*) echo "usage: release.sh again|deb|zip|sign" >&2; exit 2 ;;
esac

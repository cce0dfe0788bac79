#!/usr/bin/env bash
# Installs what building and testing needs on Debian 12, and says what it does.
# Safe to repeat: what is there is left alone.
#
#   deps.sh compilers   cross compilers for the five targets and their hosts
#   deps.sh browser     Chromium, which test/browser drives
#   deps.sh packaging   what build/release.sh needs
#   deps.sh all         compilers, Chromium, LibreOffice, systemd-analyze, a small Debian to install
#                       packages into, and wine in a chroot of its own
#
# The wine chroot lies in a cache outside the checkout:
# ${MANGO_CACHE:-~/.cache/mangoofficesdk}, about 2.5 GB.
set -euo pipefail
cd "$(dirname "$0")/.."

compilers=(
	gcc g++ git
	gcc-12-multilib g++-12-multilib              # linux/386; gcc-multilib would evict the arm64 compiler
	gcc-aarch64-linux-gnu g++-aarch64-linux-gnu  # linux/arm64
	gcc-mingw-w64-x86-64-win32                   # windows/amd64
	gcc-mingw-w64-i686-win32                     # windows/386
	clang lld llvm                               # the conformance host with the MSVC ABI
)
runtime=(qemu-user debootstrap iproute2 curl) # curl: test/e2e follows docs/guide.ru.md
browser=(chromium fonts-inter) # test/browser; without a font no Cyrillic is drawn
office=(libreoffice-calc-nogui poppler-utils) # cmd/mango-hub/internal/sheets prints reports; 280 MB
packaging=(dpkg zip osslsigncode openssl)
judging=(lintian unzip) # test/e2e/release.sh
tracing=(strace) # sdk/journal/bolt shows that a record is synced before Append returns

say() { printf 'deps: %s\n' "$*"; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; return; fi
	command -v sudo >/dev/null || { say "not root, and there is no sudo: run make deps as root once"; exit 1; }
	sudo "$@"
}

apt_install() {
	local missing=() p
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
	done
	if [ ${#missing[@]} -eq 0 ]; then
		say "packages present"
		return
	fi
	say "installing with apt: ${missing[*]}"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# systemd-analyze, beside the system: the machine need not run systemd.
systemd() {
	local to=${MANGO_CACHE:-$HOME/.cache/mangoofficesdk}/systemd work
	[ ! -x "$to/usr/bin/systemd-analyze" ] || return 0
	say "fetching systemd-analyze"
	work=$(mktemp -d)
	(cd "$work" && as_root apt-get download -qq systemd libsystemd-shared 2>/dev/null)
	mkdir -p "$to"
	for p in "$work"/*.deb; do dpkg -x "$p" "$to"; done
	rm -rf "$work"
}

# A Debian of the smallest kind: test/e2e/release.sh installs the package into a
# copy of it. debootstrap mounts; what is mounted ends with it.
small_debian() {
	local to=${MANGO_CACHE:-$HOME/.cache/mangoofficesdk}/debian site
	[ ! -e "$to.made" ] || return 0
	say "making a small Debian"
	site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' | head -n 1)
	mkdir -p "${to%/*}"
	as_root rm -rf --one-file-system "$to"
	as_root unshare --mount --propagation private debootstrap --variant=minbase --components=main bookworm "$to" "$site" >"$to.log" 2>&1 ||
		{ say "debootstrap failed, see $to.log"; exit 1; }
	touch "$to.made"
}

command -v go >/dev/null || { say "Go is missing: install Go 1.26 or later first"; exit 1; }

case ${1:-all} in
compilers) apt_install "${compilers[@]}" ;;
browser) apt_install "${browser[@]}" ;;
packaging) apt_install "${packaging[@]}" ;;
all)
	apt_install "${compilers[@]}" "${runtime[@]}" "${browser[@]}" "${tracing[@]}" "${office[@]}" "${packaging[@]}" "${judging[@]}"
	build/wine/setup.sh
	systemd
	small_debian
	;;
*) say "usage: deps.sh compilers|browser|packaging|all"; exit 2 ;;
esac

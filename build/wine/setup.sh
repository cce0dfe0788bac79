#!/bin/bash
# Makes the chroot where Windows programs are run, unless it is there already.
#
# Why a chroot: 32-bit wine needs i386 packages of exactly the machine's
# versions, and with the security suite enabled they often do not match. A
# chroot of plain bookworm main, amd64 and i386, always resolves.
#
#   build/wine/setup.sh           make or update; does nothing when up to date
#   build/wine/setup.sh --remove  remove it
set -euo pipefail
wine_self=$(readlink -f "${BASH_SOURCE[0]}")
. "$(dirname "$wine_self")/common.sh"
if [ "${1:-}" != --remove ] && [ "$(cat "$wine_root/.stamp" 2>/dev/null)" = "$(wine_stamp)" ]; then
	exit 0
fi
wine_become_root "$@"
wine_private_mounts "$@"

mkdir -p "$wine_cache"
: >>"$wine_cache/setup.log"
exec 9>"$wine_cache/lock"
flock -n 9 || { wine_say "another run holds $wine_cache/lock, waiting"; flock 9; }

# No run may use a prefix while it is made.
exec 8>"$wine_cache/lock-win10" 7>"$wine_cache/lock-win7"

# The mirror the machine itself uses for Debian 12; debootstrap gets the same.
mirror() {
	apt-get indextargets --format '$(SITE)' \
		'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' | head -n 1
}

# Runs one step quietly; a failed one ends the script and says where to look.
step() {
	"$@" >>"$wine_cache/setup.log" 2>&1 </dev/null || wine_die "failed: $* (see $wine_cache/setup.log)"
}

base() {
	local new=$wine_root.new site
	site=$(mirror)
	[ -n "$site" ] || wine_die "apt knows no Debian bookworm main; run apt-get update on a Debian 12 machine"
	wine_remove "$new"
	wine_say "1/4 base system, about half a minute"
	step debootstrap --variant=minbase --arch=amd64 --components=main bookworm "$new" "$site"
	mv "$new" "$wine_root"
}

packages() {
	local wanted=(wine wine64)
	step wine_chroot dpkg --configure -a # of an installation that was cut off
	if [ "$widths" = 64 ]; then
		wine_say "2/4 wine for 64 bit only, as this machine refuses 32-bit programs; about a minute, 1.5 GB on disk"
	else
		wine_say "2/4 wine for 64 and 32 bit, about a minute, 2.3 GB on disk"
		wanted+=(wine32:i386)
		step wine_chroot dpkg --add-architecture i386
	fi
	step wine_chroot apt-get -q update
	step wine_chroot apt-get -q install -y --no-install-recommends "${wanted[@]}"
	step wine_chroot apt-get -q clean
	echo "$widths" >"$wine_root/.packages"
}

stubs() {
	wine_say "3/4 stub of bcryptprimitives.dll"
	mkdir -p "$wine_root/stub"
	step x86_64-w64-mingw32-gcc-win32 -O2 -s -shared -o "$wine_root/stub/bcryptprimitives64.dll" "$wine_stub" -ladvapi32
	step i686-w64-mingw32-gcc-win32 -O2 -s -shared -Wl,--kill-at -o "$wine_root/stub/bcryptprimitives32.dll" "$wine_stub" -ladvapi32
}

# Two prefixes: "win10" with ProcessPrng, "win7" without.
prefixes() {
	local name
	for name in win10 win7; do
		wine_say "4/4 prefix $name"
		wine_kill "$name"
		rm -rf --one-file-system "$wine_root/prefix/$name"
		mkdir -p "$wine_root/prefix"
		step wine_chroot WINEPREFIX=/prefix/$name timeout 180 wineboot --init
		registry "$name" 'HKCU\Software\Wine' Version "$name"
		# A crash must end the program, not open a debugger.
		registry "$name" 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' Debugger false
		registry "$name" 'HKCU\Software\Wine\WineDbg' ShowCrashDialog 0 /t REG_DWORD
		step wine_chroot WINEPREFIX=/prefix/$name timeout 60 wineserver --wait
	done
	cp "$wine_root/stub/bcryptprimitives64.dll" "$wine_root/prefix/win10/drive_c/windows/system32/bcryptprimitives.dll"
	if [ "$widths" != 64 ]; then
		cp "$wine_root/stub/bcryptprimitives32.dll" "$wine_root/prefix/win10/drive_c/windows/syswow64/bcryptprimitives.dll"
	fi
}

# registry PREFIX KEY VALUE DATA [reg options…]
registry() {
	local prefix=$1 key=$2 value=$3 data=$4
	shift 4
	step wine_chroot WINEPREFIX=/prefix/"$prefix" timeout 60 /usr/lib/wine/wine64 reg add "$key" /v "$value" /d "$data" /f "$@"
}

if [ "${1:-}" = --remove ]; then
	wine_remove "$wine_cache"
	exit 0
fi
[ "$(cat "$wine_root/.stamp" 2>/dev/null)" = "$(wine_stamp)" ] && exit 0 # made while we waited
for old in "$wine_cache"/root-*; do
	if [ -d "$old" ] && [ "$old" != "$wine_root" ]; then wine_remove "$old"; fi
done
flock 8
flock 7
widths=$(wine_widths)
: >"$wine_cache/setup.log"
[ -d "$wine_root" ] || base
wine_mount "$wine_root"
[ "$(cat "$wine_root/.packages" 2>/dev/null)" = "$widths" ] || packages
stubs
prefixes
wine_stamp >"$wine_root/.stamp"
wine_say "ready"

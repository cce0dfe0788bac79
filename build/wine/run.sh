#!/bin/bash
# Runs a Windows program.
#
#   build/wine/run.sh <win10|win7> <32|64> <dir> program.exe [args…]
#
# dir is the program's current directory, drive-wise Z:\guest, on the network
# \\guest\share; it is the machine's directory itself, so what the program
# writes there stays. Standard
# streams and the exit code are the program's. WINE_SECONDS (default 600)
# bounds the run: exit code 124.
set -euo pipefail
wine_self=$(readlink -f "${BASH_SOURCE[0]}")
. "$(dirname "$wine_self")/common.sh"
[ $# -ge 4 ] || wine_die "usage: run.sh <win10|win7> <32|64> <dir> program.exe [args…]"
case $1 in win10 | win7) ;; *) wine_die "no prefix $1" ;; esac
case $2 in 32 | 64) ;; *) wine_die "no width $2" ;; esac
[ "$2" = 64 ] || bash "$wine_here/../ia32.sh" || wine_die "this machine refuses 32-bit programs"
[ -d "$3" ] || wine_die "no directory $3"
wine_become_root "$@"
[ "${WINE_PRIVATE_MOUNTS:-}" = 1 ] || bash "$wine_here/setup.sh"
wine_private_mounts "$@"
prefix=$1 bits=$2 dir=$(readlink -f "$3")
shift 3

# One run at a time per prefix: a wineserver is shared by all programs of a
# prefix but sees only the mounts of the run that started it.
exec 9>"$wine_cache/lock-$prefix"
flock 9

wine_mount "$wine_root"
mkdir -p "$wine_root/guest"
mount --bind "$dir" "$wine_root/guest"
# Wine looks for shares of the network here.
shares=$wine_root/prefix/$prefix/dosdevices/unc
mkdir -p "$shares/guest"
ln -sfn ../../../../../guest "$shares/guest/share"

loader=wine64
if [ "$bits" = 32 ]; then loader=wine; fi
rc=0
wine_chroot WINEPREFIX=/prefix/"$prefix" \
	timeout --kill-after=5 "${WINE_SECONDS:-600}" \
	sh -c 'cd /guest && exec "$0" "$@"' "/usr/lib/wine/$loader" "$@" || rc=$?
# The server must not outlive the mounts.
wine_kill "$prefix"
exit $rc

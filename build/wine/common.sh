# Shared by setup.sh and run.sh: where the chroot lives and how it is entered.
# Sourced, never run.

# The recipe's number. Raise it when the packages or the prefixes change: the
# next run builds a new chroot and removes the old one.
WINE_RECIPE=2

wine_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wine_cache=${MANGO_CACHE:-$HOME/.cache/mangoofficesdk}/wine
wine_root=$wine_cache/root-$WINE_RECIPE
wine_stub=$wine_here/prngstub.c

wine_say() { printf 'wine: %s\n' "$*" >&2; }
wine_die() { wine_say "$*"; exit 1; }

# Which programs this machine runs: "64", or "64 32". A prefix made without the
# 32-bit half must be made anew where there is one.
wine_widths() { if bash "$wine_here/../ia32.sh"; then echo 64 32; else echo 64; fi; }

# The stub is part of the recipe: a changed stub must reach the prefixes.
wine_stamp() { printf '%s %s %s\n' "$WINE_RECIPE" "$(sha256sum <"$wine_stub" | cut -c1-16)" "$(wine_widths)"; }

# Everything here mounts, so it needs root; a user with sudo is asked once.
wine_become_root() {
	[ "$(id -u)" = 0 ] && return
	command -v sudo >/dev/null || wine_die "needs root (chroot and bind mounts), and there is no sudo"
	exec sudo --preserve-env=MANGO_CACHE,HOME,http_proxy,https_proxy,WINE_SECONDS,WINEDEBUG,HOST_VERBOSE bash "$wine_self" "$@"
}

# Re-runs the calling script in a mount namespace of its own. Bind mounts made
# there are seen by nobody else and go away with the last process of the run,
# even after kill -9: a later rm of the cache can never reach /dev through them.
wine_private_mounts() {
	[ "${WINE_PRIVATE_MOUNTS:-}" = 1 ] && return
	WINE_PRIVATE_MOUNTS=1 exec unshare --mount --propagation private bash "$wine_self" "$@"
}

# The kernel's file systems a chroot needs, and the trap that takes them away.
wine_mount() {
	local fs
	trap wine_umount EXIT
	trap 'exit 130' INT TERM HUP
	for fs in proc dev dev/pts sys; do
		mkdir -p "$1/$fs"
		mount --bind "/$fs" "$1/$fs"
	done
	wine_mounted=$1
}

wine_umount() {
	local fs
	[ -n "${wine_mounted:-}" ] || return 0
	for fs in guest sys dev/pts dev proc; do
		mountpoint -q "$wine_mounted/$fs" && umount --lazy "$wine_mounted/$fs"
	done
	return 0
}

# Removes a chroot, but only one nothing is mounted in, as seen by this
# process and by init: rm through a bind-mounted /dev would empty the machine's.
wine_remove() {
	local seen
	for seen in /proc/self/mountinfo /proc/1/mountinfo; do
		if [ -r "$seen" ] && awk -v d="$1/" 'index($5 "/", d) == 1 { f = 1 } END { exit !f }' "$seen"; then
			wine_die "something is mounted below $1: not touching it"
		fi
	done
	rm -rf --one-file-system -- "$1"
}

# Runs a command inside the chroot with a small, known environment. Descriptors
# 7–9 are the locks of the scripts; a server that stays must not inherit them.
wine_chroot() {
	chroot "$wine_root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive ${HOST_VERBOSE:+HOST_VERBOSE=1} WINEARCH=win64 WINEDEBUG="${WINEDEBUG:--all}" \
		WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=" \
		${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@" 7>&- 8>&- 9>&-
}

# Ends the wineserver of a prefix, and with it every program there. The lock of
# the prefix is held: they are all ours.
wine_kill() {
	[ -d "$wine_root/prefix/$1" ] || return 0
	wine_chroot WINEPREFIX=/prefix/"$1" timeout 20 wineserver --kill >/dev/null 2>&1 || true
	wine_chroot WINEPREFIX=/prefix/"$1" timeout 20 wineserver --wait >/dev/null 2>&1 || true
}

#!/usr/bin/env bash
# Exit code 0 when this process may mount file systems and make network
# namespaces: root in a machine of its own may, root in many containers may not.
set -euo pipefail
[ "$(id -u)" -eq 0 ] || exit 1
dir=$(mktemp -d)
trap 'rmdir "$dir"' EXIT
mount -t tmpfs -o size=64k tmpfs "$dir" 2>/dev/null || exit 1
umount "$dir"
ip netns add mangoprobe 2>/dev/null || exit 1
ip netns del mangoprobe

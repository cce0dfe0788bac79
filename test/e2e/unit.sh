#!/usr/bin/env bash
# The unit that mango-hub install writes, judged by systemd itself: no systemd runs
# here, but systemd-analyze reads a unit as it does. Needs what `make build` and
# `build/deps.sh all` make.
set -euo pipefail
cd "$(dirname "$0")/../.."

analyze=${MANGO_CACHE:-$HOME/.cache/mangoofficesdk}/systemd/usr/bin/systemd-analyze
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
system=$(dirname "$analyze")/../../lib/systemd/system

verify() { # UNIT: what systemd has to say of it
	LD_LIBRARY_PATH=$(dirname "$analyze")/../lib/x86_64-linux-gnu/systemd SYSTEMD_UNIT_PATH=$work:$system \
		timeout 60 "$analyze" verify --man=no --recursive-errors=no "$1" 2>&1
}

unit() { # EDIT of the configuration
	dist/mango-hub init -demo -silent -replace -config "$work/hub.toml" >/dev/null
	sed -i "$1" "$work/hub.toml"
	dist/mango-hub install -print -config "$work/hub.toml" | sed -n '/^\[Unit\]/,/^WantedBy=/p' >"$work/mango-hub.service"
}

for edit in '' "s|^listen = .*|listen = ':443'|" "s|^data_dir = .*|data_dir = '/srv/my 50% hub'|"; do
	unit "$edit"
	said=$(verify "$work/mango-hub.service") || { echo "unit: systemd-analyze verify failed ($edit): $said"; exit 1; }
	[ -z "$said" ] || { echo "unit: systemd says of it ($edit): $said"; exit 1; }
done
# What is wrong is told: the silence above means something.
sed -i 's/^NoNewPrivileges=/NoNewPrivilegs=/' "$work/mango-hub.service"
said=$(verify "$work/mango-hub.service" || true)
[[ $said == *NoNewPrivilegs* ]] || { echo "unit: a wrong key goes unnoticed"; exit 1; }
echo "unit: systemd has nothing to say of three of them"

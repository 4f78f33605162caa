#!/bin/sh
# Installs the npm servers of this folder into the user's cache folder, once per
# lockfile, and prints where they are. Needs the network only the first time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pintray-test
key=$(cat "$here/package-lock.json" "$here/.npmrc" | cksum | tr ' ' '-')
dir=$cache/servers-$key

if [ ! -e "$dir/installed" ]; then
	mkdir -p "$dir"
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$dir/"
	echo "installing the pinning servers of the tests into $dir" >&2
	(cd "$dir" && npm ci --ignore-scripts --loglevel=error) >&2
	: >"$dir/installed"
fi
cp "$here"/*.mjs "$dir/"
echo "$dir"

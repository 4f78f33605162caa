#!/bin/sh
# Installs the npm packages of a folder (default: the servers of this one) into
# the user's cache folder, once per lockfile, and prints where they are. Needs the
# network only the first time.
#   install.sh [FOLDER]
set -eu
here=$(cd "${1:-$(dirname "$0")}" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pintray-test
key=$(cat "$here/package-lock.json" "$here/.npmrc" | cksum | tr ' ' '-')
dir=$cache/$(basename "$here")-$key

if [ ! -e "$dir/installed" ]; then
	mkdir -p "$dir"
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$dir/"
	echo "installing the $(basename "$here") of the tests into $dir" >&2
	(cd "$dir" && npm ci --ignore-scripts --loglevel=error) >&2
	: >"$dir/installed"
fi
for script in "$here"/*.mjs; do
	[ ! -e "$script" ] || cp "$script" "$dir/"
done
echo "$dir"

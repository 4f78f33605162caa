#!/bin/sh
# Makes sure that what is named by the arguments is installed:
#   build    a C compiler and the headers the window is linked with
#   display  a virtual display and a picture of it, for a machine without one
#   test     what the tests drive: display, desktop bus, keyring, panel, node
# Debian and Ubuntu: installs what is missing. Elsewhere: says what to type.
# When nothing is missing nothing is asked of the network.
set -eu

commands= debian= fedora= arch= brew=
want() { # command-or-dash debian fedora arch
	commands="$commands $1" debian="$debian $2" fedora="$fedora $3" arch="$arch $4"
}
for group in "$@"; do
	case $group in
	build)
		want gcc "gcc libc6-dev" gcc gcc
		want pkg-config pkg-config pkgconf pkgconf
		want - libgl1-mesa-dev mesa-libGL-devel libglvnd
		want - xorg-dev "libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel" \
			"libxcursor libxrandr libxinerama libxi libxxf86vm"
		;;
	display)
		want Xvfb xvfb xorg-x11-server-Xvfb xorg-server-xvfb
		want import imagemagick ImageMagick imagemagick
		want openbox openbox openbox openbox
		;;
	test)
		want Xvfb xvfb xorg-x11-server-Xvfb xorg-server-xvfb
		want import imagemagick ImageMagick imagemagick
		want openbox openbox openbox openbox
		want xdotool xdotool xdotool xdotool
		want dbus-daemon dbus dbus-daemon dbus
		want gnome-keyring-daemon gnome-keyring gnome-keyring gnome-keyring
		want xfce4-panel xfce4-panel xfce4-panel xfce4-panel
		want - fonts-noto-cjk google-noto-sans-cjk-fonts noto-fonts-cjk
		want node nodejs nodejs nodejs
		want npm npm npm npm
		brew="$brew node"
		;;
	*)
		echo "need.sh: no such group: $group" >&2
		exit 2
		;;
	esac
done

case $(uname -s) in
Darwin)
	xcode-select -p >/dev/null 2>&1 || {
		echo "A C compiler is missing. Type:  xcode-select --install" >&2
		exit 1
	}
	for c in $brew; do
		command -v "$c" >/dev/null || {
			echo "$c is missing. Type:  brew install$brew" >&2
			exit 1
		}
	done
	exit 0
	;;
MINGW* | MSYS* | CYGWIN*)
	command -v gcc >/dev/null && exit 0
	echo "A C compiler is missing. Type:  winget install -e --id BrechtSanders.WinLibs.POSIX.UCRT" >&2
	exit 1
	;;
esac

by_hand() {
	for c in $commands; do
		if [ "$c" != - ] && ! command -v "$c" >/dev/null; then
			echo "$c is missing. Type:  $1" >&2
			exit 1
		fi
	done
	pkg-config --exists gl x11 xcursor xrandr xinerama xi xxf86vm && return
	echo "Headers of X11 or OpenGL are missing. Type:  $1" >&2
	exit 1
}

if command -v apt-get >/dev/null; then
	missing=
	for p in $debian; do
		case $p in
		# These two are as often installed by other ways than the package.
		nodejs) command -v node >/dev/null && continue ;;
		npm) command -v npm >/dev/null && continue ;;
		esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing="$missing $p"
	done
	[ -n "$missing" ] || exit 0
	echo "installing:$missing"
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || {
			echo "As root, type:  apt-get update && apt-get install --no-install-recommends$missing" >&2
			exit 1
		}
		sudo=sudo
	fi
	$sudo apt-get update -q
	# shellcheck disable=SC2086
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
elif command -v dnf >/dev/null; then
	by_hand "sudo dnf install$fedora"
elif command -v pacman >/dev/null; then
	by_hand "sudo pacman -S --needed$arch"
else
	by_hand "your package manager's command for:$debian (names as in Debian)"
fi

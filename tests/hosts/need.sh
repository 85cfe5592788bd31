#!/usr/bin/env bash
# Ensures that a tool is installed: need.sh 'COMMAND ARGUMENT...' PACKAGE...
# If the command fails, root installs Debian's packages. For other users, it
# prints what to install.
set -euo pipefail
read -ra command <<< "$1"
shift
"${command[@]}" > /dev/null 2>&1 && exit
if [[ $(id -u) != 0 ]] || ! command -v apt-get > /dev/null; then
	echo "${command[*]}: does not work, install it (on Debian: $*)" >&2
	exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" > /dev/null
"${command[@]}" > /dev/null || { echo "${command[*]}: does not work after installing $*" >&2; exit 1; }

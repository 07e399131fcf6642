#!/bin/sh
# Makes the recording again: real tools against the decoy, inside namespaces of their own (root, Linux).
# Nothing leaves them: there is no device but loopback and the cables to the clients.
#   ./install-tools.sh && ./record.sh [--sessions N] [--out FOLDER] [--only TOOL]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node=$here/../../../../node_modules/.bin/node
work=$(mktemp -d)
trap 'rmdir "$work"' EXIT

unshare --net --mount --uts --pid --fork --kill-child --mount-proc sh -eu -c '
  here=$1 node=$2 work=$3
  shift 3
  mount -t tmpfs tmpfs "$work"
  mount -t tmpfs tmpfs /run
  mkdir -p "$work/home"
  hostname visitor
  printf "127.0.0.1 localhost\n192.0.2.10 www.larkfield.example\n" >"$work/hosts4"
  printf "::1 localhost\n2001:db8::80 www.larkfield.example\n" >"$work/hosts6"
  : >"$work/resolv.conf"
  mount --bind "$work/hosts4" /etc/hosts
  mount --bind "$work/resolv.conf" /etc/resolv.conf
  ip link set lo up
  ip address add 192.0.2.10/32 dev lo
  ip address add 2001:db8::80/128 dev lo
  PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin HOME=$work/home TMPDIR=$work TERM=dumb LANG=C.UTF-8 USER=visitor "$node" "$here/record.ts" --work "$work" "$@"
' sh "$here" "$node" "$work" "$@"

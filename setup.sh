#!/bin/sh
# Makes a fresh checkout ready: what it takes to build; for "test", what the tests run against; for "bench", what
# is measured against. Does nothing where all is there. Called by npm's scripts.
set -eu
cd "$(dirname "$0")"

node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || {
  echo "setup: Sheepdog needs Node 20.19 or newer, this is $(node --version)" >&2
  exit 1
}

# What is missing, as "command:Debian package".
missing=
need() {
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
  done
}
need flock:util-linux mkfifo:coreutils
# better-sqlite3 is compiled where no prebuilt one can be had.
[ -e node_modules/better-sqlite3/build/Release/better_sqlite3.node ] || need make:make g++:g++ python3:python3
# And sd-notify, which is left out where it cannot be: then the program systemd-notify does its work.
if [ ! -e node_modules/sd-notify/build/Release/notify.node ] && [ ! -e /usr/include/systemd/sd-daemon.h ] && [ "$(id -u)" = 0 ]; then
  missing="$missing libsystemd-dev"
fi
[ "${1-}" != test ] || need python3:python3 ruby:ruby guile:guile-3.0 redis-server:redis-server \
  redis-sentinel:redis-sentinel openssl:openssl script:bsdutils borg:borgbackup faketime:faketime make:make \
  mandoc:mandoc man:man-db col:bsdextrautils zsh:zsh fish:fish \
  /usr/lib/nagios/plugins/check_disk:monitoring-plugins-basic rpm:rpm rpmbuild:rpm pacman:pacman-package-manager \
  restic:restic smartctl:smartmontools mkfs.btrfs:btrfs-progs ssh-keygen:openssh-client ssh-agent:openssh-client \
  zypper:zypper createrepo_c:createrepo-c emacs:emacs-nox swipl:swi-prolog-nox
# What diaries are compared with.
[ "${1-}" != test ] || /usr/bin/python3 -c "import recurring_ical_events" 2>/dev/null || missing="$missing python3-icalendar python3-dateutil python3-recurring-ical-events"
# rustup puts a rustc into the path that works only where its owner has chosen one, in the home.
[ "${1-}" != test ] || rustc --version >/dev/null 2>&1 || need /usr/bin/rustc:rustc
# The units are tested on hosts that are booted for the purpose, with a systemd of their own, and the packaging in
# folders with Debian's Guix and Nix. That takes root.
[ "${1-}" != test ] || [ "$(id -u)" != 0 ] || need /lib/systemd/systemd:systemd systemctl:systemd dbus-daemon:dbus ip:iproute2 unshare:util-linux setfattr:attr /usr/sbin/sshd:openssh-server /usr/sbin/nft:nftables /usr/sbin/chronyd:chrony mmdebstrap:mmdebstrap git:git

if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing$missing" >&2
    # Packages are only unpacked: no service of theirs is started on this machine.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # shellcheck disable=SC2086 # one word a package
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null
  else
    echo "setup: please install$missing; or run this in: guix shell node redis openssl borg restic make gcc-toolchain python util-linux; or in: nix shell nixpkgs#{nodejs,redis,openssl,borgbackup,restic,gnumake,gcc,python3,util-linux}" >&2
    exit 1
  fi
fi

# The headers that came with this node, where they did: then compiling fetches nothing.
node_prefix=$(dirname "$(dirname "$(command -v node)")")
if [ -z "${npm_config_nodedir-}" ] && [ -e "$node_prefix/include/node/node.h" ]; then
  export npm_config_nodedir="$node_prefix"
fi

# Fresh, or the lock file has changed since.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "setup: npm ci" >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi

if [ "${1-}" = bench ] && [ ! -e bench/bullmq/node_modules ]; then
  (cd bench/bullmq && npm install --no-audit --no-fund --no-package-lock --loglevel=error >&2)
fi

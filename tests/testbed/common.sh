# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
#
# What the scripts of the testbed share. Sourced, never run. They all keep to this:
#   * servers listen on loopback only, on random free ports between 20000 and
#     31999 (below the kernel's own range, so that no client takes them);
#   * everything lives under one directory that the caller names: configuration,
#     queue, mail, logs, pid files; nothing of /etc/postfix or /etc/dovecot is read;
#   * a process is ended by the pid in its own pid file, and only when that
#     pid still runs the program that was started;
#   * DIR/env lists what was started, as NAME=value lines for tests to source.

set -euo pipefail

TB_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TB_LO=127.0.0.1
TB_LO_STRICT=127.0.0.2 # see dovecot-start: the address that insists on TLS

# The account that handles mail when the testbed is started by root: pipe(8) runs
# no command as root, and Dovecot keeps no mail of root.
TB_USER=${TB_USER:-nobody}

tb_say() {
	printf 'testbed: %s\n' "$*" >&2
}

tb_die() {
	tb_say "$*"
	exit 1
}

# tb_need PROGRAM PACKAGE
tb_need() {
	command -v "$1" >/dev/null 2>&1 ||
	    tb_die "$1 is not there; apt-get install --no-install-recommends $2"
}

# tb_dir DIR: make it (others must be able to walk through it) and print its
# whole path. A blank in it would split words in main.cf and master.cf.
tb_dir() {
	local d
	[ -n "${1:-}" ] || tb_die "usage: ${0##*/} DIR"
	mkdir -p "$1"
	d=$(cd "$1" && pwd -P)
	case $d in *[[:space:]]*) tb_die "the path must not contain blanks: $d" ;; esac
	chmod 755 "$d"
	printf '%s\n' "$d"
}

tb_listening() {
	(exec 3<>"/dev/tcp/$TB_LO/$1") 2>/dev/null
}

# tb_free_port: somebody may take it before it is bound; who starts a server tries again.
tb_free_port() {
	local port tries
	for ((tries = 0; tries < 200; tries++)); do
		port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
		case " ${TB_TAKEN:-} " in *" $port "*) continue ;; esac
		tb_listening "$port" && continue
		printf '%s\n' "$port"
		return 0
	done
	tb_die "no free port in $tries tries"
}

# tb_wait_port PORT SECONDS
tb_wait_port() {
	local end=$((SECONDS + $2))
	until tb_listening "$1"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05 # poll
	done
}

# tb_alive PID: a zombie that nobody has waited for does not live.
tb_alive() {
	local stat
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	stat=${stat##*) } # the state is the first field behind "(name)"
	[ "${stat%% *}" != Z ]
}

# tb_stop_pid PIDFILE NAME: end the process in PIDFILE if it is still NAME.
tb_stop_pid() {
	local pid name tries
	[ -s "$1" ] || return 0
	pid=$(tr -dc 0-9 <"$1")
	{ [ -n "$pid" ] && tb_alive "$pid"; } || return 0
	{ name=$(<"/proc/$pid/comm"); } 2>/dev/null || return 0
	if [ "$name" != "$2" ]; then
		tb_say "process $pid is '$name' and not '$2': left alone"
		return 0
	fi
	kill -TERM "$pid" 2>/dev/null || true
	for ((tries = 0; tries < 250; tries++)); do
		tb_alive "$pid" || return 0
		sleep 0.02 # poll
	done
	tb_say "process $pid ($2) did not end in 5 s: killed"
	kill -KILL "$pid" 2>/dev/null || true
}

# tb_setenv DIR NAME VALUE: a line of DIR/env, in place of an old one.
tb_setenv() {
	touch "$1/env"
	{
		grep -v "^$2=" "$1/env" || true
		printf '%s=%q\n' "$2" "$3"
	} >"$1/env.new"
	mv "$1/env.new" "$1/env"
}

# tb_as_user COMMAND...: as $TB_USER when we are root, else as we are.
tb_as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$TB_USER" --regid="$(id -g "$TB_USER")" --clear-groups -- "$@"
	else
		"$@"
	fi
}

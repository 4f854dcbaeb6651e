#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
# mroute-deliver and the end of the one who writes to it: a message cut short by
# pipe(8)'s death must never count, for Postfix delivers it again. And the ends
# that come from outside: time, signals.

load helper
own_as "$(id -un)"

setup_file() {
	work_make
	head -c 300000 /dev/urandom >"$WORK/msg"
	mkfifo "$WORK/never"
}

teardown_file() {
	work_remove
}

setup() {
	spool=$WORK/spool
	rm -rf "$spool"
	spool_make "$spool"
}

# writer BYTES OPTION...: like pipe(8): starts the door, writes the first BYTES
# of the message and then waits for ever, with the pipe open. It is $writer, the door $door.
writer() {
	rm -f "$WORK"/{door,written}
	"$BASH" -c '
		bytes=$1
		shift
		exec 3> >(exec "$@" >"$WORK/said" 2>&1)
		echo $! >"$WORK/door"
		head -c "$bytes" "$WORK/msg" >&3
		: >"$WORK/written"
		read -r _ <>"$WORK/never"' _ "$1" "$WORK/bin/mroute-deliver" -s "$spool" \
	    -f a@b.example "${@:2}" -- c@d.example 3>&- &
	writer=$!
	wait_for 20 test -e "$WORK/written"
	door=$(<"$WORK/door")
}

nothing_left() {
	[ -z "$(names_in "$spool/new")" ]
	[ -z "$(names_in "$spool/tmp")" ]
}

@test "killed at any time, the writer's message does not count" {
	n=0
	for bytes in 0 1 4096 65536 200000 299999 300000 300000 4096 65536 200000 300000; do
		writer "$bytes"
		kill -9 "$writer"
		wait "$writer" || true
		wait_for 20 gone "$door"
		nothing_left
		n=$((n + 1))
	done
	[ "$n" -eq 12 ]
}

# The worst moments: the pipe is at its end while the writer is not quite dead. Here
# the writer closes it and goes on living, and is killed when the door is at
# a certain system call. The calls from the end of file on are each tried.
@test "killed behind the end of file but before the rename" {
	strace -qq -o /dev/null true || skip 'strace may not trace here'
	head -c 2000 "$WORK/msg" >"$WORK/short" # one write
	for call in write fsync getppid; do
		rm -f "$WORK"/{door,trace}
		# strace holds the door at that call for two seconds. It stands between
		# the door and its parent, so it gets the parent's part: -D puts it aside.
		# getppid is called at the start too; the second one counts.
		when=1
		[ "$call" != getppid ] || when=2
		"$BASH" -c '
			strace -D -qq -o "$WORK/trace" -e "inject=$1:delay_enter=2000000:when=$2" \
			    "${@:3}" <"$WORK/short" >"$WORK/said" 2>&1 &
			echo $! >"$WORK/door"
			read -r _ <>"$WORK/never"' _ "$call" "$when" "$WORK/bin/mroute-deliver" \
		    -s "$spool" -f a@b.example -- c@d.example 3>&- &
		writer=$!
		wait_for 20 test -s "$WORK/door"
		# In tmp/ and at its end: the call is about to be made.
		at_the_end() {
			grep -qs '^read(0, "", ' "$WORK/trace"
		}
		wait_for 20 at_the_end
		kill -9 "$writer"
		wait "$writer" || true
		wait_for 20 gone "$(<"$WORK/door")"
		nothing_left
	done
}

# pipe(8) makes its command a session leader; an orphan from the start has
# init for a parent. In a PID namespace, where the shell is init.
@test "an orphan from its start is refused, a child of init is not" {
	flags=-pf
	[ "$EUID" = 0 ] || flags=-Urpf
	unshare "$flags" --mount-proc true 2>/dev/null || skip 'no namespaces here'
	own_as root
	try unshare "$flags" --mount-proc "$BASH" -c '
		. "$1"
		own_as root
		rm -rf "$2"
		spool_make "$2"
		door=("$WORK/bin/mroute-deliver" -s "$2" -f a@b.example -- c@d.example)
		"${door[@]}" <"$WORK/msg"
		echo "child $?"
		# setsid would fork if it were a group leader: then we would not be the parent.
		setsid "${door[@]}" <"$WORK/msg"
		echo "leader $?"' _ "$BATS_TEST_DIRNAME/helper.bash" "$spool"
	[ "$output" = "child 0
4.3.0 mroute: try again later
leader 75" ]
}

@test "a message that does not come to its end: the watchdog says 75" {
	start=$EPOCHREALTIME
	late() {
		"$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example --time-limit 1 -- c@d.example \
		    <>"$WORK/never"
	}
	try late
	[ "$status" -eq 75 ]
	[ "$output" = '4.3.0 mroute: try again later' ]
	took=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
	[ "$took" -ge 900 ]
	nothing_left
}

@test "the watchdog barks though its signal is blocked and ignored from the start" {
	# env can do both before it starts the program.
	late() {
		env --ignore-signal=ALRM --block-signal=ALRM,TERM "$WORK/bin/mroute-deliver" \
		    -s "$spool" -f a@b.example --time-limit 1 -- c@d.example <>"$WORK/never"
	}
	try timeout -k 1 20 "$BASH" -c "$(declare -f late); late"
	[ "$status" -eq 75 ]
	nothing_left
}

@test "ended by a signal, it takes its half of a message with it" {
	for signal in TERM HUP INT; do
		writer 100000
		kill -s "$signal" "$door"
		wait_for 20 gone "$door"
		[ "$(<"$WORK/said")" = '4.3.0 mroute: try again later' ]
		nothing_left
		kill -9 "$writer"
		wait "$writer" || true
	done
}

@test "killed outright, it leaves a file in tmp/ that nobody has locked" {
	writer 100000
	tmp() {
		tmp_file=("$spool"/tmp/*)
		[ -s "${tmp_file[0]}" ]
	}
	wait_for 20 tmp
	refute flock -n "${tmp_file[0]}" true
	kill -9 "$door"
	wait_for 20 gone "$door"
	flock -n "${tmp_file[0]}" true
	[ -z "$(names_in "$spool/new")" ]
	kill -9 "$writer"
	wait "$writer" || true
}

@test "behind the commit no signal changes the answer" {
	strace -qq -o /dev/null true || skip 'strace may not trace here'
	for signal in TERM ALRM HUP INT USR1; do
		rm -f "$spool"/new/*
		# When it pokes the engine, the message is ours.
		try strace -qq -o "$WORK/trace" -e "inject=socket:signal=$signal" \
		    "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example <"$WORK/msg"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
		spool_bytes "$spool"/new/* | cmp - "$WORK/msg"
	done
}

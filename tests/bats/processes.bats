#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The engine's children: started anew, with nothing but their channel and the
# lock; the examiner in its sandbox; nobody outlives the engine.

load helper
load engine

setup() {
	instance_make
}

teardown() {
	engine_stop
	work_remove
}

# child_of ROLE: the pid of a child that has become what it is to be.
child_of() {
	local pid
	for pid in $(cat "/proc/$ENGINE/task/$ENGINE/children"); do
		if [ "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" = "mroute ($1) " ]; then
			echo "$pid"
			return 0
		fi
	done
	return 1
}

status_of() { # PID KEY
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

descriptors() {
	local fd
	for fd in "/proc/$1/fd/"*; do
		printf '%s=%s\n' "${fd##*/}" "$(readlink "$fd")"
	done
}

# Gone, or a zombie that a lazy init has not reaped.
ended() {
	local state
	state=$(status_of "$1" State 2>/dev/null) || return 0
	[ -z "$state" ] || [ "$state" = 'Z (zombie)' ]
}

start_with_child() { # ROLE
	engine_start
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
	wait_for 10 child_of "$1" >/dev/null
	CHILD=$(child_of "$1")
}

@test "an examiner has no privileges to gain, a filter, no environment" {
	not_sanitized 'a sanitizer has no limit of addresses'
	start_with_child examiner
	[ "$(status_of "$CHILD" NoNewPrivs)" = 1 ]
	[ "$(status_of "$CHILD" Seccomp)" = 2 ]
	[ ! -s "/proc/$CHILD/environ" ]
	grep -q 'Max core file size *0 ' "/proc/$CHILD/limits"
	grep -q 'Max file size *0 ' "/proc/$CHILD/limits"
	grep -q 'Max address space *536870912 ' "/proc/$CHILD/limits"
	grep -q 'Max stack size *67108864 ' "/proc/$CHILD/limits"
}

@test "an examiner holds its channel, the lock, /dev/null, and nothing else" {
	not_sanitized 'a sanitizer keeps stderr for what it finds'
	start_with_child examiner
	run descriptors "$CHILD"
	[ "$(grep -c . <<<"$output")" -eq 5 ]
	grep -q '^0=/dev/null' <<<"$output"
	grep -q '^2=/dev/null' <<<"$output"
	grep -q '^3=socket:' <<<"$output"
	grep -q "^4=$SPOOL/lock" <<<"$output"
}

@test "a sender holds no database and no other child's channel" {
	start_with_child sender
	run descriptors "$CHILD"
	[ "$(grep -c . <<<"$output")" -eq 5 ]
	refute grep -q mroute.db <<<"$output"
	[ ! -s "/proc/$CHILD/environ" ]
}

@test "when the engine is killed its children are gone before a new one starts" {
	start_with_child examiner
	sender=$(child_of sender || true)
	engine_kill
	engine_start
	ended "$CHILD"
	[ -z "$sender" ] || ended "$sender"
}

@test "an idle sender ends by itself" {
	start_with_child sender
	gone() { [ ! -d "/proc/$CHILD" ]; }
	wait_for 12 gone
	[ -z "$(child_of sender || true)" ]
	refute log_has "$LOG" sender-failed
}

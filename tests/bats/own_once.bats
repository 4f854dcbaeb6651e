#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# I16: of messages that we made ourselves with one key, one is sent; however many
# processes make them at the same moment, and wherever the engine dies.

load helper
load engine

bats_require_minimum_version 1.5.0

KEY=summary:2026-W47

setup() {
	instance_make
	conf_no_owner
	testbed_start sink
	sed -i "s/port 9/port $TB_SINK_PORT\n  tls none/" "$I/mroute.conf"
	printf 'Subject: week\n\nweek\n' >"$WORK/own.eml"
	cp "$BUILD/tests/tools/ownmail" "$WORK/bin/"
}

teardown() {
	engine_stop
	lock_end
	testbed_stop
	work_remove
}

own() { # prints its id
	"${AS[@]}" "$WORK/bin/ownmail" "$SPOOL" "${1:-$KEY}" boss@company.example <"$WORK/own.eml"
}

# The ids of what reached the server; SMTP may take a message of a dead engine twice.
arrived() {
	sed -n 's/^X-Mroute-Id: \([^.]*\)\..*/\1/p' "$TB_SINK_MAIL"/* 2>/dev/null | sort -u
}

all_done() {
	[ -z "$(names_in "$SPOOL/new")" ]
}

# The engine, and SIGKILL at its Nth fdatasync(), if there are so many.
killed_at_sync() {
	strace -qq -o "$WORK/trace" -e trace=fdatasync \
	    -e "inject=fdatasync:signal=KILL:when=$1" \
	    "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run --once -f \
	    >>"$LOG" 2>&1 3>&- || true
}

one_was_sent() { # OF HOW MANY
	[ "$(arrived | wc -l)" -eq 1 ]
	first=$(arrived)
	[ "$(db 'SELECT count(*) FROM messages')" -eq "$1" ]
	[ "$(db "SELECT id FROM own_keys WHERE own_key = '$KEY'")" = "$first" ]
	[ "$(db "SELECT count(*) FROM decisions WHERE why = 'already sent as $first'")" -eq $(($1 - 1)) ]
	[ "$(db "SELECT count(*) FROM effects")" -eq 1 ]
	[ "$(db "SELECT count(*) FROM messages WHERE state = 'final'")" -eq "$1" ]
}

@test "20 processes at the same moment: one mail" {
	engine_start
	pids=()
	for _ in {1..20}; do
		own >/dev/null 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	wait_for 20 all_done
	one_was_sent 20
	[ "$(ls "$TB_SINK_MAIL" | wc -l)" -eq 1 ]
}

@test "20 processes, and the engine is killed in between: one message is sent" {
	engine_start
	pids=()
	for n in {1..20}; do
		own >/dev/null 3>&- &
		pids+=($!)
		if [ "$n" = 10 ]; then
			engine_kill
			engine_start
		fi
	done
	wait "${pids[@]}"
	wait_for 20 all_done
	one_was_sent 20
}

@test "one that comes later is recognised; another key is another mail" {
	first=$(own)
	run_once
	second=$(own)
	run_once
	one_was_sent 2
	[ "$first" = "$(arrived)" ]
	run mr show "$second"
	[[ $output == *"already sent as $first"* ]]
	own summary:2026-W48
	run_once
	[ "$(arrived | wc -l)" -eq 2 ]
}

@test "an engine that dies after any of its commits sends one of two" {
	for n in {1..12}; do
		rm -f "$TB_SINK_MAIL"/* "$SPOOL"/mroute.db* "$SPOOL"/done/*/*
		own && own
		killed_at_sync "$n"
		died=$(grep -c 'killed by SIGKILL' "$WORK/trace" || true)
		run_once
		one_was_sent 2
		[ "$died" -eq 1 ] || break
	done
	[ "$n" -gt 3 ]
}

@test "while the journal stands in for the database, and after" {
	own >/dev/null && run_once
	lock_db NORMAL IMMEDIATE
	engine_start
	own >/dev/null && own >/dev/null
	wait_for 20 all_done
	engine_kill
	own >/dev/null
	engine_start
	wait_for 20 all_done
	unlock_db
	engine_stop
	run_once
	one_was_sent 4
}

@test "both are new while the journal stands in, and the engine is killed in between" {
	for n in 1 2 3 4; do
		rm -f "$TB_SINK_MAIL"/* "$SPOOL"/mroute.db* "$SPOOL"/journal "$SPOOL"/done/*/*
		run_once
		lock_db NORMAL IMMEDIATE
		own && own
		killed_at_sync "$n"
		engine_start
		wait_for 20 all_done
		engine_stop
		unlock_db
		run_once
		one_was_sent 2
	done
}

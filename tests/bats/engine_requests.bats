#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What people ask of the queue: retry, hold, release, reroute; with an engine
# and without one.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
}

teardown() {
	engine_stop
	work_remove
}

# A message whose Maildir cannot be written: its delivery waits.
deliver_later() {
	conf_no_owner
	"${AS[@]}" sh -c 'echo >"$1"' sh "$I/mail/press"
	sed -i 's/retry-first 100ms/retry-first 1h/; s/retry-longest 1s/retry-longest 4h/' \
	    "$I/mroute.conf"
	door "$WORK/press.eml" --queue-id QPRESS
	run_once
	ID=$(db "SELECT id FROM messages WHERE queue_id = 'QPRESS'")
	rm "$I/mail/press"
}

effects() {
	db "SELECT n || ' ' || target || ' ' || state FROM effects WHERE id = '$ID' ORDER BY n" |
	    sed "s,$I/mail/,,"
}

queue_shows() {
	mr queue | grep -q "$1"
}

@test "queue lists what waits, and why" {
	deliver_later
	run mr queue
	[ "$status" -eq 0 ]
	[[ $output == *"${ID:0:10}"* ]]
	[[ $output == *press* ]]
	run mr queue --json
	[[ $output == *'"v":1'* || $output == *'"v": 1'* ]]
}

@test "retry: without an engine it is made ready, the next run delivers" {
	deliver_later
	run_once
	refute has_new "$I/mail/press" 1
	run mr queue retry "$ID"
	[ "$status" -eq 0 ]
	run_once
	has_new "$I/mail/press" 1
	[ "$(effects)" = '1 press done' ]
}

@test "retry all, by a running engine, which answers" {
	deliver_later
	engine_start
	run mr queue retry all
	[ "$status" -eq 0 ]
	[[ $output == *'1 deliver'* ]]
	wait_for 10 has_new "$I/mail/press" 1
}

@test "messages are named by queue id, and by a unique part of the id" {
	deliver_later
	engine_start
	run mr queue retry QPRESS
	[ "$status" -eq 0 ]
	wait_for 10 has_new "$I/mail/press" 1
	run mr queue retry "${ID:0:20}"
	[ "$status" -ne 0 ]
	[[ $output == *'nothing of message'* ]]
	run mr queue retry NOSUCH
	[ "$status" -ne 0 ]
}

@test "hold stops a message, release decides it again" {
	deliver_later
	engine_start
	run mr queue hold "$ID"
	[ "$status" -eq 0 ]
	[ -e "$SPOOL/hold/$ID" ]
	[ "$(db "SELECT state FROM messages WHERE id = '$ID'")" = held ]
	rules_write 10.rules <<-'RULES'
		version 1
		route other
		  forward desk-team
		  +60 subject has interview
		otherwise other
	RULES
	kill -HUP "$ENGINE"
	run mr queue release "$ID"
	[ "$status" -eq 0 ]
	wait_for 10 has_new "$I/mail/desk" 1
	[ "$(db "SELECT group_concat(route) FROM (SELECT route FROM decisions
	    WHERE id = '$ID' ORDER BY seq)")" = press,other ]
	[ "$(effects)" = $'1 press failed\n2 desk done' ]
	[ "$(count_new "$I/mail/press")" -eq 0 ]
}

@test "release --to a route is a person's decision" {
	deliver_later
	engine_start
	mr queue hold "$ID"
	run mr queue release --to desk "$ID"
	[ "$status" -eq 0 ]
	wait_for 10 has_new "$I/mail/desk" 1
	[ "$(db "SELECT decided_by FROM decisions WHERE id = '$ID' ORDER BY seq DESC LIMIT 1")" = person ]
}

@test "reroute sends a delivered message to another route, recorded as a correction" {
	door "$WORK/press.eml" --queue-id QPRESS
	engine_start
	wait_for 10 has_new "$I/mail/press" 1
	ID=$(db "SELECT id FROM messages WHERE queue_id = 'QPRESS'")
	is_done() { [ -n "$(find "$SPOOL/done" -name "$ID")" ]; }
	wait_for 10 is_done
	run mr reroute "$ID" desk
	[ "$status" -eq 0 ]
	wait_for 10 has_new "$I/mail/desk" 1
	wait_for 10 is_done
	has_new "$I/mail/press" 1
	[ "$(db "SELECT group_concat(decided_by) FROM (SELECT decided_by FROM decisions
	    WHERE id = '$ID' ORDER BY seq)")" = points,person ]
	cmp "$WORK/press.eml" <(bytes_below "$I/mail/desk")
	grep -q "^X-Mroute-Id: $ID.2" "$I"/mail/desk/new/*
}

@test "reroute without an engine waits for the next run" {
	door "$WORK/press.eml" --queue-id QPRESS
	run_once
	run mr reroute QPRESS desk
	[ "$status" -eq 0 ]
	has_new "$I/mail/desk" 0
	run_once
	has_new "$I/mail/desk" 1
}

@test "an unknown route is refused and nothing is touched" {
	door "$WORK/press.eml" --queue-id QPRESS
	run_once
	run mr reroute QPRESS nowhere
	[ "$status" -ne 0 ]
	[[ $output == *nowhere* ]]
	[ -z "$(names_in "$SPOOL/new")" ]
	[ "$(db 'SELECT count(*) FROM decisions')" -eq 1 ]
}

@test "a delivery that failed for good can be retried by name" {
	"${AS[@]}" sh -c 'echo >"$1"' sh "$I/mail/press"
	sed -i 's/^limits/limits\n  lifetime 1ms\n  min-tries 1/' "$I/mroute.conf"
	door "$WORK/press.eml" --queue-id QPRESS
	run_once
	ID=$(db "SELECT id FROM messages WHERE queue_id = 'QPRESS'")
	[ "$(effects)" = $'1 press failed\n2 desk done' ]
	rm "$I/mail/press"
	run mr queue retry QPRESS
	[ "$status" -eq 0 ]
	run_once
	[ "$(effects)" = $'1 press done\n2 desk done' ]
	has_new "$I/mail/desk" 1
}

@test "P2: rerouted while it waits for the fallback, and refused again: still the fallback" {
	"${AS[@]}" sh -c 'rm -r "$3"; for f; do echo >"$f"; done' sh "$I/mail/press" \
	    "$I/mail/desk" "$SPOOL/fallback"
	sed -i 's/^limits/limits\n  lifetime 1ms\n  min-tries 1/' "$I/mroute.conf"
	door "$WORK/press.eml" --queue-id QPRESS
	run_once
	ID=$(db "SELECT id FROM messages WHERE queue_id = 'QPRESS'")
	[ "$(db "SELECT group_concat(state) FROM effects WHERE id = '$ID'")" = failed,failed,ready ]
	run mr reroute QPRESS desk
	[ "$status" -eq 0 ]
	"${AS[@]}" rm "$SPOOL/fallback"
	run_once
	[ "$(db "SELECT group_concat(state) FROM effects WHERE id = '$ID'")" = \
	    failed,failed,failed,failed,done ]
	cmp "$WORK/press.eml" <(tail -n +4 "$SPOOL"/fallback/new/*."$ID".*)
}

# request_put NAME: as a command would, complete at once.
request_put() {
	cat >"$WORK/request"
	chown "$OWNER" "$WORK/request"
	mv "$WORK/request" "$SPOOL/ctl/$1.req"
}

@test "nonsense in ctl/ is answered or left, and harms nothing" {
	engine_start
	request_put 01ARZ3NDEKTSV4RRFFQ69G5FAV <<<'format everything'
	ln -s /etc/passwd "$SPOOL/ctl/01ARZ3NDEKTSV4RRFFQ69G5FAW.req"
	head -c 100000 /dev/zero | request_put 01ARZ3NDEKTSV4RRFFQ69G5FAX
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
	refute grep -rqs root: "$SPOOL/ctl"
}

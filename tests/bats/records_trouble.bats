#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The commands while the database is in trouble: what waits in the journal is
# shown, and status says what is wrong.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
}

teardown() {
	lock_end
	engine_stop
	work_remove
}

@test "what waits in the journal is shown as if it were in the database" {
	mail 'interview before' >"$WORK/m"
	door "$WORK/m" --queue-id QA1
	engine_start
	wait_for 10 has_new "$I/mail/press" 1
	lock_db normal IMMEDIATE
	mail 'interview during' >"$WORK/m"
	door "$WORK/m" --queue-id QA2
	wait_for 10 has_new "$I/mail/press" 2
	in_journal() { mr log --json --queue-id QA2 | grep -q '"state":"final"'; }
	wait_for 10 in_journal
	[ "$(db 'SELECT count(*) FROM messages')" -eq 1 ]
	# Besides the alarms, which are mail of our own.
	[ "$(mr log --recipient "$ALIAS" | wc -l)" -eq 3 ]
	try mr log QA2
	[[ $output == *received*decided*done*delivered* ]]
	try mr show QA2
	[[ $output == *'+60 press.1'* ]]
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'journal is in use'* ]]
	# Alarms came after it, and are no mail that came.
	[ "$(mr status --json | jq -r .last_id)" = "$(mr log --queue-id QA2 --json | jq -r .id)" ]
	before=$(mr log QA2)
	unlock_db
	taken_in() { [ "$(db "SELECT count(*) FROM messages WHERE kind = 'mail'")" -eq 2 ]; }
	wait_for 20 taken_in
	[ "$(mr log QA2)" = "$before" ]
	try mr status
	[[ $output == *'database  works'* ]]
}

@test "a newer database: the commands say so, what came since can be seen" {
	door "$WORK/press.eml" --queue-id QB1
	run_once
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'PRAGMA user_version = 99'
	try mr log
	[ "$status" -eq 2 ]
	[[ $stderr == *'newer mroute'* ]]
	door "$WORK/hello.eml" --queue-id QB2
	run_once
	try mr log
	[ "$status" -eq 0 ]
	[[ $stderr == *'only what waits in the journal'*'newer mroute'* ]]
	[[ $output == *hello* ]]
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'cannot be read'* ]]
}

@test "a corrupt database: status points at it until it is taken away" {
	door "$WORK/press.eml" --queue-id QC1
	run_once
	printf 'garbage%.0s' {1..2000} | dd of="$SPOOL/mroute.db" conv=notrunc status=none
	try mr log
	[ "$status" -eq 2 ]
	try mr status
	[ "$status" -ne 0 ]
	[[ $output == *'database  cannot be read'*'disk '* ]]
	run_once
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'1 damaged one lies in the spool'* ]]
	# What is in done/ is in the new one, with what its envelope says.
	refilled() { mr log --queue-id QC1 | grep -q 'not known'; }
	engine_start
	wait_for 20 refilled
	engine_stop
	mr show QC1 | grep -q 'the records were lost'
	mr show --raw QC1 | cmp - "$WORK/press.eml"
	rm "$SPOOL"/mroute.db.corrupt-*
	try mr status
	[[ $output != *damaged* ]]
}

@test "the engine killed in the middle: the commands read what it left" {
	engine_start
	door "$WORK/press.eml" --queue-id QD1
	wait_for 10 has_new "$I/mail/press" 1
	engine_kill
	mr log --queue-id QD1 >/dev/null
	[ -e "$SPOOL/mroute.db-wal" ]
	mr show QD1 >/dev/null
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The connection, the sender or the engine goes in the middle of an APPEND: the
# message ends in its mailbox once all the same (P4).

load helper
load engine
load servers

setup_file() {
	work_make
	stub_start m imap
}

teardown_file() {
	stub_end_all
	work_remove
}

setup() {
	folder_make
}

teardown() {
	engine_stop
}

@test "hung up in the middle of the message: nothing was taken, then all of it" {
	engine_start
	stub_plan m 'literal x1 = cut'
	send folder
	tells deferred 'try=1 '
	tells delivered
	filed_once
}

@test "the answer to APPEND is lost, the message is there: found, not filed again" {
	conf_impatient
	engine_start
	for how in lost mute; do
		stub_plan m "literal x1 = $how"
		send folder
		tells deferred 'try=1 '
		tells delivered 'try=2 .*place="UID [12] of Triage/Press"'
		attempts_are <<-END
			1 1 uncertain
			1 2 done
		END
	done
	[ "$(taken m Triage.Press)" -eq 2 ]
	[ "$(heard m 'UID SEARCH')" -eq 2 ]
	[ "$(heard m ' APPEND ')" -eq 2 ]
}

@test "the answer to APPEND is lost, the message is not there: filed again" {
	engine_start
	stub_plan m 'literal x1 = dropped'
	send folder
	tells deferred 'try=1 '
	tells delivered 'try=2 '
	[ "$(heard m 'UID SEARCH')" -eq 1 ]
	filed_once
}

@test "it cannot be looked for at once: it stays uncertain until it can" {
	engine_start
	stub_plan m 'literal x1 = lost' 'examine x2 = NO busy' 'search x2 = close'
	send folder
	tells deferred 'try=4 '
	tells delivered 'try=5 '
	attempts_are <<-END
		1 1 uncertain
		1 2 temp
		1 3 temp
		1 4 temp
		1 5 done
	END
	[ "$(heard m ' APPEND ')" -eq 1 ]
	filed_once
}

@test "an uncertain message is not looked for before uncertain-wait" {
	conf_set uncertain-wait 1h
	engine_start
	stub_plan m 'literal x1 = lost'
	send folder
	tells deferred 'try=1 .*retry=3[67][0-9][0-9]$'
}

@test "the sender is killed when the server has it all: found, not filed again" {
	engine_start
	stub_plan m 'literal x1 = mute'
	send folder
	wait_for 10 test -e "$WORK/stub/m.mail/Triage.Press/1"
	kill -KILL "$(sender_pid)"
	tells deferred 'the sender died'
	tells delivered 'try=2 .*UID 1 of'
	filed_once
}

@test "the sender is killed before the server has it: filed once" {
	engine_start
	stub_plan m 'append x1 = hang'
	send folder
	wait_for 10 has_heard m ' APPEND '
	kill -KILL "$(sender_pid)"
	tells deferred 'the sender died'
	tells delivered 'try=2 '
	filed_once
}

@test "the engine is killed when the server has it all: the next one finds it" {
	engine_start
	stub_plan m 'literal x1 = mute'
	send folder
	wait_for 10 test -e "$WORK/stub/m.mail/Triage.Press/1"
	engine_kill
	: >"$LOG"
	engine_start
	tells delivered 'try=2 .*UID 1 of'
	filed_once
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What an IMAP server may answer, and what becomes of the mail.

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

@test "a server that is down: the mail waits and is filed once when it is back" {
	stub_start down imap --down
	sed -i "s/^  port .*/  port $PORT/" "$I/mroute.conf"
	mkdir "$WORK/stub/down.mail/Triage.Press"
	engine_start
	send folder
	tells deferred 'to=imap server=mail target=Triage/Press try=3 .*refused'
	log_has "$LOG" 'event=alarm alarm=server .*imap:mail cannot be used'
	stub_up down
	tells delivered 'place="UID 1 of Triage/Press"'
	[ "$(taken down Triage.Press)" -eq 1 ]
}

@test "the place is recorded" {
	engine_start
	send folder
	tells delivered 'place="UID 1 of Triage/Press"'
	[[ $(mr log "$Q") == *'UID 1 of Triage/Press'* ]]
	filed_once
}

@test "a refused login is tried again, and raises one alarm" {
	engine_start
	stub_plan m 'login = NO [AUTHENTICATIONFAILED] wrong'
	send folder
	tells deferred 'try=3 .*login refused: NO .AUTHENTICATIONFAILED. wrong'
	queued '^imap Triage/Press (ready|leased) .*AUTHENTICATIONFAILED'
	stub_plan m
	tells delivered
	[ "$(grep -c 'event=alarm alarm=server' "$LOG")" -eq 1 ]
	refute grep -r secret "$LOG"
	filed_once
}

@test "NO, over quota among it: tried again" {
	engine_start
	for no in 'NO busy' 'NO [OVERQUOTA] full' 'NO [INUSE] locked'; do
		stub_plan m "append x1 = $no" "literal x1 = $no"
		send folder
		tells deferred "try=1 .*APPEND: ${no%% *}"
		tells deferred "try=2 "
		tells delivered 'try=3 '
	done
	[ "$(taken m Triage.Press)" -eq 3 ]
}

@test "what will never be taken fails at once: the desk gets it in place" {
	engine_start
	for no in 'NO [CANNOT] no such name' 'NO [TOOBIG] too large' 'BAD what is that'; do
		stub_plan m "append = $no"
		send folder
		tells failed "try=1 .*APPEND: ${no%% *}"
		tells delivered 'mail/desk '
		effects_are <<-END
			imap Triage/Press failed 1
			maildir $I/mail/desk done 1 substitute
		END
	done
	[ "$(taken m Triage.Press)" -eq 0 ]
}

@test "silence at any step ends at its deadline: tried again, filed once" {
	conf_impatient
	for step in greeting capability login list append; do
		engine_start
		stub_plan m "$step x1 = hang"
		send folder
		tells deferred 'try=1 .*timed out'
		tells delivered 'try=2 '
		[ "$(taken m Triage.Press)" -eq "$N_SENT" ]
		engine_stop
	done
}

@test "a byte a second ends at the deadline as well" {
	conf_impatient
	engine_start
	stub_plan m 'login x1 = drip OK welcome, welcome'
	send folder
	tells deferred 'try=1 .*timed out'
	tells delivered 'try=2 '
	filed_once
}

@test "a missing mailbox is made, with its name in UTF-7" {
	rules_write 20.rules <<-'RULES'
		version 1
		route folder
		  file Triage/Büro
		  +60 subject has folder
	RULES
	engine_start
	send folder
	tells delivered 'place="UID 1 of Triage/B'
	[ "$(heard m 'CREATE "Triage/B&APw-ro"')" -eq 1 ]
	[ "$(taken m 'Triage.B&APw-ro')" -eq 1 ]
}

@test "a mailbox that cannot be made: tried again until it can" {
	rmdir "$WORK/stub/m.mail/Triage.Press"
	stub_plan m 'create x2 = NO not now'
	engine_start
	send folder
	tells deferred 'try=2 .*CREATE: NO not now'
	tells delivered 'try=3 '
	filed_once
}

@test "a server that logs out a kept connection delays nothing" {
	conf_set retry-first 1h
	conf_set retry-longest 1h
	engine_start
	send folder
	tells delivered
	stub_plan m 'append x1 = close'
	send folder
	tells delivered 'try=1 '
	[ "$(taken m Triage.Press)" -eq 2 ]
}

@test "a dead server's twenty messages do not try twenty times" {
	conf_set retry-first 500ms
	conf_set retry-longest 1h
	stub_plan m 'login = NO [UNAVAILABLE] later'
	engine_start
	for ((i = 0; i < 20; i++)); do
		send folder
	done
	wait_for 15 has_heard m 'LOGIN SEEN' 2
	all_decided() { [ "$(grep -c 'event=decided' "$LOG")" -eq 20 ]; }
	wait_for 15 all_decided
	# The wait doubles: nine tries from 500ms on take two minutes.
	[ "$(mr queue list --json | jq -s 'map(.effects[].attempts) | add')" -lt 10 ]
	stub_plan m
	all_done() { [ "$(mr log --json | jq -r '.effects[].state' | grep -c '^done$')" -eq 20 ]; }
	wait_for 20 all_done || log_show
	[ "$(taken m Triage.Press)" -eq 20 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# How long mail is tried, and where it goes then: the desk in place of whom it
# was for, the fallback Maildir in place of the desk; never nowhere (P2).

load helper
load engine
load servers

setup_file() {
	work_make
	stub_start s smtp
}

teardown_file() {
	stub_end_all
	work_remove
}

setup() {
	site_make
	stub_reset s
	smtp_at "$PORT" >>"$I/mroute.conf"
}

teardown() {
	engine_stop
}

@test "a server that is down: the mail waits and goes out once when it is back" {
	stub_start down smtp --down
	sed -i "s/^  port .*/  port $PORT/" "$I/mroute.conf"
	engine_start
	send single
	tells deferred 'try=3 '
	[[ $(effects) =~ ^'smtp ann@paper.example '(ready|leased)' '[345]$ ]]
	log_has "$LOG" 'event=alarm alarm=server .*smtp cannot be used.*refused'
	stub_up down
	tells delivered
	[ "$(taken down)" -eq 1 ]
	nothing_waits() { [ -z "$(names_in "$SPOOL/new")" ]; }
	wait_for 5 nothing_waits
}

@test "one of three recipients has to wait: the others do not wait for him" {
	engine_start
	stub_plan s 'rcpt ~bob@ = 450 4.2.0 greylisted'
	send triple
	tells delivered 'target=ann@'
	tells delivered 'target=cem@'
	tells deferred 'target=bob@.*try=2 '
	stub_plan s
	tells delivered 'target=bob@'
	[ "$(taken s)" -eq 3 ]
}

@test "twenty messages for a dead server do not try twenty times" {
	conf_set retry-first 500ms
	conf_set retry-longest 1h
	stub_plan s 'connect = close'
	engine_start
	for ((i = 0; i < 20; i++)); do
		send single
	done
	wait_for 15 has_heard s ': connect' 3
	all_decided() { [ "$(grep -c 'event=decided' "$LOG")" -eq 20 ]; }
	wait_for 15 all_decided
	[ "$(db 'SELECT sum(attempts) FROM effects')" -le 4 ]
	stub_plan s
	all_done() { [ "$(db "SELECT count(*) FROM effects WHERE state = 'done'")" -eq 20 ]; }
	wait_for 20 all_done || log_show
	[ "$(taken s)" -eq 20 ]
}

@test "too old and tried often enough: the desk gets it in place" {
	conf_set lifetime 300ms
	stub_plan s 'rcpt = 450 4.2.0 never today'
	engine_start
	send single
	tells failed '450 4.2.0 never today'
	tells delivered 'mail/desk'
	[[ $(effects) =~ ^smtp\ ann@paper\.example\ failed\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -ge 3 ]
	[[ $(effects) == *"mail/desk done 1 substitute"* ]]
}

@test "old, but not yet tried often enough: it is tried on" {
	conf_set lifetime 1ms
	conf_set min-tries 5
	stub_plan s 'rcpt x4 = 450 4.2.0 not yet'
	engine_start
	send single
	tells delivered 'try=5 '
	[ "$(taken s)" -eq 1 ]
}

# The desk is an address as well from here on.
desk_by_smtp() {
	sed -i 's|^  members maildir:.*/desk$|  members desk@paper.example|' "$I/mroute.conf"
}

@test "otherwise fails: the fallback Maildir has it" {
	desk_by_smtp
	stub_plan s 'rcpt = 550 5.1.1 nobody here'
	engine_start
	send hello
	tells failed 'target=desk@'
	tells delivered 'to=fallback '
	effects_are <<-END
		smtp desk@paper.example failed 1
		fallback  done 1 substitute
	END
	has_new "$I/spool/fallback" 1
	bytes_below "$I/spool/fallback" | cmp - <(mail 'hello 1')
}

@test "the route and then otherwise fail: the fallback Maildir has it, once" {
	desk_by_smtp
	stub_plan s 'rcpt = 550 5.1.1 nobody here'
	engine_start
	send triple
	tells delivered 'to=fallback '
	effects_are <<-END
		smtp ann@paper.example failed 1
		smtp bob@paper.example failed 1
		smtp cem@paper.example failed 1
		smtp desk@paper.example failed 1 substitute
		fallback  done 1 substitute
	END
	has_new "$I/spool/fallback" 1
}

@test "a fallback that cannot be written is tried for ever, with an alarm" {
	desk_by_smtp
	conf_set lifetime 1ms
	conf_set min-tries 1
	stub_plan s 'rcpt = 550 5.1.1 nobody here'
	mv "$I/spool/fallback" "$I/spool/fallback.away"
	touch "$I/spool/fallback"
	engine_start
	send hello
	tells deferred 'to=fallback .*try=5 '
	log_has "$LOG" 'event=alarm alarm=fallback .*cannot be written'
	[ -n "$(names_in "$SPOOL/new")" ]
	rm "$I/spool/fallback"
	mv "$I/spool/fallback.away" "$I/spool/fallback"
	tells delivered 'to=fallback '
	has_new "$I/spool/fallback" 1
}

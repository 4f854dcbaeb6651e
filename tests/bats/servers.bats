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
	queued '^smtp ann@paper.example (ready|leased) .*refused'
	log_has "$LOG" 'event=alarm alarm=server .*smtp cannot be used.*refused'
	stub_up down
	tells delivered
	[ "$(taken down)" -eq 1 ]
	nothing_waits() { [ -z "$(names_in "$SPOOL/new")" ]; }
	wait_for 5 nothing_waits
	refute queued
}

@test "one of three recipients has to wait: the others do not wait for him" {
	engine_start
	stub_plan s 'rcpt ~bob@ = 450 4.2.0 greylisted'
	send triple
	tells delivered 'target=ann@'
	tells delivered 'target=cem@'
	tells deferred 'target=bob@.*try=2 '
	queued '^smtp ann@.* done 250'
	queued '^smtp bob@.* (ready|leased) .*450 4.2.0 greylisted'
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
	# The wait doubles: nine tries from 500ms on take two minutes.
	[ "$(mr queue list --json | jq -s 'map(.effects[].attempts) | add')" -lt 10 ]
	[ "$(mr queue list --json | wc -l)" -eq 20 ]
	stub_plan s
	all_done() { [ "$(mr log --json | jq -r '.effects[].state' | grep -c '^done$')" -eq 20 ]; }
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

@test "what is too old behind a dead server goes at once, not one by one with its pauses" {
	conf_set lifetime 1s
	conf_set retry-longest 1h
	stub_plan s 'connect = close'
	engine_start
	for ((i = 0; i < 10; i++)); do
		send single
	done
	# Three pauses, of 100, 200 and 400 ms; each message has one last try.
	wait_for 30 has_new "$I/mail/desk" 10 || log_show
	[ "$(mr log --json | jq '.effects[0].attempts' | sort -n | head -n 1)" -lt 3 ]
	[ "$(mr log --json | jq -r '.effects[0].state' | sort -u)" = failed ]
	refute queued
}

@test "a dead server's address is changed in mroute.conf: what waits goes there" {
	stub_start other smtp
	sed -i 's/^  port .*/  port 9/' "$I/mroute.conf"
	engine_start
	send single
	tells deferred 'try=1 '
	send single
	sed -i "s/^  port .*/  port $PORT/" "$I/mroute.conf"
	wait_for 15 log_has "$LOG" 'event=config-loaded'
	tells delivered
	Q=Q1
	tells delivered
	[ "$(taken other)" -eq 2 ]
}

@test "queue retry: also what was never tried, behind a server that was dead" {
	conf_set retry-first 1h
	conf_set retry-longest 1h
	stub_plan s 'connect x1 = close'
	engine_start
	send single
	tells deferred 'try=1 '
	send single
	wait_for 10 log_has "$LOG" 'event=decided .*queue=Q2 '
	mr queue retry Q2
	tells delivered 'try=1 '
	mr queue retry all
	Q=Q1
	tells delivered 'try=2 '
}

@test "an engine that starts anew keeps the time of the next try" {
	conf_set retry-first 1h
	conf_set retry-longest 4h
	stub_plan s 'rcpt x1 = 450 4.2.0 later'
	engine_start
	send single
	tells deferred 'try=1 .*retry=[34][0-9][0-9][0-9]$'
	engine_stop
	engine_start
	send single
	tells delivered
	Q=Q1
	effects_are <<<'smtp ann@paper.example ready 1'
}

@test "a next try further ahead than any pause counts as now: the clock was set back" {
	conf_set retry-first 1h
	conf_set retry-longest 4h
	stub_plan s 'rcpt x1 = 450 4.2.0 later'
	engine_start
	send single
	tells deferred 'try=1 '
	engine_stop
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'UPDATE effects SET next_ms = next_ms + 86400000'
	engine_start
	tells delivered 'try=2 '
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
		fallback - done 1 substitute
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
		fallback - done 1 substitute
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
	queued '^fallback .* (ready|leased) cannot'
	log_has "$LOG" 'event=alarm alarm=fallback .*cannot be written'
	[ -n "$(names_in "$SPOOL/new")" ]
	rm "$I/spool/fallback"
	mv "$I/spool/fallback.away" "$I/spool/fallback"
	tells delivered 'to=fallback '
	has_new "$I/spool/fallback" 1
}

@test "a team's Maildir that cannot be written: waits, with an alarm, and is tried on" {
	touch "$I/mail/desk"
	engine_start
	send hello
	tells deferred 'to=maildir .*try=2 '
	log_has "$LOG" 'event=alarm alarm=server .*maildir:.*mail/desk cannot be used'
	queued '^maildir .*mail/desk (ready|leased) cannot'
	rm "$I/mail/desk"
	tells delivered
	has_new "$I/mail/desk" 1
}

@test "sixty Maildirs for one message: none waits long for its turn" {
	members=$(printf " maildir:$I/mail/m%s" {1..60})
	sed -i "s|^  members maildir:.*/desk$|  members$members|" "$I/mroute.conf"
	engine_start
	send hello
	all_written() { [ "$(grep -c 'event=delivered' "$LOG")" -eq 60 ]; }
	wait_for 30 all_written || log_show
}

# owner_is ADDRESS: who gets alarms.
owner_is() {
	sed -i "s|^  rules rules|&\n  owner $1|" "$I/mroute.conf"
}

@test "the owner's address is refused: alarms end in the fallback, without a storm" {
	owner_is owner@paper.example
	stub_plan s 'rcpt = 550 5.1.1 no such user'
	engine_start
	for ((i = 0; i < 5; i++)); do
		send single
	done
	wait_for 15 has_new "$I/mail/desk" 5
	nothing_waits() { [ -z "$(names_in "$SPOOL/new")" ]; }
	wait_for 15 nothing_waits || log_show
	n=$(count_new "$SPOOL/fallback")
	[ "$n" -ge 1 ] && [ "$n" -le 2 ]
	grep -l '^Subject: mroute alarm: failed' "$SPOOL"/fallback/new/*
}

@test "alarms for the owner wait with the rest while the server is down" {
	owner_is owner@paper.example
	stub_start down2 smtp --down
	sed -i "s/^  port .*/  port $PORT/" "$I/mroute.conf"
	engine_start
	send single
	tells deferred 'try=2 '
	stub_up down2
	tells delivered
	two() { [ "$(taken down2)" -eq 2 ]; }
	wait_for 15 two
	grep -qx 'to <owner@paper.example> NOTIFY=NEVER' "$WORK"/stub/down2.mail/*.env
	grep -q '^Subject: mroute alarm: server' "$WORK"/stub/down2.mail/[12]
}

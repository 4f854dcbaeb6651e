#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Rules that break: the last good set stays in force or mail waits with an
# alarm; nothing is misrouted.

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

digest_in_force() {
	sed -n 's/.*event=rules-loaded rules=\([0-9a-f]*\).*/\1/p' "$LOG" | tail -n 1
}

@test "broken at the very start: mail waits, an alarm says why, mending delivers" {
	echo 'nonsense' >"$I/rules/10.rules"
	door "$WORK/press.eml"
	engine_start
	wait_for 10 log_has "$LOG" 'alarm=rules.*10.rules:1:'
	wait_for 10 log_has "$LOG" 'no rule set can be used.*mail waits'
	[ "$(names_in "$I/spool/new" | wc -l)" -ge 1 ]
	[ "$(count_new "$I/mail/press")" -eq 0 ]
	[ ! -e "$I/spool/rules.good" ]
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward press-team
		  +60 subject has interview
		route desk
		  forward desk-team
		otherwise desk
	RULES
	wait_for 15 has_new "$I/mail/press" 1
}

@test "broken at start, after a good run: the last good set decides, with an alarm" {
	engine_start
	good=$(digest_in_force)
	engine_stop
	echo 'route press' >"$I/rules/10.rules"
	door "$WORK/press.eml"
	engine_start
	wait_for 10 has_new "$I/mail/press" 1
	log_has "$LOG" "event=rules-last-good rules=$good"
	log_has "$LOG" 'alarm=rules'
	[ "$(db "SELECT digest FROM decisions WHERE route = 'press'")" = "$good" ]
}

@test "broken while running: the set in force stays, an alarm, mail goes on" {
	engine_start
	good=$(digest_in_force)
	rules_write 10.rules <<<'version 1
route press
  forward nobody-team'
	wait_for 15 log_has "$LOG" 'alarm=rules.*10.rules'
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
	[ "$(db "SELECT digest FROM decisions WHERE route = 'press'")" = "$good" ]
}

@test "a list that is missing is a broken set" {
	engine_start
	rules_write 20.rules <<<'version 1
route news
  forward press-team
  +50 from.domain in lists/gone.txt'
	wait_for 15 log_has "$LOG" 'alarm=rules.*gone.txt'
	door "$WORK/hello.eml"
	wait_for 10 has_new "$I/mail/desk" 1
}

@test "a file that is still being written is not taken" {
	engine_start
	good=$(digest_in_force)
	began=$SECONDS
	# It grows each time that wait_for asks: of two looks, 2 s apart, no two agree.
	grows() {
		printf 'version 1\nroute half%s\n  forward press-team\n  +90 subject has hello\n' \
		    $((half += 1)) >"$I/rules/20.rules"
		"$@"
	}
	# What is promised is not to take it for a time: that of three looks.
	looked_often() { [ $((SECONDS - began)) -ge 7 ]; }
	door "$WORK/hello.eml"
	wait_for 10 grows has_new "$I/mail/desk" 1
	wait_for 20 grows looked_often
	door "$WORK/press.eml"
	wait_for 10 grows has_new "$I/mail/press" 1
	[ "$(digest_in_force)" = "$good" ]
	[ "$(grep -c event=rules-loaded "$LOG")" -eq 1 ]
	# At rest now: it is taken.
	more_loads() { [ "$(grep -c event=rules-loaded "$LOG")" -ge 2 ]; }
	wait_for 15 more_loads
}

@test "SIGHUP takes new rules at once; a message is decided by one set" {
	engine_start
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward press-team
		  +60 subject has hello
		route desk
		  forward desk-team
		otherwise desk
	RULES
	kill -HUP "$ENGINE"
	more_loads() { [ "$(grep -c event=rules-loaded "$LOG")" -ge 2 ]; }
	wait_for 10 more_loads
	door "$WORK/hello.eml"
	wait_for 10 has_new "$I/mail/press" 1
	[ "$(db 'SELECT count(DISTINCT digest) FROM rule_sets')" -eq 2 ]
}

@test "touching a file without changing it loads nothing" {
	engine_start
	touch "$I/rules/10.rules"
	kill -HUP "$ENGINE"
	door "$WORK/hello.eml"
	wait_for 10 has_new "$I/mail/desk" 1
	[ "$(grep -c event=rules-loaded "$LOG")" -eq 1 ]
}

@test "a broken mroute.conf while running changes nothing and raises an alarm" {
	engine_start
	cp "$I/mroute.conf" "$WORK/good.conf"
	echo 'nonsense here' >>"$I/mroute.conf"
	wait_for 15 log_has "$LOG" 'alarm=config.*mroute.conf:'
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
	cp "$WORK/good.conf" "$I/mroute.conf"
}

@test "a changed team is used without a restart" {
	engine_start
	sed -i "s,mail/press,mail/other," "$I/mroute.conf"
	wait_for 15 log_has "$LOG" 'event=config-loaded'
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/other" 1
}

@test "a broken mroute.conf at the start: exit 2, its place, no mail touched" {
	door "$WORK/press.eml"
	echo 'nonsense here' >>"$I/mroute.conf"
	run --separate-stderr "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run --once -f
	[ "$status" -eq 2 ]
	[[ $stderr == *mroute.conf:*error* ]]
	[ "$(names_in "$I/spool/new" | wc -l)" -eq 1 ]
}

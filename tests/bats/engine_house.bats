#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Housekeeping: what is kept and for how long, full disks, alarms, life signs,
# signals, examiners that die.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
}

teardown() {
	[ -z "${SINK:-}" ] || { kill "$SINK" 2>/dev/null || true; }
	engine_stop
	[ ! -d "$WORK/small" ] || umount "$WORK/small" 2>/dev/null || true
	work_remove
}

count_done() {
	find "$SPOOL/done" -type f | wc -l
}

set_key() { # SECTION-LINE KEY VALUE: put a key behind a section's line
	sed -i "/^$1\$/a\\  $2 $3" "$I/mroute.conf"
}

@test "originals are kept for keep-originals, records for ever" {
	set_key spool keep-originals 0
	door "$WORK/press.eml"
	run_once
	[ "$(count_done)" -eq 1 ]
	run_once
	[ "$(count_done)" -eq 0 ]
	[ "$(db 'SELECT state FROM messages')" = purged ]
	[ "$(db 'SELECT count(*) FROM decisions')" -eq 1 ]
	log_has "$LOG" 'event=purged'
}

@test "more old originals than are purged at once are gone soon, not in hours" {
	for n in $(seq 60); do
		door "$WORK/press.eml" --queue-id "Q$n"
	done
	run_once
	[ "$(count_done)" -eq 60 ]
	set_key spool keep-originals 0
	engine_start
	nothing_kept() { [ "$(count_done)" -eq 0 ]; }
	wait_for 20 nothing_kept
	[ "$(grep -c event=purged "$LOG")" -ge 2 ]
}

@test "a route's own keep-originals counts for its mail only" {
	set_key spool keep-originals 0
	sed -i 's/title    Press/keep-originals 10d/' "$I/rules/10.rules"
	door "$WORK/press.eml"
	door "$WORK/hello.eml"
	run_once
	run_once
	[ "$(count_done)" -eq 1 ]
	[ "$(db "SELECT messages.state FROM messages JOIN decisions USING (id) WHERE decisions.route = 'press'")" = final ]
}

@test "keep-records: the record goes once its original has gone" {
	set_key spool keep-originals 0
	set_key spool keep-records 1ms
	door "$WORK/press.eml"
	run_once
	run_once
	run_once
	[ "$(db 'SELECT count(*) FROM messages')" -eq 0 ]
}

@test "a message with the action keep goes nowhere and stays in done/" {
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  keep
		  +60 subject has interview
		route desk
		  forward desk-team
		otherwise desk
	RULES
	door "$WORK/press.eml"
	run_once
	[ "$(count_done)" -eq 1 ]
	[ "$(db 'SELECT count(*) FROM effects')" -eq 0 ]
	[ "$(db 'SELECT state FROM messages')" = final ]
}

@test "disk nearly full: the oldest originals go first, with an alarm" {
	[ "$(id -u)" = 0 ] || skip "mounting a small disk needs root"
	mkdir "$WORK/small"
	mount -t tmpfs -o size=20m tmpfs "$WORK/small"
	cp -a "$SPOOL" "$WORK/small/spool"
	SPOOL=$WORK/small/spool
	sed -i "s,path spool,path $SPOOL," "$I/mroute.conf"
	head -c 2000000 /dev/zero | tr '\0' 'x' | fold -w 70 >"$WORK/big"
	for n in 1 2 3; do
		{ mail "interview $n"; cat "$WORK/big"; } >"$WORK/m"
		door "$WORK/m"
		run_once
	done
	oldest=$(db 'SELECT min(id) FROM messages')
	newest=$(db 'SELECT max(id) FROM messages')
	[ "$(count_done)" -eq 3 ]
	free=$(($(stat -f -c '%a*%S' "$WORK/small")))
	head -c $((free - 20 * 1024 * 1024 * 8 / 100)) /dev/zero >"$WORK/small/filler"
	run_once
	log_has "$LOG" 'alarm=disk'
	[ -z "$(find "$SPOOL/done" -name "$oldest")" ]
	[ -n "$(find "$SPOOL/done" -name "$newest")" ]
}

@test "alarms reach the owner by mail, once for each kind in alarm-interval" {
	testbed_start sink
	sed -i "s/port 9/port $TB_SINK_PORT\n  tls none/" "$I/mroute.conf"
	echo nonsense >"$I/rules/20.rules"
	engine_start
	alarm_mails() { [ "$(cat "$TB_SINK_MAIL"/* 2>/dev/null | grep -c '^Subject: mroute alarm: rules')" -ge 1 ]; }
	wait_for 15 alarm_mails
	printf 'version 1\nnonsense\n' >"$I/rules/20.rules"
	wait_for 15 log_has "$LOG" 'alarm=rules.*20.rules:2'
	rm "$I/rules/20.rules"
	door "$WORK/press.eml"
	wait_for 15 has_new "$I/mail/press" 1
	[ "$(cat "$TB_SINK_MAIL"/* | grep -c '^Subject: mroute alarm: rules')" -eq 1 ]
	grep -q '^Auto-Submitted: auto-generated' "$TB_SINK_MAIL"/*
	grep -q '^X-Rcpt-Args: <owner@company.example>' "$TB_SINK_MAIL"/*
	grep -q '^X-Mail-Args: <>' "$TB_SINK_MAIL"/*
	testbed_stop
}

@test "the sign of life is renewed, and a silent engine makes the door say 75" {
	run_once
	[ -e "$SPOOL/alive" ]
	touch -d '2 hours ago' "$SPOOL/alive"
	run -75 door "$WORK/press.eml"
	engine_start
	renewed() { [ "$(find "$SPOOL/alive" -mmin -1)" ]; }
	wait_for 10 renewed
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
}

@test "two engines never run on one spool" {
	engine_start
	run "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run --once -f
	[ "$status" -eq 2 ]
	[[ $output == *'another mroute runs on'* ]]
}

@test "SIGTERM ends it: nothing is lost and the next one goes on" {
	engine_start
	for n in 1 2 3 4 5; do
		mail "interview $n" >"$WORK/m"
		door "$WORK/m"
	done
	engine_stop
	log_has "$LOG" 'event=stopped'
	[ -z "$(pgrep -P "${ENGINE:-1000000}")" ]
	run_once
	has_new "$I/mail/press" 5
}

# An examiner that is stopped keeps what it is given.
stop_examiners() {
	examiners=$(pgrep -P "$ENGINE" -f '[(]examiner[)]')
	# shellcheck disable=SC2086 # several words
	kill -STOP $examiners
}

looked() { [ "$(db "SELECT looked FROM messages WHERE queue_id = 'QHELLO'")" = "$1" ]; }

@test "an engine that is told to end has not died on what was being examined" {
	engine_start
	door "$WORK/press.eml"
	wait_for 10 has_new "$I/mail/press" 1
	stop_examiners
	door "$WORK/hello.eml" --queue-id QHELLO
	wait_for 10 looked 1
	engine_stop
	looked 0
	run_once
	has_new "$I/mail/desk" 1
}

@test "P2: a message that kills the engine at its first look is held after two deaths" {
	not_sanitized 'a sanitizer wants to be loaded first'
	cat >"$WORK/kill.c" <<-'C'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <signal.h>
		#include <string.h>
		/* As an unreadable block of the disk does it. */
		void g_checksum_update(void *sum, const unsigned char *p, long n)
		{
			void (*real)(void *, const unsigned char *, long) =
			    dlsym(RTLD_NEXT, "g_checksum_update");
			if (n > 0 && memmem(p, n, "Subject: interview", 18))
				raise(SIGBUS);
			real(sum, p, n);
		}
	C
	"${CC:-cc}" -shared -fPIC -o "$WORK/kill.so" "$WORK/kill.c"
	run_once
	door "$WORK/press.eml"
	door "$WORK/hello.eml"
	for n in 1 2; do
		LD_PRELOAD=$WORK/kill.so run run_once
		[ "$status" -ne 0 ]
	done
	LD_PRELOAD=$WORK/kill.so run_once
	log_has "$LOG" 'event=held.*the engine died on it twice'
	has_new "$I/mail/desk" 1
}

@test "a message that kills its examiner goes to otherwise, decided_by examiner" {
	not_sanitized 'a sanitizer takes the memory that is limited here'
	# More text than the examiner may have memory for.
	set_key limits examine-memory 64M
	set_key limits message-size 200M
	set_key limits body-window 16M
	{ mail interview; head -c 90000000 /dev/zero | tr '\0' a | fold -w 900; } >"$WORK/m"
	door "$WORK/m"
	run_once
	has_new "$I/mail/desk" 1
	log_has "$LOG" 'route=desk by=examiner'
	log_has "$LOG" 'alarm=examiner'
	[ "$(grep -c event=examiner-failed "$LOG")" -eq 2 ]
	cmp "$WORK/m" <(bytes_below "$I/mail/desk")
}

@test "a damaged spool file is held, with a copy in the fallback Maildir" {
	door "$WORK/press.eml"
	id=$(names_in "$SPOOL/new")
	printf 'x' | dd of="$SPOOL/new/$id" bs=1 seek=60 conv=notrunc status=none
	run_once
	[ -e "$SPOOL/hold/$id" ]
	[ "$(count_new "$SPOOL/fallback")" -eq 1 ]
	grep -q 'body of interview' "$SPOOL"/fallback/new/*
	log_has "$LOG" 'alarm=hold'
}

@test "what is not ours in new/ is left alone" {
	touch "$SPOOL/new/not-an-id"
	ln -s /etc/passwd "$SPOOL/new/01ARZ3NDEKTSV4RRFFQ69G5FAV"
	run_once
	[ -e "$SPOOL/new/not-an-id" ]
	[ "$(count_new "$I/mail/desk")" -eq 0 ]
	refute grep -rq root: "$SPOOL/fallback"
}

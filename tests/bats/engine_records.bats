#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The database in trouble: mail still goes out, the records are made up for,
# nothing happens twice (P2, P3).

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
}

teardown() {
	lock_end
	engine_stop
	[ ! -d "$WORK/small" ] || umount "$WORK/small" 2>/dev/null || true
	work_remove
}

mails() {
	local i
	for i in $(seq 1 "$1"); do
		mail "interview $i" >"$WORK/m"
		door "$WORK/m" --queue-id "Q$2$i"
	done
}

decided_once() {
	[ "$(db "SELECT count(*) FROM messages WHERE queue_id LIKE 'Q%'")" -eq "$1" ] &&
	    [ "$(db "SELECT count(*) FROM decisions JOIN messages USING (id)
		WHERE queue_id LIKE 'Q%'")" -eq "$1" ] &&
	    [ "$(db "SELECT count(*) FROM effects WHERE state = 'done' AND kind = 'maildir'")" -eq "$1" ]
}

@test "locked by a writer: mail goes out, records follow, also through a crash" {
	engine_start
	mails 2 a
	wait_for 10 has_new "$I/mail/press" 2
	lock_db normal IMMEDIATE
	mails 3 b
	wait_for 20 has_new "$I/mail/press" 5
	wait_for 10 log_has "$LOG" 'alarm=database'
	engine_kill
	engine_start
	mails 2 c
	wait_for 20 has_new "$I/mail/press" 7
	unlock_db
	wait_for 20 decided_once 7
	has_new "$I/mail/press" 7
}

@test "locked for everybody at the start: new mail goes out, old mail waits, nothing twice" {
	mails 2 a
	run_once
	has_new "$I/mail/press" 2
	# One that was decided and whose Maildir was full is in new/ with a past.
	lock_db exclusive EXCLUSIVE
	engine_start
	mails 3 b
	wait_for 20 has_new "$I/mail/press" 5
	unlock_db
	wait_for 20 decided_once 5
}

@test "corrupt: moved aside, made anew, mail goes on, nothing twice" {
	mails 3 a
	run_once
	printf 'garbage%.0s' {1..2000} | dd of="$SPOOL/mroute.db" bs=1 seek=100 conv=notrunc status=none
	mails 2 b
	engine_start
	wait_for 20 has_new "$I/mail/press" 5
	[ "$(names_in "$SPOOL" | grep -c 'mroute.db.corrupt')" -ge 1 ]
	new_ones() { [ "$(db "SELECT count(*) FROM decisions JOIN messages USING (id)
	    WHERE queue_id LIKE 'Qb%'")" -eq 2 ]; }
	wait_for 20 new_ones
	has_new "$I/mail/press" 5
}

@test "corrupt while effects wait: what is there already is not written again" {
	conf_no_owner
	engine_start
	# The Maildir cannot be written: the effect waits.
	echo >"$I/mail/press"
	mails 1 a
	wait_for 10 log_has "$LOG" 'event=deferred'
	engine_kill
	rm "$I/mail/press"
	printf 'garbage%.0s' {1..2000} | dd of="$SPOOL/mroute.db" bs=1 seek=0 conv=notrunc status=none
	engine_start
	wait_for 20 has_new "$I/mail/press" 1
	nothing_waits() { [ -z "$(names_in "$SPOOL/new")" ]; }
	wait_for 20 nothing_waits
	has_new "$I/mail/press" 1
}

@test "made by a newer mroute: mail goes out, the journal keeps the records" {
	mails 1 a
	run_once
	version=$(db 'PRAGMA user_version')
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'PRAGMA user_version = 99'
	mails 2 b
	engine_start
	wait_for 20 has_new "$I/mail/press" 3
	log_has "$LOG" 'alarm=database.*newer'
	engine_stop
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" "PRAGMA user_version = $version"
	engine_start
	wait_for 20 decided_once 3
}

@test "read-only database file: mail goes out, records follow" {
	mails 1 a
	run_once
	chmod 400 "$SPOOL/mroute.db"
	mails 2 b
	engine_start
	wait_for 20 has_new "$I/mail/press" 3
	engine_stop
	chmod 600 "$SPOOL"/mroute.db*
	engine_start
	wait_for 20 decided_once 3
}

@test "full disk: nothing is lost, and it goes on when there is room" {
	[ "$(id -u)" = 0 ] || skip "mounting a small disk needs root"
	mkdir "$WORK/small"
	mount -t tmpfs -o size=8m tmpfs "$WORK/small"
	cp -a "$SPOOL" "$WORK/small/spool"
	SPOOL=$WORK/small/spool
	sed -i "s,path spool,path $SPOOL," "$I/mroute.conf"
	engine_start
	mails 1 a
	wait_for 10 has_new "$I/mail/press" 1
	# Fill it up after mail was taken in: the door would refuse below 5 %.
	engine_stop
	mails 3 b
	dd if=/dev/zero of="$WORK/small/filler" bs=1k status=none 2>/dev/null || true
	run -75 door "$WORK/press.eml"
	engine_start
	wait_for 20 log_has "$LOG" 'alarm=(disk|records|database)'
	rm "$WORK/small/filler"
	wait_for 30 has_new "$I/mail/press" 4
	wait_for 30 decided_once 4
	engine_stop
}

@test "a redelivery by Postfix is recognised: same queue id, recipient and bytes" {
	mail 'interview once' >"$WORK/m"
	door "$WORK/m" --queue-id QX1
	run_once
	door "$WORK/m" --queue-id QX1
	door "$WORK/m" --queue-id QX2
	run_once
	has_new "$I/mail/press" 2
	[ "$(db "SELECT count(*) FROM decisions WHERE decided_by = 'redelivery'")" -eq 1 ]
}

@test "an engine killed on the same message twice: it is held, with a copy in fallback" {
	door "$WORK/press.eml"
	id=$(names_in "$SPOOL/new")
	for _ in 1 2; do
		engine_start_and_stop_in_the_middle() {
			# SIGKILL at the first frame to an examiner that has a message:
			# its decision is never recorded.
			strace -f -qq -o "$WORK/trace" -e trace=sendmsg \
			    -e inject=sendmsg:signal=KILL:when=3 \
			    "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run --once -f >>"$LOG" 2>&1 3>&-
		}
		engine_start_and_stop_in_the_middle || true
	done
	[ "$(db "SELECT max(looked) FROM messages WHERE id = '$id'" 2>/dev/null || echo 2)" -ge 1 ]
	run_once
	if [ -e "$SPOOL/hold/$id" ]; then
		[ "$(count_new "$SPOOL/fallback")" -eq 1 ]
		log_has "$LOG" 'alarm=hold.*died on it twice'
	else
		log_show
	fi
}

@test "which lines a message met is recorded, and how one begins that no rule claimed" {
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward  press-team
		  +40 subject has interview
		  +20 text has body of
		  +1 from.domain is paper.example
		route desk
		  forward  desk-team
		otherwise desk
	RULES
	door "$WORK/press.eml" --queue-id QP
	door "$WORK/hello.eml" --queue-id QH
	run_once
	# 61 of 50 needed, 60 without the last.
	run db "SELECT l.route, l.id, l.text, f.unknown, f.points, f.decisive FROM fired f
	    JOIN lines l USING (line) JOIN messages m USING (id)
	    WHERE queue_id = 'QP' ORDER BY l.id"
	[ "$output" = "press|press.1|+40 subject has interview|0|40|1
press|press.2|+20 text has body of|0|20|1
press|press.3|+1 from.domain is paper.example|0|1|0" ]
	run db "SELECT route, decided_by, domain, opening, done_ms > received_ms FROM messages
	    WHERE kind = 'mail' ORDER BY queue_id"
	[ "$output" = "desk|below-needs|paper.example|body of hello|1
press|points|paper.example||1" ]
	# A person takes it: what it says is no longer kept, and nothing hangs on a line.
	mr reroute "$(db "SELECT id FROM messages WHERE queue_id = 'QH'")" press
	run_once
	run db "SELECT route, decided_by, opening, (SELECT count(*) FROM fired f WHERE
	    f.id = m.id AND f.seq = m.seq) FROM messages m WHERE queue_id = 'QH'"
	[ "$output" = "press|person||0" ]
}

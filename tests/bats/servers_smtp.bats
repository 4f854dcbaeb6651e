#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What an SMTP server may do to us, and what becomes of the mail: delivered
# once, tried again, or somewhere else; never nowhere (P2, P4).

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

@test "4xx at any step: tried again, delivered once" {
	engine_start
	for step in greeting ehlo mail rcpt data end; do
		stub_plan s "$step x1 = 451 4.3.0 not now, $step" 'done = close'
		send single
		tells deferred "try=1 .*code=451 .*not now, $step"
		tells delivered 'try=2 '
		attempts_are <<-END
			1 1 temp
			1 2 done
		END
		[ "$(taken s)" -eq "$N_SENT" ]
	done
}

@test "5xx about the message: it fails at once, the desk gets it in place" {
	engine_start
	for step in mail rcpt data end; do
		stub_plan s "$step x1 = 550 5.7.1 never, $step"
		send single
		tells failed "try=1 .*code=550 .*never, $step"
		tells delivered 'to=maildir .*mail/desk '
		effects_are <<-END
			smtp ann@paper.example failed 1
			maildir $I/mail/desk done 1 substitute
		END
		log_has "$LOG" "event=alarm alarm=failed .*never, $step"
	done
	[ "$(taken s)" -eq 0 ]
	has_new "$I/mail/desk" 4
}

@test "5xx before any message was named is about us: tried again" {
	engine_start
	for step in 'greeting x1' 'ehlo x2'; do # EHLO, and HELO when that is refused
		stub_plan s "$step = 554 5.7.1 go away" 'done = close'
		send single
		tells deferred 'try=1 .*code=554 '
		tells delivered 'try=2 '
	done
	[ "$(taken s)" -eq 2 ]
}

@test "silence at any step ends at its deadline: tried again, delivered once" {
	conf_impatient
	engine_start
	for step in greeting ehlo mail rcpt data end; do
		stub_plan s "$step x1 = hang" 'done = close'
		send single
		tells deferred 'try=1 .*timed out'
		tells delivered 'try=2 '
		[ "$(taken s)" -eq "$N_SENT" ]
	done
}

@test "a byte a second ends at the deadline as well" {
	conf_impatient
	engine_start
	for step in greeting ehlo rcpt; do
		stub_plan s "$step x1 = drip 250 one moment" 'done = close'
		send single
		tells deferred 'try=1 .*timed out'
		tells delivered 'try=2 '
	done
	[ "$(taken s)" -eq 3 ]
}

@test "hung up in the middle of the data: nothing cut is taken, then all of it" {
	engine_start
	stub_plan s 'body x1 = cut'
	Q=Q1
	{ mail 'single long'; yes 'a line of the body, one of many' | head -n 100000; } >"$WORK/long.eml"
	door "$WORK/long.eml" --queue-id Q1
	tells deferred 'try=1 '
	tells delivered 'try=2 '
	[ "$(taken s)" -eq 1 ]
	sed '1,/^X-Mroute-Loop/d; s/\r$//' "$WORK/stub/s.mail/1" | cmp - "$WORK/long.eml"
}

@test "the answer to the end of the data is lost: sent again with the same id, and recorded as uncertain" {
	conf_impatient
	engine_start
	for how in lost mute; do
		stub_plan s "end x1 = $how"
		send single
		tells deferred 'try=1 '
		tells delivered 'try=2 '
		attempts_are <<-END
			1 1 uncertain
			1 2 done
		END
	done
	[ "$(taken s)" -eq 4 ]
	# Who reads it can tell that it is the same.
	[ "$(cat "$WORK"/stub/s.mail/[1-4] | grep -c '^X-Mroute-Id: ')" -eq 4 ]
	[ "$(cat "$WORK"/stub/s.mail/[1-4] | grep '^X-Mroute-Id: ' | sort -u | wc -l)" -eq 2 ]
}

envelopes() {
	cat "$WORK"/stub/s.mail/*.env | sed 's/> SIZE=.*/>/'
}

@test "one of three recipients is refused: the others get it, the desk in place of him" {
	engine_start
	stub_plan s 'rcpt ~bob@ = 550 5.1.1 no such user'
	send triple
	tells delivered 'target=ann@'
	tells failed 'target=bob@'
	tells delivered 'target=cem@'
	tells delivered 'mail/desk'
	effects_are <<-END
		smtp ann@paper.example done 1
		smtp bob@paper.example failed 1
		smtp cem@paper.example done 1
		maildir $I/mail/desk done 1 substitute
	END
	same envelopes envelopes <<-END
		from <bounces@company.example>
		to <ann@paper.example> NOTIFY=FAILURE
		from <bounces@company.example>
		to <cem@paper.example> NOTIFY=FAILURE
	END
}

@test "a server that takes one message a connection delays nothing" {
	conf_set retry-first 1h
	conf_set retry-longest 1h
	engine_start
	# One says so, the other just hangs up.
	for how in '421 4.7.0 enough' close; do
		stub_plan s 'mail x1 = 250 2.1.0 ok' "mail x1 = $how"
		send single
		tells delivered
		send single
		tells delivered
	done
	[ "$(taken s)" -eq 4 ]
}

@test "the sender is killed in the middle: nobody's mail is lost" {
	engine_start
	stub_plan s 'rcpt x1 = hang'
	send single
	wait_for 10 has_heard s 'RCPT'
	kill -KILL "$(sender_pid)"
	tells deferred 'the sender died'
	tells delivered 'try=2 '
	attempts_are <<-END
		1 1 uncertain
		1 2 done
	END
	[ "$(taken s)" -eq 1 ]
}

@test "the engine is killed in the middle: its sender goes too, the next one delivers once" {
	engine_start
	stub_plan s 'rcpt x1 = hang'
	send single
	wait_for 10 has_heard s 'RCPT'
	engine_kill
	wait_for 10 has_heard s ': gone'
	: >"$LOG"
	engine_start
	tells delivered 'try=2 '
	attempts_are <<<'1 2 done'
	[ "$(taken s)" -eq 1 ]
}

@test "the engine is told to end in the middle: it waits for the answer and records it" {
	conf_impatient
	engine_start
	stub_plan s 'end x1 = hang'
	send single
	wait_for 10 has_heard s 'DATA'
	engine_stop
	log_has "$LOG" 'event=deferred .*try=1 .*timed out'
	attempts_are <<<'1 1 uncertain'
	queued '^smtp ann@.* ready '
	engine_start
	tells delivered 'try=2 '
	[ "$(taken s)" -eq 1 ]
}

@test "a refused login: tried again, one alarm, no secret in the log" {
	printf '  user press\n  password-file %s\n' "$I/password" >>"$I/mroute.conf"
	stub_plan s 'auth = 535 5.7.8 no, not with secret'
	engine_start
	send single
	tells deferred 'try=3 .*login refused: 535'
	stub_plan s
	tells delivered
	[ "$(grep -c 'event=alarm alarm=server' "$LOG")" -eq 1 ]
	refute grep -q 'not with secret' "$LOG"
	[ "$(taken s)" -eq 1 ]
}

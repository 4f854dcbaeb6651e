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
	wait_for 5 test -z "$(names_in "$I/spool/new")"
}

@test "4xx at any step: tried again, delivered once" {
	engine_start
	for step in greeting ehlo mail rcpt data end; do
		stub_plan s "$step x1 = 451 4.3.0 not now, $step" 'done = close'
		send single
		tells deferred "try=1 .*code=451 .*not now, $step"
		tells delivered 'try=2 '
		attempts_are <<-END
			1 1 temp 451
			1 2 done 250
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
	conf_set command-timeout 300ms
	conf_set data-timeout 300ms
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
	conf_set command-timeout 400ms
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
	engine_start
	for how in lost mute; do
		stub_plan s "end x1 = $how"
		send single
		tells deferred 'try=1 '
		tells delivered 'try=2 '
		attempts_are <<-END
			1 1 uncertain 0
			1 2 done 250
		END
	done
	[ "$(taken s)" -eq 4 ]
	# Who reads it can tell that it is the same.
	[ "$(cat "$WORK"/stub/s.mail/[1-4] | grep -c '^X-Mroute-Id: ')" -eq 4 ]
	[ "$(cat "$WORK"/stub/s.mail/[1-4] | grep '^X-Mroute-Id: ' | sort -u | wc -l)" -eq 2 ]
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
	[ "$(cat "$WORK"/stub/s.mail/*.env)" = "$(printf 'from <bounces@company.example>%s\nto <%s> NOTIFY=NEVER\nfrom <bounces@company.example>%s\nto <%s> NOTIFY=NEVER\n' \
	    "$(sed -n 's/^from <[^>]*>//p' "$WORK/stub/s.mail/1.env")" ann@paper.example \
	    "$(sed -n 's/^from <[^>]*>//p' "$WORK/stub/s.mail/2.env")" cem@paper.example)" ]
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
	[ "$(names_in "$I/spool/new" | wc -l)" -eq 1 ]
	rm "$I/spool/fallback"
	mv "$I/spool/fallback.away" "$I/spool/fallback"
	tells delivered 'to=fallback '
	has_new "$I/spool/fallback" 1
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

# The sender's pid: the child of the engine that is connected, or the newest.
sender_pid() {
	local p
	for p in $(cat /proc/"$ENGINE"/task/*/children); do
		if tr '\0' ' ' <"/proc/$p/cmdline" | grep -q sender; then
			echo "$p"
			return 0
		fi
	done
	return 1
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
		1 1 uncertain 0
		1 2 done 250
	END
	[ "$(taken s)" -eq 1 ]
}

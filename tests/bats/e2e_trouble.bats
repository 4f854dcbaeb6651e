#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The whole way, where mail comes back, belongs to nobody, or the engine is
# silent: it ends in the fallback Maildir or with Postfix, with one alarm and
# no storm (P1, P7).

load helper
load engine
load postfix

setup_file() {
	[ "$EUID" = 0 ] || return 0
	way_make
}

teardown_file() {
	way_end
}

# Each test begins with nothing anywhere, and alarms that were never mailed.
setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	way_find
	log_next
	rm -f "$TB_SINK_MAIL"/* "$SPOOL"/fallback/new/* "$SPOOL"/mroute.db*
	rm -rf "$SPOOL"/done/*
	engine_start
}

teardown() {
	engine_stop
}

mail_about() {
	printf 'From: Jane Roe <jane@paper.example>\nTo: %s\nSubject: %s\n' "$ALIAS" "$1"
	printf 'Date: Sat, 28 Nov 2026 20:00:00 +0000\nMessage-ID: <%s@paper.example>\n\nhi\n' \
	    "$RANDOM$RANDOM"
}

in_sink() {
	grep -lqs "$1" "$TB_SINK_MAIL"/*
}

how_many_in_sink() {
	grep -ls "$1" "$TB_SINK_MAIL"/* | wc -l
}

# Nothing is on its way any more, neither with us nor with Postfix.
all_quiet() {
	[ -z "$(names_in "$SPOOL/new")" ] &&
	    [ -z "$(find "$TB_POSTFIX_QUEUE"/{incoming,active,deferred,maildrop} -type f)" ]
}

# quiet_with N: that many messages are in the fallback Maildir, and all is over.
quiet_with() {
	wait_for 40 has_new "$SPOOL/fallback" "$1" || log_show
	wait_for 40 all_quiet || log_show
	[ "$(count_new "$SPOOL/fallback")" -eq "$1" ]
}

# alarmed NAME: the log has it, the owner got one mail about it, from nobody.
alarmed() {
	log_has "$LOG" "event=alarm alarm=$1 "
	wait_for 30 in_sink "^Subject: mroute alarm: $1"
	[ "$(how_many_in_sink "^Subject: mroute alarm: $1")" -eq 1 ]
	local mail
	mail=$(grep -ls "^Subject: mroute alarm: $1" "$TB_SINK_MAIL"/*)
	grep -qx 'X-Mail-Args: <>' "$mail" || grep -q '^X-Mail-Args: <> ' "$mail"
	grep -q '^X-Rcpt-Args: <owner@company.example>' "$mail"
	grep -qi '^Auto-Submitted: auto-generated' "$mail"
}

@test "a team points back at the alias: one turn, one alarm mail, the fallback has it" {
	mail_about 'in a loop' >"$WORK/m"
	post jane@paper.example "$ALIAS" <"$WORK/m"
	quiet_with 1
	alarmed loop
	log_has "$LOG" 'event=decided .*by=loop'
	[ "$(db "SELECT count(*) FROM messages WHERE kind = 'mail'")" -eq 2 ]
	[ "$(how_many_in_sink .)" -eq 1 ]
	# The whole message is below the marks of both turns.
	tail -c "$(stat -c %s "$WORK/m")" "$SPOOL"/fallback/new/* | cmp - "$WORK/m"
}

@test "twenty messages in a loop: still one alarm mail" {
	for ((i = 0; i < 20; i++)); do
		mail_about "in a loop $i" | post jane@paper.example "$ALIAS"
	done
	quiet_with 20
	wait_for 30 in_sink '^Subject: mroute alarm: loop'
	[ "$(how_many_in_sink .)" -eq 1 ]
	[ "$(db "SELECT count(*) FROM messages WHERE kind = 'mail'")" -eq 40 ]
}

@test "somebody else's Delivered-To names the alias: the loop is cut" {
	{
		printf 'Delivered-To: jane@paper.example\nDelivered-To: %s\n' "${ALIAS^^}"
		mail_about people
	} | post jane@paper.example "$ALIAS"
	quiet_with 1
	alarmed loop
	refute in_sink '^Subject: people'
}

@test "more than 30 Received fields: cut" {
	{
		for ((i = 0; i < 31; i++)); do
			printf 'Received: from a%s.example by b.example; Sat, 28 Nov 2026 20:00:00 +0000\n' "$i"
		done
		mail_about people
	} | post jane@paper.example "$ALIAS"
	quiet_with 1
	alarmed loop
	refute in_sink '^Subject: people'
}

@test "a mark that is not ours is none" {
	{
		printf 'X-Mroute-Loop: %064d\n' 0
		mail_about people
	} | post jane@paper.example "$ALIAS"
	wait_for 30 in_sink '^Subject: people'
	wait_for 30 all_quiet
	[ "$(count_new "$SPOOL/fallback")" -eq 0 ]
}

@test "mail to the bounce-address: the fallback has it, and an alarm" {
	mail_about 'Undelivered: people' | post '' bounces@company.example
	quiet_with 1
	alarmed bounce
	log_has "$LOG" 'event=decided .*to=bounces@company.example .*by=bounce-address'
}

@test "a server behind the next refuses a recipient: the bounce comes to us, not to a stranger" {
	mail_about 'no such user' | post jane@paper.example "$ALIAS"
	quiet_with 1
	alarmed bounce
	grep -q '^Subject: Undelivered' "$SPOOL"/fallback/new/*
	refute in_sink '<jane@paper.example>'
}

@test "a server behind the next lacks SMTPUTF8: its bounce comes to us, not to a stranger" {
	mail_about people | sed '2i Cc: b\xc3\xbcro@paper.example' | post jane@paper.example "$ALIAS"
	wait_for 30 log_has "$TB_POSTFIX_LOG" 'SMTPUTF8 is required, but was not offered'
	quiet_with 2
	alarmed bounce
	refute in_sink '<jane@paper.example>'
}

@test "no alias has the recipient: the fallback has it, and an alarm" {
	mail_about people | post jane@paper.example lost@company.example
	quiet_with 1
	alarmed no-alias
}

@test "the engine is silent beyond max-silence: Postfix keeps the mail until it is back" {
	engine_stop
	touch -d '-2 hours' "$SPOOL/alive"
	mail_about people | post jane@paper.example "$ALIAS"
	wait_for 30 log_has "$TB_POSTFIX_LOG" "to=<$ALIAS>.*status=deferred \(mroute: try again later"
	[ -z "$(names_in "$SPOOL/new")" ]
	engine_start
	wait_for 40 in_sink '^Subject: people'
	wait_for 30 all_quiet
	[ "$(how_many_in_sink '^Subject: people')" -eq 2 ]
}

@test "Postfix brings a message again: recognised, nothing goes out twice" {
	mail_about people >"$WORK/m"
	for ((i = 0; i < 2; i++)); do
		"${AS[@]}" "$WORK/bin/mroute-deliver" -s "$SPOOL" -f jane@paper.example \
		    --queue-id 4Zb1Qk0Cz9z1xyz -- "$ALIAS" <"$WORK/m"
	done
	wait_for 30 log_has "$LOG" 'event=decided .*by=redelivery'
	wait_for 30 all_quiet
	[ "$(how_many_in_sink '^Subject: people')" -eq 2 ]
}

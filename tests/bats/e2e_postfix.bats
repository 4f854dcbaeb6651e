#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The whole way: a real Postfix, mroute-deliver, the engine, and a real Dovecot
# by IMAPS and by STARTTLS, smtp-sink, a Maildir and a Maildir++ store.  Every
# byte arrives (P5), the envelope is right (P7).

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

setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	way_find
	log_next
	engine_start
}

teardown() {
	engine_stop
}

# A head that Postfix has nothing to add to or to change in.
head_of() {
	printf 'From: Jane Roe <jane@paper.example>\nTo: marketing@company.example\nSubject: %s\n' "$1"
	printf 'Date: Sat, 28 Nov 2026 20:00:00 +0000\nMessage-ID: <%s@paper.example>\n' "$RANDOM$RANDOM"
}

crlf_to_lf() {
	sed 's/\r$//'
}

# door_in FILE: without Postfix, what that would change.
door_in() {
	"${AS[@]}" "$WORK/bin/mroute-deliver" -s "$SPOOL" -f jane@paper.example -- \
	    marketing@company.example <"$1"
}

# What is in the spool, in $WORK/raw; it ends with the message that was sent.
raw_is() {
	in_done() { [ -e "$(echo "$SPOOL"/done/*/"$ID")" ]; }
	wait_for 20 in_done
	spool_bytes "$SPOOL"/done/*/"$ID" >"$WORK/raw"
	tail -c "$(stat -c %s "$1")" "$WORK/raw" | cmp - "$1"
}

# The five copies of $ID are what is in the spool.
arrived_everywhere() {
	decided_next everywhere
	delivered 5
	raw_is "$1"
	db "SELECT place FROM attempts WHERE id = '$ID' AND effect IN (3, 4)" >"$WORK/places"
	grep -qxE 'UID [0-9]+ of Triage/Press' "$WORK/places"
	grep -qxE 'UID [0-9]+ of Ablage/Büro' "$WORK/places"
	sed '1{/^From /d}' "$WORK/raw" >"$WORK/want"
	below "$(copy_of 2)" | cmp - "$WORK/want"
	below "$(copy_of 5)" | cmp - "$WORK/want"
	[ "${2:-}" != wrapped ] || return 0
	crlf_to_lf <"$WORK/want" >"$WORK/want.lf"
	below "$(copy_of 3)" | cmp - "$WORK/want.lf"
	below "$(copy_of 4)" | cmp - "$WORK/want.lf"
	# In SMTP the end of the data is the end of a line.
	[ -z "$(tail -c 1 "$WORK/want.lf" | tr -d '\n')" ] || echo >>"$WORK/want.lf"
	below "$(copy_of 1)" | cmp - "$WORK/want.lf"
}

send_everywhere() {
	post jane@paper.example marketing@company.example <"$1"
	arrived_everywhere "$1"
}

@test "an ordinary message arrives everywhere, byte for byte" {
	{ head_of everywhere; printf '\nHello,\n\nhere I am.\n'; } >"$WORK/m"
	send_everywhere "$WORK/m"
	# Where Dovecot keeps a mailbox with such a name.
	[[ $(copy_of 4) == *'/.Ablage.B&APw-ro/'* ]]
	[[ $(copy_of 5) == *'/archive/.2026.Press/new/'* ]]
}

@test "8-bit text in head and body" {
	{ head_of everywhere; printf 'X-Odd: \344\366\n\nGr\303\274\303\237e, \377\376 \200\n'; } >"$WORK/m"
	send_everywhere "$WORK/m"
}

@test "lines that begin with dots, From in the body, empty lines at the end" {
	{ head_of everywhere; printf '\n.\n..\n.a\nFrom here\n>From there\n\n\n\n'; } >"$WORK/m"
	send_everywhere "$WORK/m"
}

@test "a NUL" {
	{ head_of everywhere; printf '\na\0b\n'; } >"$WORK/m"
	send_everywhere "$WORK/m"
}

@test "a line of 20,000 bytes, and a head alone" {
	{ head_of everywhere; printf '\n'; head -c 20000 /dev/zero | tr '\0' x; echo; } >"$WORK/m"
	send_everywhere "$WORK/m"
	log_next
	head_of everywhere >"$WORK/m"
	door_in "$WORK/m"
	arrived_everywhere "$WORK/m"
}

@test "30 MB" {
	{
		head_of everywhere
		printf '\n'
		head -c 22000000 /dev/urandom | base64
	} >"$WORK/m"
	send_everywhere "$WORK/m"
}

@test "CRLF line ends stay what they are; our lines end alike" {
	{ head_of everywhere; printf '\nHello\n'; } | sed 's/$/\r/' >"$WORK/m"
	door_in "$WORK/m"
	arrived_everywhere "$WORK/m"
	head -n 3 "$(copy_of 2)" | grep -c $'^X-Mroute-.*\r$' | grep -qx 3
}

@test "no line end at the end" {
	{ head_of everywhere; printf '\nHello'; } >"$WORK/m"
	door_in "$WORK/m"
	arrived_everywhere "$WORK/m"
}

@test "an mbox From line is kept in the spool and not sent" {
	{ printf 'From jane Sat Nov 28 20:00:00 2026\n'; head_of everywhere; printf '\nHello\n'; } >"$WORK/m"
	door_in "$WORK/m"
	arrived_everywhere "$WORK/m"
}

@test "a bare CR: wrapped where it cannot pass, recorded, and comes out unchanged" {
	{ head_of everywhere; printf '\nbare\rCR, \r. and more\n'; } >"$WORK/m"
	door_in "$WORK/m"
	arrived_everywhere "$WORK/m" wrapped
	for n in 1 3 4; do
		copy=$(copy_of "$n")
		grep -qx 'Content-Type: message/rfc822' "$copy"
		grep -qx 'Subject: everywhere' "$copy"
		below "$copy" | sed '1,/^$/d' | base64 -d | cmp - "$WORK/m"
	done
	[ "$(db "SELECT count(*) FROM events WHERE id = '$ID' AND name = 'wrapped'")" -ge 1 ]
	log_has "$LOG" "event=delivered id=$ID.3 .*wrapped=yes"
}

# sink_has N PATTERN: that many messages have it.
sink_has() {
	[ "$(grep -l "$2" "$TB_SINK_MAIL"/* 2>/dev/null | wc -l)" -eq "$1" ]
}

@test "several recipients of one message: each alias' copy is decided, each address gets one" {
	{ head_of 'people, please'; printf '\nhi\n'; } >"$WORK/m"
	post jane@paper.example marketing@company.example marketing+x@company.example <"$WORK/m"
	both() { [ "$(decisions people)" -ge 2 ]; }
	wait_for 30 both
	wait_for 30 sink_has 4 '^Subject: people, please'
	queue=$(sed -n 's/.*event=decided .*queue=\([^ ]*\) .*route=people.*/\1/p' "$LOG" | sort -u)
	[ "$(wc -l <<<"$queue")" -eq 1 ]
	[ "$(db "SELECT count(*) FROM messages WHERE queue_id = '$queue' AND state = 'final'")" -eq 2 ]
}

@test "others' senders become the bounce-address, the null sender stays null" {
	rm -f "$TB_SINK_MAIL"/*
	{ head_of people; printf '\nhi\n'; } >"$WORK/m"
	post jane@paper.example marketing@company.example <"$WORK/m"
	wait_for 30 sink_has 2 '^X-Mail-Args: <bounces@company.example>'
	refute grep -l '^X-Mail-Args: .*jane' "$TB_SINK_MAIL"/*
	rm -f "$TB_SINK_MAIL"/*
	{ head_of people; printf '\nhi\n'; } >"$WORK/m"
	post '' marketing@company.example <"$WORK/m"
	wait_for 30 sink_has 2 '^X-Mail-Args: <>'
}

@test "a +tag is the same alias" {
	{ head_of people; printf '\nhi\n'; } >"$WORK/m"
	post jane@paper.example marketing+fair@company.example <"$WORK/m"
	decided_next people
	delivered 2
	[ "$(db "SELECT recipient FROM messages WHERE id = '$ID'")" = marketing+fair@company.example ]
}

@test "nothing of all this made an alarm, nothing is left" {
	refute grep 'event=alarm' "$WORK/log.before"
	[ -z "$(names_in "$SPOOL/fallback/new")" ]
	[ -z "$(names_in "$SPOOL/new")" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The summary's mail on the whole way: mroute, the engine, a real Postfix, a real
# Dovecot, and read by Python's email, which is not ours.

load helper
load engine
load postfix

# The pack decides here, and there is a year of mail.
site_conf() {
	"$BUILD/mroute" init "$WORK/fresh" >/dev/null 2>&1
	sed "/^alias /a\\  bounce-address bounces@company.example\\n  owner owner@company.example" \
	    "$WORK/fresh/mroute.conf"
	cat <<-CONF
		smtp
		  port $TB_SMTP_PORT
		  tls none
		limits
		  retry-first 200ms
		  scan-interval 200ms
		summary
		  to reader@company.example
		  time-zone Europe/Berlin
		  people full
	CONF
}

setup_file() {
	[ "$EUID" = 0 ] || return 0
	way_make
	rm "$I"/rules/*
	cp -r "$TESTS"/../rules/. "$I/rules"
	site_conf >"$I/mroute.conf"
	chown -R "$OWNER" "$I"
	cp "$BUILD/tests/tools/traffic" "$BUILD/mroute-chart" "$WORK/bin"
	# The week before this one is in it, whenever this is.
	"${become[@]}" "$WORK/bin/traffic" -c "$I/mroute.conf" --messages 8000 \
	    --from "$(date -d '-360 days' +%F)"
}

teardown_file() {
	way_end
}

setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	export TZ=Europe/Berlin
	way_find
	WEEK=$(date -d '-7 days' +%G-W%V)
	log_next
	engine_start
}

teardown() {
	engine_stop
}

fetch() {
	rm -rf "$WORK/in"
	mkdir -p "$WORK/in"
	N=$("$TESTS/summary/fetch-mail" reader "$WORK/in")
}

# arrived N: so many summaries are in the reader's mailbox; $MAIL is the newest.
arrived() {
	fetch
	MAIL=$(find "$WORK/in" -name '*.eml' -printf '%f\n' | sort -n | tail -n 1)
	MAIL=$WORK/in/$MAIL
	[ "$N" -eq "$1" ]
}

# sent: all of our own mail is delivered, so that nothing more will come.
sent() {
	nothing_waits() { [ -z "$(names_in "$SPOOL/new")" ]; }
	wait_for 40 nothing_waits
}

id_of() {
	sed -n 's/^Message-I[dD]: *//Ip' "$1" | tr -d '\r' | head -n 1
}

@test "a week's mail arrives, and another library reads what it should be" {
	mr summary --week "$WEEK" --json >"$WORK/want.json"
	mr summary --week "$WEEK" --mail
	wait_for 60 arrived 1
	"$TESTS/summary/read-mail" "$MAIL" "$WORK/want.json" >"$WORK/read" || {
		cat "$WORK/read" >&2
		false
	}
	grep -qx 'tree: multipart/alternative(text/plain multipart/related(text/html\( image/png\)\{4\}))' \
	    "$WORK/read"
	grep -q '^to: .*reader@company.example' "$WORK/read"
	grep -q "^subject: .*$WEEK" "$WORK/read"
	grep -q '^auto-submitted: auto-generated' "$WORK/read"
	# The bounces of our own mail come to nobody: this is how pipe(8) writes the null sender.
	grep -q '^Return-Path: <MAILER-DAEMON>' "$MAIL"
	# What a person sees on a terminal is what the mail says: its numbers, line by line.
	python3 "$TESTS/summary/text-of" "$MAIL" >"$WORK/text"
	mr summary --week "$WEEK" >"$WORK/terminal"
	diff <(sed -n '/ messages, /,/from receipt/p' "$WORK/text") \
	    <(sed -n '/ messages, /,/from receipt/p' "$WORK/terminal")
	diff <(sed -n '/^How long/,$p' "$WORK/text") <(sed -n '/^How long/,$p' "$WORK/terminal")
}

@test "once for each period; --again sends another" {
	fetch
	local before=$N first
	mr summary --week "$WEEK" --mail || true
	sent
	arrived "$before"
	first=$(id_of "$MAIL")
	mr summary --week "$WEEK" --mail --again
	wait_for 60 arrived $((before + 1))
	[ -n "$first" ]
	[ "$(id_of "$MAIL")" != "$first" ]
	"$TESTS/summary/read-mail" "$MAIL" >/dev/null
}

@test "another week is another mail" {
	fetch
	local before=$N
	mr summary --week "$(date -d '-35 days' +%G-W%V)" --mail
	wait_for 60 arrived $((before + 1))
	"$TESTS/summary/read-mail" "$MAIL" >/dev/null
}

@test "the timer and people at the same time send one" {
	fetch
	local before=$N week pids=() p
	week=$(date -d '-14 days' +%G-W%V)
	for _ in 1 2 3 4 5; do
		mr summary --week "$week" --mail >/dev/null 2>&1 3>&- &
		pids+=($!)
		mr summary --due >/dev/null 2>&1 3>&- &
		pids+=($!)
	done
	for p in "${pids[@]}"; do
		wait "$p" || true
	done
	wait_for 60 arrived $((before + 1))
	sent
	arrived $((before + 1))
	[ "$(grep -h '^Message-I' "$WORK"/in/*.eml | sort | uniq -d | wc -l)" -eq 0 ]
}

@test "a month" {
	fetch
	local before=$N month
	month=$(date -d "$(date +%Y-%m-15) -1 month" +%Y-%m)
	mr summary --month "$month" --json >"$WORK/want.json"
	mr summary --month "$month" --mail
	wait_for 60 arrived $((before + 1))
	"$TESTS/summary/read-mail" "$MAIL" "$WORK/want.json" >"$WORK/read" || {
		cat "$WORK/read" >&2
		false
	}
	grep -q "^subject: .*$month" "$WORK/read"
}

@test "nothing of all this made an alarm, or waits" {
	sent
	refute grep 'event=alarm' "$WORK/log.before"
	[ "$(mr queue list --json | wc -l)" -eq 0 ]
}

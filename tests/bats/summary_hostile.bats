#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mail from people who mean no good, through the real Postfix into a summary: shown
# escaped and cut, in every form, and in none of them does it do anything.

load helper
load engine
load postfix

way_conf() {
	cat <<-CONF
		alias $ALIAS
		  rules rules
		  bounce-address bounces@company.example
		team desk-team
		  members maildir:$I/mail/desk
		smtp
		  port $TB_SMTP_PORT
		  tls none
		spool
		  path spool
		limits
		  scan-interval 200ms
		summary
		  to reader@company.example
		  time-zone UTC
		  people full
	CONF
}

# What must never come out, but as text: marks that turn the direction of writing, and escapes.
RTL=$'\u202e' ESC=$'\033' BEL=$'\a'

encoded() {
	printf '=?utf-8?B?%s?=' "$(printf '%s' "$1" | base64 -w 0)"
}

# odd SUBJECT BODY: from three people, so that it is a group, by SMTP.
odd() {
	local who
	for who in ann bob 'cem=2Bx'; do
		N_ODD=$((N_ODD + 1))
		{
			printf 'From: %s <%s@evil-%s.example>\nTo: marketing@company.example\n' \
			    "$(encoded "<b>$who</b>$RTL")" "$who" "$((N_ODD % 3))"
			printf 'Subject: %s\n' "$1"
			printf 'Message-ID: <%s@evil.example>\n' "$RANDOM$RANDOM$N_ODD"
			printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n'
			printf 'Content-Transfer-Encoding: 8bit\n\n%s\n' "$2"
		} | post "$who@evil.example" marketing@company.example
	done
}

long() {
	head -c "$1" /dev/zero | tr '\0' "$2"
}

hostile_mail() {
	N_ODD=0
	odd "$(encoded '<script>alert(1)</script><img src=x onerror=alert(2)> purple giraffe')" \
	    'The purple giraffe </pre></body> wants it.'
	odd "$(encoded "${RTL}gnp.exe ${RTL}yellow walrus")" "A yellow walrus $RTL indeed."
	odd "$(encoded "${ESC}[2J${ESC}]0;owned${BEL}green pelican")" "The green ${ESC}[31mpelican."
	odd "$(encoded '🎉👩‍👩‍👧 silent otter 🎉')" 'A silent otter 🎉.'
	odd "$(encoded $'brave badger\r\nBcc: victim@other.example\r\n\r\n<h1>injected</h1>')" \
	    'The brave badger.'
	odd "$(encoded "=HYPERLINK(\"http://evil.example\";\"x\") tiny lobster")" 'A tiny lobster.'
	odd '@SUM(1+1)*cmd|calc!A0 proud penguin' 'The proud penguin.'
	# 10,000 characters, in encoded words of many lines.
	local subject="endless ferret " i
	for ((i = 0; i < 200; i++)); do
		subject+=$'\n '"$(encoded "$(long 50 W)")"
	done
	odd "$subject" "The endless ferret. $(long 900 W)"
	odd 'Money' "We have a budget of =1+1<script>alert(3)</script>$RTL$(long 300 V)."
	all_decided() { [ "$(grep -c 'event=decided' "$LOG")" -ge 27 ]; }
	wait_for 90 all_decided
}

setup_file() {
	[ "$EUID" = 0 ] || return 0
	way_make
	cp "$BUILD/mroute-chart" "$WORK/bin"
	rm "$I"/rules/*
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward desk-team
		  +60 subject has money
		  +20 text ~ \bbudget\sof\s(?<sum>[^.\n]{1,400})
		  field sum {sum}
		route desk
		  forward desk-team
		otherwise desk
	RULES
	way_find
	engine_start
	hostile_mail
	engine_stop
}

teardown_file() {
	way_end
}

setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	way_find
	log_next
}

teardown() {
	engine_stop
}

harmless() {
	"$TESTS/summary/harmless" "$@"
}

# cut FILE [MOST]: of one letter that came 10,000 times there is little in a row.
cut() {
	refute grep -q "W\\{${2:-400}\\}" "$1"
}

@test "all of it is there, and in groups" {
	mr summary --week this --json >"$WORK/json"
	[ "$(jq .messages "$WORK/json")" -eq 27 ]
	[ "$(jq -c '[.groups[].messages]' "$WORK/json")" = '[3,3,3,3,3,3,3,3]' ]
	for words in walrus pelican otter badger lobster penguin ferret; do
		jq -r '.groups[].words' "$WORK/json" | grep -q "$words"
	done
	# What the engine itself recorded: 9 subjects from 3 people each, one of them for press.
	jq -e '[.by_rules, .triage, .by_person, .other, .waiting, .held] == [3, 24, 0, 0, 0, 0]' \
	    "$WORK/json"
	jq -e '.delay.delivered == 27 and .delay.median_ms > 0' "$WORK/json"
	jq -e '[.lines[] | select(.id == "press.1") | [.held, .won, .decisive]] == [[3, 3, 3]]' \
	    "$WORK/json"
	jq -e '[.domains.top[] | [.domain, .messages, .new]] == [["evil-0.example", 9, true],
	    ["evil-1.example", 9, true], ["evil-2.example", 9, true]]' "$WORK/json"
	# Each of its lines can be pasted.
	jq -r '.groups[].line' "$WORK/json" >"$WORK/lines"
	{ printf 'version 1\nroute pasted\n  forward desk-team\n' && sed 's/^/  /' "$WORK/lines"; } |
	    rules_write 50.rules
	mr check
	rm "$I/rules/50.rules"
	jq -r '.fields[] | select(.field == "sum") | .messages' "$WORK/json" | grep -qx 3
	harmless text "$WORK/json"
	cut "$WORK/json" 1001 # as in the records
}

@test "on a terminal: no escapes, nothing turns round, cut to the columns" {
	mr summary --week this >"$WORK/text"
	grep -qF '<script>alert(1)</script>' "$WORK/text"
	harmless text "$WORK/text"
	cut "$WORK/text"
	[ "$(LC_ALL=C.UTF-8 wc -L <"$WORK/text")" -le 80 ]
	refute grep -q '^Bcc:' "$WORK/text"
	mr log >"$WORK/text"
	harmless text "$WORK/text"
	mr log "$(db "SELECT id FROM messages WHERE subject LIKE '%green pelican%' LIMIT 1")" >"$WORK/text"
	harmless text "$WORK/text"
}

@test "as a page: escaped, cut, and nothing of it does anything" {
	mr summary --week this --html - >"$WORK/page.html"
	harmless html "$WORK/page.html"
	grep -qF '&lt;script&gt;alert(1)&lt;/script&gt;' "$WORK/page.html"
	cut "$WORK/page.html"
}

# In a spreadsheet nothing is a formula, and a row is a row.
@test "as CSV: no formula, no row too many" {
	mr log --csv --limit 0 >"$WORK/log.csv"
	mr stats field --week this --csv >"$WORK/fields.csv"
	mr stats domain --week this --csv >"$WORK/domains.csv"
	for f in log fields domains; do
		harmless csv "$WORK/$f.csv"
	done
	[ "$(python3 -c 'import csv, sys; print(len(list(csv.reader(open(sys.argv[1])))) - 1)' \
	    "$WORK/log.csv")" -eq 27 ]
}

@test "as JSON: every form of it is valid, and one line is one message" {
	mr log --json --limit 0 >"$WORK/log.json"
	[ "$(jq -c . "$WORK/log.json" | wc -l)" -eq 27 ]
	[ "$(wc -l <"$WORK/log.json")" -eq 27 ]
	mr stats field --week this --json | jq -e . >/dev/null
	harmless text "$WORK/log.json"
}

@test "as mail: no header, no part, no address comes out of a subject" {
	engine_start
	mr summary --week this --mail
	fetched() {
		rm -rf "$WORK/in"
		mkdir -p "$WORK/in"
		[ "$("$TESTS/summary/fetch-mail" reader "$WORK/in")" -eq 1 ]
	}
	wait_for 60 fetched
	mr summary --week this --json >"$WORK/json"
	"$TESTS/summary/read-mail" "$WORK"/in/*.eml "$WORK/json" >"$WORK/read" || {
		cat "$WORK/read" >&2
		false
	}
	"$TESTS/summary/text-of" "$WORK"/in/*.eml >"$WORK/text"
	"$TESTS/summary/text-of" "$WORK"/in/*.eml text/html >"$WORK/mail.html"
	harmless text "$WORK/text"
	harmless html "$WORK/mail.html"
	grep -qF '&lt;script&gt;alert(1)' "$WORK/mail.html"
	cut "$WORK/text"
	cut "$WORK/mail.html"
	refute grep -qiE '^(Bcc|Cc):' "$WORK"/in/*.eml
	[ ! -e "$TB_MAIL_ROOT/victim" ]
	refute grep -rq 'victim@other.example' "$TB_SINK_MAIL"
}

@test "people domains and none tell less of it" {
	sed -i 's/^  people .*/  people domains/' "$I/mroute.conf"
	mr summary --week this >"$WORK/text"
	refute grep -q 'bob@' "$WORK/text"
	refute grep -q 'alert(1)' "$WORK/text"
	sed -i 's/^  people .*/  people none/' "$I/mroute.conf"
	mr summary --week this >"$WORK/text"
	refute grep -qE 'evil|giraffe|alert' "$WORK/text"
	mr summary --week this --html - >"$WORK/page.html"
	refute grep -qE 'evil|giraffe|alert' "$WORK/page.html"
	mr summary --week this --json >"$WORK/json"
	refute grep -qE 'evil-|giraffe|alert\(' "$WORK/json"
	sed -i 's/^  people .*/  people full/' "$I/mroute.conf"
}

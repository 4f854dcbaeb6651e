#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute stats: a small week, counted by hand.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
	conf_no_owner
	conf_add 'summary
  time-zone Europe/Berlin'
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward  press-team
		  +60 subject has interview
		  +15 subject ~ with (?<who>\w+)
		  field  outlet  {who}
		route desk
		  forward  desk-team
		  +20 subject has hello
		otherwise desk
	RULES
}

teardown() {
	engine_stop
	work_remove
}

# letter QUEUE-ID FROM SUBJECT, and when it came: UTC, in Berlin it is an hour later.
letter() {
	printf 'From: %s\nSubject: %s\n\nx\n' "$2" "$3" >"$WORK/m"
	door "$WORK/m" --queue-id "$1"
	when[$1]=$4 took[$1]=$5
}

# Week 47 is Monday 16 November 00:00 to Monday 23 November 00:00 in Berlin, which
# is Sunday the 15th, 23:00, to Sunday the 22nd, 23:00, UTC.
a_week() {
	declare -gA when took
	letter A1 a@old.example 'interview' '15 22:59:59.999' 100	# week 46
	letter A2 a@old.example 'interview with Planet' '15 23:00' 200
	letter A3 b@new.example 'interview' '17 08:30' 1500
	letter A4 b@new.example 'hello' '17 08:31' 300
	letter A5 '=HYPERLINK <c@third.example>' '=1+1' '18 12:00' 70000
	letter A6 a@old.example 'interview with =SUM(1)' '22 22:59:59.999' 100
	letter A7 a@old.example 'interview' '22 23:00' 100		# week 48
	run_once
	mr reroute A4 press
	run_once
	for q in "${!when[@]}"; do
		echo "$q $(date -u -d "2026-11-${when[$q]}" +%s%3N) ${took[$q]}"
	done | python3 -c "$REDATE" | "${AS[@]}" sqlite3 "$SPOOL/mroute.db"
}

# QUEUE-ID MS TOOK: SQL that makes it come then. Ids begin with the time.
REDATE='
import sys
for line in sys.stdin:
    queue, ms, took = line.split()
    digits, n = "", int(ms)
    for _ in range(10):
        digits, n = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 32] + digits, n // 32
    for table in "decisions traces fields effects attempts events fired messages".split():
        print("UPDATE %s SET id = \x27%s\x27 || substr(id, 11) WHERE id = (SELECT id"
            " FROM messages WHERE queue_id = \x27%s\x27);" % (table, digits, queue))
    print("UPDATE messages SET received_ms = %s, done_ms = %s + %s WHERE queue_id = \x27%s\x27;"
        % (ms, ms, took, queue))'

# csv WHAT...: without quotes and CR.
csv() {
	mr stats --csv --week 2026-W47 "$@" | tr -d '"\r'
}

@test "what Postfix hands over twice is one message, and told by itself" {
	printf 'From: a@old.example\nSubject: interview\n\nx\n' >"$WORK/m"
	door "$WORK/m" --queue-id A1
	run_once
	door "$WORK/m" --queue-id A1
	run_once
	[ "$(mr stats by --all --csv | tr -d '"\r')" = 'by,messages,share
points,1,100.0
redelivery,1,' ]
	for what in route domain hour delay day week month; do
		[ "$(mr stats $what --all --json | jq -s 'map(.messages) | add')" -eq 1 ] ||
			{ echo "$what" && return 1; }
	done
	mr summary --week this --json >"$WORK/json"
	[ "$(jq -c '[.messages, .by_rules, .other, .redelivered, .delay.delivered,
	    (.hours | flatten | add), .domains.top[0].messages, .trend[-1].messages]' \
	    "$WORK/json")" = '[1,1,0,1,1,1,1,1]' ]
	mr summary --week this | grep '  1  message came a second time, and was delivered once$'
}

@test "each count, by hand" {
	a_week
	# Five came: A2 A3 A6 to press by points, A4 by a person, A5 to desk. The week
	# before had A1.
	[ "$(csv route)" = 'route,messages,share,before,by_rules,by_person,triage,would_be
press,4,80.0,1,3,1,0,0
desk,1,20.0,0,0,0,1,0' ]
	[ "$(csv by)" = 'by,messages,share
points,3,60.0
below-needs,1,20.0
person,1,20.0' ]
	[ "$(csv domain)" = 'domain,messages,share,new
new.example,2,40.0,yes
old.example,2,40.0,no
third.example,1,20.0,yes' ]
	# 100, 200, 300, 1500, 70000: the middle is 300, 95 of 100 the last.
	[ "$(csv week)" = 'week,messages,by_rules,by_person,triage,delivered,median_ms,p95_ms
2026-W47,5,3,1,1,5,300,70000' ]
	[ "$(csv day)" = 'day,messages,by_rules,by_person,triage,delivered,median_ms,p95_ms
2026-11-16,1,1,0,0,1,200,200
2026-11-17,2,1,1,0,2,300,1500
2026-11-18,1,0,0,1,1,70000,70000
2026-11-19,0,0,0,0,0,,
2026-11-20,0,0,0,0,0,,
2026-11-21,0,0,0,0,0,,
2026-11-22,1,1,0,0,1,100,100' ]
	# 08:30 UTC is 09:30 in Berlin: a Tuesday.
	[ "$(csv hour | grep -E '^(00|09|13|23|12):')" = '00:00,1,0,0,0,0,0,0,1
09:00,0,2,0,0,0,0,0,2
12:00,0,0,0,0,0,0,0,0
13:00,0,0,1,0,0,0,0,1
23:00,0,0,0,0,0,0,1,1' ]
	# press.1 held for A2 A3 A6; press.2 for A2 ("=SUM" is no word), which would have
	# gone to press without it; desk.1 for A4, which went elsewhere.
	[ "$(csv line | cut -d , -f 1,4-7)" = 'line,held,won,decisive,unknown
press.1,3,3,3,0
press.2,1,1,0,0
desk.1,1,0,0,0' ]
	[ "$(csv field | cut -d , -f 1,2,4,5 | sort)" = "press,outlet,Planet,1
route,field,value,messages" ]
	[ "$(csv delay | awk -F , 'NR > 1 { n += $3 } END { print n }')" = 5 ]
	[ "$(csv route --limit 1 | wc -l)" = 2 ]
}

@test "periods: the one asked for, all, and nothing" {
	a_week
	total() { mr stats by --csv "$@" | awk -F , 'NR > 1 { n += $2 } END { print n + 0 }'; }
	[ "$(total --week 2026-W46)" = 1 ]
	[ "$(total --week 2026-W47)" = 5 ]
	[ "$(total --month 2026-11)" = 7 ]
	[ "$(total --since 2026-11-16 --until 2026-11-17)" = 3 ]
	[ "$(total --all)" = 7 ]
	try mr stats --month 2026-01
	[ "$status" -eq 1 ]
	[ "$stderr" = 'nothing to count, January 2026' ]
	try mr stats route --json --month 2026-01
	[ "$status" -eq 1 ]
	[ -z "$output$stderr" ]
	for wrong in colour '--week 2026-W60' '--week last --month last' '--all --week last' \
	    '--until today' '--json --csv' '--limit x' 'route by'; do
		# shellcheck disable=SC2086 # words
		try mr stats $wrong
		[ "$status" -eq 2 ] || { echo "$wrong" && false; }
	done
	try mr stats colour
	[[ $stderr == *'route, by, domain, line'*event* ]]
}

@test "what was put off, where and with which words" {
	echo >"$I/mail/press"
	declare -gA when took
	letter A1 a@b.example interview x x
	engine_start
	wait_for 10 log_has "$LOG" 'event=deferred'
	engine_stop
	mr stats trouble --all --csv | tr -d '"\r' >"$WORK/csv"
	[ "$(wc -l <"$WORK/csv")" -eq 2 ]
	[[ $(sed -n 2p "$WORK/csv") == "put off,maildir,,$I/mail/press,1,"[1-9]*",2"*",cannot open"* ]]
	mr stats trouble --all >"$WORK/out"
	[[ $(<"$WORK/out") == *"put off  $I/mail/press "*' 1 '*'cannot open directory'* ]] || { cat "$WORK/out" && false; }
	# The alarm that came of it is an event.
	[[ $(mr stats event --all --csv) == *'"alarm.server",1,'* ]]
}

@test "before anything was recorded there is nothing to count" {
	for what in route by domain line hour day delay field trouble event; do
		try mr stats $what
		[ "$status" -eq 1 ]
		[[ $stderr == 'nothing to count, '* ]]
	done
}

@test "a table for 80 columns, JSON that can be read, CSV that computes nothing" {
	a_week
	mr stats --week 2026-W47 >"$WORK/got"
	cat >"$WORK/want" <<-'WANT'
		mail by route, Mon 16 Nov to Sun 22 Nov 2026

		ROUTE  MESSAGES   SHARE  BEFORE  BY RULES  BY PERSON  TRIAGE
		press         4  80.0 %       1         3          1       0
		desk          1  20.0 %       0         0          0       1
	WANT
	diff -u "$WORK/want" "$WORK/got"
	for what in route by domain line hour day week month delay field event; do
		TERM=dumb script -qec "stty cols 80 rows 60; unset COLUMNS; '$WORK/bin/mroute' \
		    -c '$I/mroute.conf' stats $what --all" /dev/null </dev/null |
		    tr -d '\r' >"$WORK/out"
		[ "$(wc -L <"$WORK/out")" -le 80 ] || { echo "$what" && false; }
		mr stats $what --all --json >"$WORK/json"
		mr stats $what --all --csv >"$WORK/csv"
		python3 - "$WORK/json" "$WORK/csv" $what <<-'PY'
			import csv, json, sys
			rows = [json.loads(line) for line in open(sys.argv[1])]
			table = list(csv.DictReader(open(sys.argv[2], newline=""), strict=True))
			assert rows and len(rows) == len(table), (len(rows), len(table))
			assert all(r["v"] == 1 and r["what"] == sys.argv[3] for r in rows)
			names = {k.replace("_permille", "") for k in rows[0]}
			assert names - {"v", "what", "period", "from", "to"} == set(table[0])
			assert all(c[:1] not in tuple("=+-@") for r in table for c in r.values())
		PY
	done
}

@test "docs/schema.md names what can be counted, and every key" {
	a_week
	for what in route by domain line hour day week month delay field event; do
		mr stats $what --all --json
	done >"$WORK/json"
	for word in trouble target $(grep -oE '"[a-z_0-9]+":' "$WORK/json" | tr -d '":' | sort -u); do
		[[ $word == *day ]] || grep -q "\`$word\`" "$TESTS/../docs/schema.md" ||
		    { echo "$word" && false; }
	done
}

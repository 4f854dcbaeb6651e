#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Summaries of what is not usual: nothing, the first week, one message, New Year, the days
# on which clocks change, another time zone, routes that are renamed or gone.

load helper

setup_file() {
	work_make
}

teardown_file() {
	work_remove
}

# table NAME [ZONE] <TABLE: an instance with these records.
table() {
	I=$WORK/$1
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	rm -rf "$I"/rules/*
	cp "$TESTS/summary/week/rules/10.rules" "$I/rules"
	printf 'summary\n  time-zone %s\n' "${2:-Europe/Berlin}" >>"$I/mroute.conf"
	cat >"$WORK/table"
	"$BUILD/tests/tools/ledger" -c "$I/mroute.conf" "$WORK/table"
}

# json FILTER WANT [OPTION...]: of the summary of $WEEK.
json() {
	local filter=$1 want=$2
	shift 2
	"$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" --json "$@" |
	    jq -c "$filter" >"$WORK/have"
	[ "$(<"$WORK/have")" = "$want" ] || {
		echo "$filter: $(<"$WORK/have"), not $want" >&2
		return 1
	}
}

# In every form it is written, and says no nonsense.
all_forms() {
	local out=$WORK/forms
	rm -rf "$out"
	mkdir "$out"
	"$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" >"$out/text"
	COLUMNS=40 "$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" \
	    --color always >"$out/narrow"
	LC_ALL=C "$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" >"$out/ascii"
	"$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" --html "$out/page.html"
	"$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" --json >"$out/json"
	refute grep -qiwE 'nan|-nan|inf|-?[0-9]*\.?[0-9]*e[+][0-9]+|18446744073709551615|-1 messages' \
	    "$out/text" "$out/page.html" "$out/json"
	refute grep -qP '[^\x00-\x7F]' "$out/ascii"
	[ "$(wc -L <"$out/text")" -le 80 ]
	[ "$(grep -c '</html>' "$out/page.html")" -eq 1 ]
}

@test "no records at all" {
	I=$WORK/none WEEK=2026-W10
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	try "$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK"
	[ "$status" -eq 1 ]
	[[ $stderr == *'nothing was recorded yet'* ]]
	[ -z "$output" ]
}

@test "an empty week between others" {
	WEEK=2026-W20
	table empty <<-'END'
		zone Europe/Berlin
		2026-05-10 23:59:59 | ann@acme.example | lead | points | done@1s | lead.1! | | Quote |
		2026-05-18 00:00:00 | ann@acme.example | lead | points | done@1s | lead.1! | | Quote |
	END
	json '[.messages, .messages_before, .empty, .first, .domains.number]' '[0,1,true,false,0]'
	json '.delay | [.delivered, .median_ms, .p95_ms, .longest_ms]' '[0,null,null,null]'
	json '[.hours[][]] | add' 0
	all_forms
	grep -qi 'no message' "$WORK/forms/text"
}

@test "the first week, and its one message" {
	WEEK=2026-W20
	table first <<-'END'
		zone Europe/Berlin
		2026-05-13 12:00:00 | ann@acme.example | lead | points | done@2500ms | lead.1! | seats=3 | Quote |
	END
	json '[.messages, .messages_before, .first, .empty, (.trend | length)]' '[1,null,true,false,1]'
	json '.delay | [.delivered, .median_ms, .p95_ms, .longest_ms]' '[1,2500,2500,2500]'
	json '.domains | [.number, .new]' '[1,1]'
	json '[.hours[2][12], ([.hours[][]] | add)]' '[1,1]'
	all_forms
}

@test "the week before the first message" {
	WEEK=2026-W19
	I=$WORK/first
	json '[.messages, .empty]' '[0,true]'
	all_forms
	grep -q 'Nothing is known of this week: the records begin on ' "$WORK/forms/text"
}

@test "a period that ends at no midnight: its name, and commands that can be typed" {
	I=$WORK/first
	"$BUILD/mroute" summary -c "$I/mroute.conf" --since '2026-05-13 10:00' \
	    --until 2026-05-13T14:30:30 >"$WORK/text"
	[[ "$(head -n 1 "$WORK/text")" == 'Wed 13 May'*2026* ]]
	command=$(tr '\n' ' ' <"$WORK/text" | grep -oE 'stats route --since [^ ]+ --until [^ ]+')
	read -ra words <<<"$command"
	"$BUILD/mroute" "${words[@]}" -c "$I/mroute.conf" --json | jq -e '.messages == 1'
}

@test "one message that is in no route yet" {
	WEEK=2026-W20
	table one <<-'END'
		zone Europe/Berlin
		2026-05-13 12:00:00 | ann@acme.example | | | held@1s | | | Quote |
	END
	json '[.messages, .held, .by_rules, .triage, .other, .delay.delivered]' '[1,1,0,0,1,0]'
	all_forms
}

@test "a week across New Year is one week" {
	WEEK=2020-W53
	table year <<-'END'
		zone Europe/Berlin
		2020-12-21 12:00:00 | old@acme.example | lead | points | done@1s | lead.1! | | W52 |
		2020-12-27 23:59:59 | old@acme.example | lead | points | done@1s | lead.1! | | W52 |
		2020-12-28 00:00:00 | ann@acme.example | lead | points | done@1s | lead.1! | | W53 |
		2020-12-31 23:59:59 | ann@acme.example | lead | points | done@1s | lead.1! | | W53 |
		2021-01-01 00:00:00 | ann@acme.example | lead | points | done@1s | lead.1! | | W53 |
		2021-01-03 23:59:59 | ann@acme.example | lead | points | done@1s | lead.1! | | W53 |
		2021-01-04 00:00:00 | ann@acme.example | lead | points | done@1s | lead.1! | | W01 |
	END
	json '[.key, .messages, .messages_before]' '["2020-W53",4,2]'
	json '.title' '"Mon 28 Dec 2020 to Sun 3 Jan 2021"'
	json '[.hours[3][23], .hours[4][0], .hours[0][0], .hours[6][23]]' '[1,1,1,1]'
	all_forms
	WEEK=2021-W01
	json '[.messages, .messages_before]' '[1,4]'
	json '[.trend[].period]' '["W52","W53","W01"]'
	json '[.trend[].messages]' '[2,4,1]'
}

@test "the week in which an hour is skipped has seven days" {
	WEEK=2025-W13
	# 30 March 2025: 02:00 is 03:00.
	table spring <<-'END'
		zone Europe/Berlin
		2025-03-23 22:59:59Z | a@acme.example | lead | points | done@1s | lead.1! | | W12 |
		2025-03-23 23:00:00Z | a@acme.example | lead | points | done@1s | lead.1! | | 00:00 |
		2025-03-30 00:59:59Z | a@acme.example | lead | points | done@1s | lead.1! | | 01:59:59 |
		2025-03-30 01:00:00Z | a@acme.example | lead | points | done@1s | lead.1! | | 03:00 |
		2025-03-30 21:59:59Z | a@acme.example | lead | points | done@1s | lead.1! | | 23:59:59 |
		2025-03-30 22:00:00Z | a@acme.example | lead | points | done@1s | lead.1! | | W14 |
	END
	json '[.messages, .messages_before]' '[4,1]'
	json '.hours[6] | [.[1], .[2], .[3], .[23]]' '[1,0,1,1]'
	json '.period' '{"from":"2025-03-23T23:00:00.000Z","to":"2025-03-30T22:00:00.000Z"}'
	all_forms
}

@test "the week in which an hour comes twice has both" {
	WEEK=2025-W43
	# 26 October 2025: 03:00 is 02:00 again.
	table autumn <<-'END'
		zone Europe/Berlin
		2025-10-19 21:59:59Z | a@acme.example | lead | points | done@1s | lead.1! | | W42 |
		2025-10-19 22:00:00Z | a@acme.example | lead | points | done@1s | lead.1! | | 00:00 |
		2025-10-26 00:30:00Z | a@acme.example | lead | points | done@1s | lead.1! | | 02:30 |
		2025-10-26 01:30:00Z | a@acme.example | lead | points | done@1s | lead.1! | | 02:30 again |
		2025-10-26 22:59:59Z | a@acme.example | lead | points | done@1s | lead.1! | | 23:59:59 |
		2025-10-26 23:00:00Z | a@acme.example | lead | points | done@1s | lead.1! | | W44 |
	END
	json '[.messages, .messages_before]' '[4,1]'
	json '.hours[6] | [.[2], .[3], .[23]]' '[2,0,1]'
	json '.period' '{"from":"2025-10-19T22:00:00.000Z","to":"2025-10-26T23:00:00.000Z"}'
	all_forms
}

@test "another time zone counts the same mail in other weeks" {
	local mail='zone UTC
		2025-11-10 04:59:59 | a@acme.example | lead | points | done@1s | lead.1! | | 1 |
		2025-11-10 05:00:00 | a@acme.example | lead | points | done@1s | lead.1! | | 2 |
		2025-11-16 14:59:59 | a@acme.example | lead | points | done@1s | lead.1! | | 3 |
		2025-11-16 15:00:00 | a@acme.example | lead | points | done@1s | lead.1! | | 4 |'
	WEEK=2025-W46
	table berlin Europe/Berlin <<<"$mail"
	json '[.messages, .zone, .hours[0][5], .hours[0][6]]' '[4,"Europe/Berlin",1,1]'
	# In New York the week begins at 05:00 UTC; in Tokyo it ends at 15:00 UTC.
	sed -i 's/time-zone .*/time-zone America\/New_York/' "$I/mroute.conf"
	json '[.messages, .messages_before, .zone, .hours[0][0]]' '[3,1,"America/New_York",1]'
	sed -i 's/time-zone .*/time-zone Asia\/Tokyo/' "$I/mroute.conf"
	json '[.messages, .zone, .hours[6][23]]' '[3,"Asia/Tokyo",1]'
	# Half an hour, and one where the clock is not turned at all.
	sed -i 's/time-zone .*/time-zone Asia\/Kolkata/' "$I/mroute.conf"
	json '[.messages, .hours[0][10], .hours[6][20]]' '[4,2,2]'
	sed -i 's/time-zone .*/time-zone Not\/There/' "$I/mroute.conf"
	refute "$BUILD/mroute" summary -c "$I/mroute.conf" --week "$WEEK" 2>"$WORK/err"
	grep -q 'Not/There' "$WORK/err"
}

@test "a renamed route has two rows, a removed one still its mail" {
	WEEK=2026-W20
	table renamed <<-'END'
		zone Europe/Berlin
		2026-05-06 12:00:00 | a@acme.example | leads | points | done@1s | | | before |
		2026-05-11 12:00:00 | a@acme.example | leads | points | done@1s | | | old name |
		2026-05-12 12:00:00 | a@acme.example | leads | points | done@1s | | | old name |
		2026-05-13 12:00:00 | a@acme.example | lead | points | done@1s | lead.1! | | new name |
		2026-05-14 12:00:00 | a@acme.example | giveaway | points | done@1s | | | gone |
	END
	json '[.routes[] | [.route, .messages, .before, .gone]]' \
	    '[["leads",2,1,true],["giveaway",1,0,true],["lead",1,0,false]]'
	json '[.messages, .by_rules]' '[4,4]'
	all_forms
	grep -q giveaway "$WORK/forms/text"
}

@test "a week that is not over says so" {
	WEEK=this
	table now <<-END
		zone UTC
		$(date -u '+%F %T') | a@acme.example | lead | points | done@1s | lead.1! | | now |
	END
	json '[.messages, .unfinished]' '[1,true]'
	all_forms
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The numbers of a summary: of a week that was counted by hand, and of a year that was
# counted by who made it.

load helper

setup_file() {
	export TZ=Europe/Berlin
	work_make
	"$BUILD/mroute" init "$WORK/week" >/dev/null 2>&1
	rm -rf "$WORK"/week/rules/*
	cp "$TESTS/summary/week/rules/10.rules" "$WORK/week/rules"
	"$BUILD/tests/tools/ledger" -c "$WORK/week/mroute.conf" "$TESTS/summary/week/table"
	"$BUILD/mroute" init "$WORK/year" >/dev/null 2>&1
	"$BUILD/tests/tools/traffic" -c "$WORK/year/mroute.conf" --messages 20000 \
	    --truth "$WORK/truth.json"
}

teardown_file() {
	work_remove
}

summary() {
	local where=$1
	shift
	"$BUILD/mroute" summary -c "$WORK/$where/mroute.conf" "$@"
}

@test "a week, counted by hand: tests/summary/week/counted.md" {
	summary week --week 2026-W47 --json >"$WORK/have.json"
	"$TESTS/summary/compare" "$TESTS/summary/week/want.json" "$WORK/have.json"
}

@test "and what people read says the same" {
	summary week --week 2026-W47 >"$WORK/text"
	grep -qE '^ +27  messages' "$WORK/text"
	grep -qE '^ +59 %  .*\(16\)' "$WORK/text" # 16 of 27: 59.3
	grep -qE '^ +26 %  .*\(7\)' "$WORK/text" # 25.9
	grep -qE '^ +7 %  .*by a person \(2\)' "$WORK/text"
	grep -qE '^ +7 %  .*no alias \(2\)' "$WORK/text" # 16 + 7 + 2 + 2 = 27
	grep -qE '^ +1  message came a second time, and was delivered once' "$WORK/text"
	grep -qE '^ +17 s  .*95 % within 70 s' "$WORK/text"
	grep -qE '^ +lead .* 8 +\+2 ' "$WORK/text"
	grep -qE '^ +9 +acme.example' "$WORK/text"
	[ "$(wc -L <"$WORK/text")" -le 80 ]
	summary week --week 2026-W47 --html "$WORK/page.html"
	grep -q '>27<' "$WORK/page.html"
	refute grep -qiE 'nan|inf%|undefined|null' <(sed 's/<[^>]*>/ /g' "$WORK/text")
}

# What is special: observed from the first day, the first whole week of rules, New Year, a
# usual one, the old name of a route and its new one, the campaign, the outage, and what came
# after it.
@test "weeks of a year, counted by who made it" {
	local week
	for week in 2025-W49 2025-W51 2026-W01 2026-W20 2026-W22 2026-W23 2026-W37 2026-W45 \
	    2026-W46; do
		summary year --week "$week" --json |
		    "$TESTS/summary/truth-and-summary" "$WORK/truth.json" "$week"
	done
}

@test "each command that the page of a week names can be typed" {
	local week words n=0
	for week in 2026-W23 2026-W46; do
		summary year --week "$week" --html "$WORK/page.html"
		while read -ra words; do
			# 1: nothing was found
			"$BUILD/mroute" -c "$WORK/year/mroute.conf" "${words[@]:1}" >/dev/null ||
			    [ $? -eq 1 ]
			n=$((n + 1))
		done < <(grep -oE 'mroute (explain|log|stats|status|summary)[^<]*' \
		    "$WORK/page.html" | sort -u)
	done
	[ "$n" -ge 8 ]
}

@test "a month counts its days and no others" {
	summary year --month 2026-03 --json >"$WORK/month.json"
	want=$(jq '.months["2026-03"].total' "$WORK/truth.json")
	[ "$(jq .messages "$WORK/month.json")" -eq "$want" ]
	# 31 days, one of which has 23 hours.
	jq -e '.period.from == "2026-02-28T23:00:00.000Z"' "$WORK/month.json"
	jq -e '.period.to == "2026-03-31T22:00:00.000Z"' "$WORK/month.json"
	diff <(jq -S '.months["2026-03"].hours' "$WORK/truth.json") <(jq -S .hours "$WORK/month.json")
	diff <(jq -S '.months["2026-03"].routes | del(.[""])' "$WORK/truth.json") \
	    <(jq -S '[.routes[] | select(.messages > 0 and .route != "fallback") |
	    {(.route): .messages}] | add' "$WORK/month.json")
}

@test "days from here to there are the same as the week they make" {
	summary year --since 2026-05-11 --until 2026-05-17 --json >"$WORK/span.json"
	summary year --week 2026-W20 --json >"$WORK/week.json"
	for key in .messages .triage .hours .delay .domains.number .lines .fields .groups; do
		diff <(jq -S "$key" "$WORK/span.json") <(jq -S "$key" "$WORK/week.json")
	done
}

@test "stats: every count of a week, whole lists of it" {
	local week what
	mkdir "$WORK/stats"
	for week in 2025-W50 2026-W31 2026-W45; do
		for what in route by domain line hour day delay field trouble event; do
			"$BUILD/mroute" stats -c "$WORK/year/mroute.conf" "$what" --week "$week" \
			    --limit 0 --json >"$WORK/stats/$what.json"
		done
		"$TESTS/summary/truth-and-stats" "$WORK/truth.json" "$week" "$WORK/stats"
	done
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The generator of a year: the same seed makes the same year, and the records hold
# what it says it made.

load helper

setup_file() {
	work_make
}

teardown_file() {
	work_remove
}

# year NAME OPTION...
year() {
	local name=$1
	shift
	"$BUILD/mroute" init "$WORK/$name" >/dev/null 2>&1
	"$BUILD/tests/tools/traffic" -c "$WORK/$name/mroute.conf" --messages 4000 "$@"
}

# All that was recorded, but where the instance lies, which is in its rule sets.
dump() {
	sqlite3 -readonly "$WORK/$1/spool/mroute.db" .dump | grep -v 'INTO rule_sets' |
	    sed -E 's/[0-9a-f]{64}/DIGEST/g' | sha256sum
}

@test "what was made is what is recorded" {
	year a --truth "$WORK/a.json"
	"$TESTS/summary/truth-and-records" "$WORK/a.json" "$WORK/a/spool/mroute.db"
	[ "$(jq '[.weeks[] | .total + .redelivered] | add' "$WORK/a.json")" -eq 4000 ]
	[ "$(jq '.weeks | length' "$WORK/a.json")" -eq 53 ]
}

@test "the same seed makes the same year, another one another" {
	year b --truth "$WORK/b.json"
	cmp "$WORK/a.json" "$WORK/b.json"
	[ "$(dump a)" = "$(dump b)" ]
	year c --truth "$WORK/c.json" --seed 2
	refute cmp -s "$WORK/a.json" "$WORK/c.json"
}

@test "it has what a year has" {
	local t=$WORK/a.json
	# A campaign: far more leads than ever else.
	jq -e '[.weeks[].routes.lead // 0] | sort | .[-1] > 3 * .[-2]' "$t"
	# An outage, a route with two names, two weeks that were only observed.
	jq -e '[.weeks[].temp] | sort | .[-1] > 20 * .[-2]' "$t"
	jq -e '[.weeks[] | select(.routes.sponsors) | select(.routes.sponsorship)] | length <= 1' "$t"
	jq -e '[.weeks[].routes.sponsors // 0] | add > 20' "$t"
	jq -e '[.weeks[].routes.sponsorship // 0] | add > 20' "$t"
	jq -e '[.weeks[] | select(.by.observe)] | length == 2' "$t"
	# A line that never holds: the last that speaks for a route.
	jq -e '[.weeks[].by.person // 0] | add > 5' "$t"
	jq -e '[.weeks[].by.examiner // 0] | add > 0' "$t"
	jq -e '[.weeks[].redelivered] | add > 0' "$t"
	# Holidays and weekends.
	jq -e '.weeks["2026-W01"].total < .weeks["2026-W04"].total / 2' "$t"
	jq -e '[.months[].hours[6][]] | add < 400' "$t"
}

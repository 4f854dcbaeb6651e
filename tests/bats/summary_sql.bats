#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# docs/summary.md says how to count each number with SQL: who does that gets what the
# summary says.

load helper

setup_file() {
	work_make
	I=$WORK/week
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	rm -r "$I/rules"
	cp -r "$TESTS/summary/week/rules" "$I/rules"
	cat >"$I/mroute.conf" <<-EOF
		alias marketing@company.example
		  rules  rules
		team sales-team
		  members  maildir:mail/sales
		team press-team
		  members  maildir:mail/press
		team web-team
		  members  maildir:mail/web
		team front-desk
		  members  maildir:mail/desk
		spool
		  path  spool
		summary
		  time-zone  Europe/Berlin
	EOF
	"$BUILD/tests/tools/ledger" -c "$I/mroute.conf" "$TESTS/summary/week/table"
	"$BUILD/mroute" -c "$I/mroute.conf" summary --week 2026-W47 --json >"$WORK/json"
	"$TESTS/summary/documented-sql" "$TESTS/../docs/summary.md" "$I/spool/mroute.db" \
	    "$(jq -r .period.from "$WORK/json")" "$(jq -r .period.to "$WORK/json")" >"$WORK/sql"
}

teardown_file() {
	work_remove
}

# same NAME JQ: the rows of that statement are what jq makes of the summary.
same() {
	diff <(jq -c ".$1[]" "$WORK/sql") <(jq -c "$2" "$WORK/json")
}

@test "numbers" {
	[ "$(jq '.messages[0][0]' "$WORK/sql")" -eq 27 ]
	for name in messages redelivered by_rules triage held; do
		same $name "[.$name]"
	done
	same median_ms '[.delay.median_ms]'
}

@test "routes" {
	diff <(jq -c '.routes[] | if .[0] == "" then .[0] = "fallback" else . end' "$WORK/sql") \
	    <(jq -c '.routes[] | select(.messages > 0) | [.route, .messages]' "$WORK/json")
}

@test "domains" {
	same domains '.domains.top[] | [.domain, .messages]'
}

@test "lines that earned their keep" {
	diff <(jq -c '.earned[]' "$WORK/sql" | sort) \
	    <(jq -c '.lines[] | [.id, .decisive]' "$WORK/json" | sort)
	[ "$(jq -c '.earned[0]' "$WORK/sql")" = '["lead.1",6]' ]
}

@test "captured fields" {
	diff <(jq -c '.fields[]' "$WORK/sql" | sort) <(jq -c '.fields[] | .route as $r | .field as $f
	    | .values[] | [$r, $f, .value, .messages]' "$WORK/json" | sort)
}

@test "alarms" {
	same alarms '.alarms[] | [.name, .number]'
}

@test "no statement is left out" {
	[ "$(jq -r 'keys[]' "$WORK/sql" | tr '\n' ' ')" = 'alarms by_rules domains earned fields held median_ms messages redelivered routes triage ' ]
}

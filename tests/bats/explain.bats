#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute explain of past mail, and what is wrong usage; what it shows of files
# is in tests/rules/explain*.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
	rules_write 10.rules <<-'RULES'
		version 1
		phrases deadline = on deadline, for comment
		route press
		  title    Press
		  forward  press-team
		  +60 subject has interview
		  +25 text has @deadline
		    and from.domain is paper.example
		  -40 any has newsletter, unsubscribe
		  never is bounce
		route content
		  forward  desk-team
		  +30 text has article
		  +30 subject has article
		route desk
		  forward  desk-team
		otherwise desk
	RULES
	{ mail 'An interview' | sed '$d'; echo 'I am on deadline for an article.'; } >"$WORK/m"
}

teardown() {
	engine_stop
	work_remove
}

decide() { # QUEUE-ID
	door "$WORK/m" --queue-id "$1"
	run_once
}

# Ids, digests and times are another each time.
plain() {
	sed -E "s/^[0-9A-Z]{26}$/ID/; s/[0-9]{4}(-[0-9]{2}){2} [0-9:]{8}/TIME/g
	    s/rules [0-9a-f]{8}/rules DIGEST/g; s/on disk, [0-9a-f]{8}/on disk, DIGEST/"
}

# explained ARG...: what it shows is at stdin.
explained() {
	try mr explain "$@"
	diff -u - <(plain <<<"$output")
}

change_rules() {
	sed -e 's/+60 subject has interview/+40 subject has interview/' \
	    -e 's/= on deadline, /= /' -e 's/+30 text has article/+50 text has article/' \
	    -e 's/^  never is bounce/&, list\n  +10 any has note/' "$I/rules/10.rules" |
	    rules_write 10.rules
}

@test "past mail: the record, all lines of then, what they looked at" {
	decide QA1
	explained QA1 <<-'END'
		ID
		  From      Jane <jane@paper.example>
		  Subject   An interview
		  Route     press   85 points of 50 needed; next content, 30 of 50 needed
		  Then      forward press-team
		  Decided   TIME, by points, rules DIGEST
		  Values    from the original, examined again by the rules of then

		Looked at
		  subject      An interview
		  text         I am on deadline for an article.
		  from.domain  paper.example
		  any          An interview | I am on deadline for an article.

		press   85 points of 50 needed: it has the message
		  Without press.1 it would go to desk (below-needs).
		  yes   +60 press.1  subject has An "interview"
		  yes   +25 press.2  text has    I am "on deadline" for an article.
		                     and from.domain is paper.example | paper.example
		   no   -40 press.3  any has newsletter, unsubscribe  | An interview | I am on deadline for an article.
		   no never press.4  is bounce                        | is nothing of that kind

		content   30 points of 50 needed
		  Lacks 20 to compete, 70 to win. All its other lines together would not have been enough.
		  yes +30 content.1  text has I am on deadline for an "article".
		   no +30 content.2  subject has article | An interview

		desk   no lines of evidence
		  It takes what no other route gets.
	END
	[ "$status" -eq 0 ]
	id=$(sed -n 1p <<<"$output")
	whole=$output
	for name in "$id" "${id:0:14}" "${id,,}"; do
		[ "$(mr explain "$name")" = "$whole" ]
	done
	[ "$(mr explain --route content QA1 | grep -c '^press ')" -eq 0 ]
}

@test "the rules changed since: nothing of it shows, until --now asks" {
	decide QB1
	before=$(mr explain QB1)
	change_rules
	[ "$(mr explain QB1)" = "$before" ]
	explained --now QB1 <<-'END'
		ID
		  From      Jane <jane@paper.example>
		  Subject   An interview
		  Route     press   85 points of 50 needed; next content, 30 of 50 needed
		  Then      forward press-team
		  Decided   TIME, by points, rules DIGEST
		  Now       by the rules on disk, DIGEST

		           THEN          NOW
		route      press         desk
		by         points        margin
		press      85 of 50      40 of 50
		content    30 of 50      50 of 50
		because    gone press.1 +60 subject has interview

		press      THEN          NOW
		press.1    yes +60       yes +40       subject has interview
		press.2    yes +25       no +25        text has @deadline and from.domain is paper.example
		press.4    no never      gone          is bounce
		press.4    not there     no never      is bounce, list
		press.5    not there     no +10        any has note

		content    THEN          NOW
		content.1  yes +30       yes +50       text has article
	END
	[ "$status" -eq 0 ]
	# Rules that are not in force, and not those of the configuration.
	[[ $(mr explain --now -r "$BATS_TEST_DIRNAME/../rules/margin/rules" QB1) == *'press.1    yes +60       gone '* ]]
	# With the same rules nothing differs.
	decide QB2
	id=$(mr log --json --limit 1 | jq -r .id)
	[[ $(mr explain --now "$id") == *'Every line comes out as it did then.'* ]]
}

@test "the original is gone: the lines are told without what they looked at" {
	decide QC1
	rm -r "$SPOOL/done"/*
	try mr explain QC1
	[ "$status" -eq 0 ]
	[[ $output == *'Values    what the lines looked at is not known: the original is not kept any more'* ]]
	[[ $output == *$'\n  yes   +60 press.1  subject has An "interview"\n'* ]]
	[[ $output == *$'\n   no   -40 press.3  any has newsletter, unsubscribe\n'* ]]
	[[ $output != *'Looked at'* ]]
	[[ $output == *'Without press.1 it would go to desk'* ]]
	try mr explain --now QC1
	[ "$status" -eq 1 ]
	[[ $stderr == *"today's rules can't be asked"*'not kept any more' ]]
	[[ $output == *'Route     press'* ]]
}

@test "what comes out otherwise when it is examined again is said, and the record shown" {
	decide QD1
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" "UPDATE traces SET
	    json = json_set(json, '\$.routes[0].lines[0].id', 'press.3')"
	try mr explain QD1
	[[ $output == *'examined again by the rules of then: press.1, press.3 would come out otherwise now; what is shown is the record'* ]]
	[[ $output == *$'\n   no   +60 press.1  '* ]]
	[[ $(mr explain --json QD1 | jq -r .differs) = 'press.1, press.3' ]]
}

@test "the rules of then are lost: what counted is shown, and that the rest is not known" {
	decide QE1
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'DELETE FROM rule_sets'
	try mr explain QE1
	[ "$status" -eq 0 ]
	[[ $output == *'+60 press.1  subject has An "interview"'* ]]
	[[ $output == *'only lines that counted are known, not the others: they are not in the records'* ]]
}

@test "what a person corrected: the decision of the rules is explained" {
	decide QF1
	mr reroute QF1 desk
	run_once
	try mr explain QF1
	[ "$status" -eq 0 ]
	[[ $output == *'Route     press   85 points'* ]]
	[[ $output == *'Corrected a person sent it to desk afterwards'* ]]
	[[ $output == *'press   85 points of 50 needed: it has the message'* ]]
	[ "$(mr explain --json QF1 | jq -r '.corrected, .route' | tr '\n' ' ')" = 'desk press ' ]
}

@test "without rules: a redelivery, an examiner that gave up, mail of our own" {
	not_sanitized 'a sanitizer takes the memory that is limited here'
	decide QG1
	decide QG1
	id=$(mr log --json --limit 1 | jq -r .id)
	try mr explain "$id"
	[ "$status" -eq 0 ]
	[[ $output == *'handed over message'*'their lines were not asked'* ]]
	for key in 'examine-memory 64M' 'message-size 200M' 'body-window 16M'; do
		sed -i "s/^limits$/&\n  $key/" "$I/mroute.conf"
	done
	{ mail interview; head -c 20000000 /dev/zero | tr '\0' a | fold -w 900; } >"$WORK/m"
	decide QG2
	try mr explain QG2
	[ "$status" -eq 0 ]
	[[ $output == *'could not be examined'*'their lines were not asked'* ]]
	try mr explain "$WORK/m"
	[ "$status" -eq 0 ]
	[[ $stderr == *'the examiner died'* ]]
	[[ $output == *'could not be examined'*'their lines were not asked'* ]]
	own=$(mr log --json | jq -r 'select(.kind == "own").id' | head -n 1)
	try mr explain --now "$own"
	[ "$status" -eq 0 ]
	[[ $output == *'own mail'* || $output == *'mroute itself'* ]]
}

@test "a file wins over an id; - is standard input" {
	decide QH1
	cd "$WORK"
	mail 'something else' >QH1
	[[ $(mr explain QH1) == *'Subject   something else'* ]]
	rm QH1
	[[ $(mr explain QH1) == *'Subject   An interview'* ]]
	[[ $(mr explain - <"$WORK/m") == *'Subject   An interview'* ]]
	# As with test: these rules are not those that live mail gets.
	change_rules
	try mr explain "$WORK/m"
	[ "$status" -eq 0 ]
	[[ $stderr == *'the engine still runs other rules'*'10.rules changed'* ]]
	[ "$(mr explain QH1 - <"$WORK/press.eml" | grep -c 'it has the message')" -eq 2 ]
}

@test "what is not there is 1; wrong usage and broken rules are 2" {
	try mr explain nosuch
	[ "$status" -eq 1 ]
	[[ $stderr == *"'nosuch' is not a file: "* ]]
	decide QI1
	try mr explain nosuch.eml QI1
	[ "$status" -eq 1 ]
	[[ $stderr == *"'nosuch.eml' is not a file: no message has"* ]]
	[[ $output == *'Route     press'* ]]
	mkdir -m 0 "$WORK/closed"
	chown "$OWNER" "$WORK/closed"
	try mr explain "$WORK/closed" QI1
	[ "$status" -eq 2 ]
	[[ $stderr == *"$WORK/closed"* ]]
	[[ $output == *'Route     press'* ]]
	for wrong in "" "--to x $WORK/m" "--from x $WORK/m" "--now $WORK/m" \
	    "--to a@b.example QI1" "-r $I/rules QI1" "--route nosuch QI1" \
	    "--route nosuch $WORK/m" "--now --route nosuch QI1" "-r nowhere --now QI1"; do
		read -ra args <<<"$wrong"
		try mr explain "${args[@]}"
		[ "$status" -eq 2 ] || { echo "$wrong: $status" && false; }
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
	echo 'nonsense' >>"$I/rules/10.rules"
	try mr explain "$WORK/m"
	[ "$status" -eq 2 ]
	[[ $stderr == *'10.rules:'*'MR011'* ]]
	# The past needs no rules of today.
	mr explain QI1 >/dev/null
	try mr explain --now QI1
	[ "$status" -eq 2 ]
	try "$BUILD/mroute" explain -c "$WORK/nowhere" QI1
	[ "$status" -eq 2 ]
}

@test "what waits to be decided has no reasons yet" {
	door "$WORK/m" --queue-id QJ1
	try mr explain QJ1
	[ "$status" -eq 1 ]
}

@test "a terminal of 80 columns holds each line, and mail cannot move its cursor" {
	printf 'From: \033[31mred\033[0m <a@b.example>\nSubject: interview \033]0;x\007 \033[2J %s\n\nx\n' \
	    "$(printf 'long %.0s' {1..40})" >"$WORK/m"
	decide QK1
	change_rules
	for args in QK1 '--now QK1' "$WORK/m"; do
		TERM=dumb script -qec "stty cols 80; COLUMNS=80 '$WORK/bin/mroute' \
		    -c '$I/mroute.conf' explain $args 2>/dev/null" /dev/null | tr -d '\r' >"$WORK/out"
		[ "$(LC_ALL=C.UTF-8 wc -L <"$WORK/out")" -le 80 ]
		[ "$(wc -l <"$WORK/out")" -gt 10 ]
		refute grep -q $'\033\|\007' "$WORK/out"
		refute grep -q $'\033\|\007' <(mr explain --json "${args##* }")
	done
}

@test "docs/json.md names every key of the JSON" {
	decide QL1
	change_rules
	keys=$({ mr explain --json --now QL1; mr explain --json "$WORK/m"; } |
	    jq -r '.. | objects | keys[]' | sort -u)
	[ "$(wc -l <<<"$keys")" -gt 60 ]
	for word in $keys; do
		grep -q "\`$word\`" "$TESTS/../docs/json.md" || { echo "$word" && false; }
	done
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# log, show, queue list and status: what they say is what happened.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
}

teardown() {
	engine_stop
	work_remove
}

# Two messages that were delivered and one that could not be.
some_mail() {
	mail 'interview one' >"$WORK/m"
	door "$WORK/m" --queue-id QA1 --client 192.0.2.7
	mail 'hello two' >"$WORK/m"
	door "$WORK/m" --queue-id QA2
	run_once
}

# jq-free: the value of a key in a line of JSON, as it stands there.
json() {
	grep -oE "\"$1\":(\"([^\"\\\\]|\\\\.)*\"|[^,}]*)" | head -n 1 | sed 's/^"[^"]*"://'
}

@test "before anything came: nothing found, nothing waits, status says so" {
	try mr log
	[ "$status" -eq 1 ]
	[ "$stderr" = 'nothing found' ]
	try mr queue
	[ "$status" -eq 0 ]
	[ "$output" = 'nothing waits' ]
	try mr show QA1
	[ "$status" -eq 1 ]
	[[ $stderr == *"no message 'QA1'"* ]]
	try mr status
	[ "$status" -eq 2 ]
	[[ $output == *'has never run'* ]]
}

@test "log: newest first, each filter narrows it" {
	some_mail
	try mr log
	[ "$status" -eq 0 ]
	[ "$(sed -n '2s/.*  \(hello two\) .*/\1/p' <<<"$output")" = 'hello two' ]
	[[ $(sed -n 3p <<<"$output") == *'interview one'*press*points*delivered* ]]
	[ "$(wc -l <<<"$output")" -eq 3 ]

	found() { mr log --json "$@" | grep -c '"v":1' || true; }
	[ "$(found)" -eq 2 ]
	[ "$(found --route press)" -eq 1 ]
	[ "$(found --route none)" -eq 0 ]
	[ "$(found --sender JANE@paper.example)" -eq 2 ]
	[ "$(found --sender paper)" -eq 2 ]
	[ "$(found --sender nobody@paper.example)" -eq 0 ]
	[ "$(found --subject INTERVIEW)" -eq 1 ]
	[ "$(found --recipient "$ALIAS")" -eq 2 ]
	[ "$(found --recipient company)" -eq 2 ]
	[ "$(found --queue-id QA1)" -eq 1 ]
	[ "$(found --since 1h)" -eq 2 ]
	[ "$(found --until 1h)" -eq 0 ]
	[ "$(found --since today --until today)" -eq 2 ]
	[ "$(found --limit 1)" -eq 1 ]
	[ "$(found --route press --subject hello)" -eq 0 ]
	[ "$(found --id 0)" -eq 2 ]
	[ "$(found --subject "' OR 1=1 --")" -eq 0 ]
	[ "$(found --subject '%')" -eq 0 ]
}

@test "log: a terminal of 80 columns holds each line, with who and what" {
	some_mail
	TERM=dumb script -qec "stty cols 80; COLUMNS=80 '$WORK/bin/mroute' \
	    -c '$I/mroute.conf' log" /dev/null | tr -d '\r' >"$WORK/out"
	[ "$(wc -L <"$WORK/out")" -le 80 ]
	[[ $(sed -n 3p "$WORK/out") == *'interview one'*press*delivered ]]
}

@test "log: JSON keys, and a status for nothing found" {
	some_mail
	line=$(mr log --json --queue-id QA1)
	[ "$(json route <<<"$line")" = '"press"' ]
	[ "$(json decided_by <<<"$line")" = '"points"' ]
	[ "$(json points <<<"$line")" = 60 ]
	[ "$(json client <<<"$line")" = '"192.0.2.7"' ]
	[ "$(json subject <<<"$line")" = '"interview one"' ]
	[[ $line == *'"state":"final"'* ]]
	[ "$(json runner_up <<<"$line")" = null ]
	try mr log --json --route none
	[ "$status" -eq 1 ]
	[ -z "$output" ]
}

@test "log: wrong options are usage errors and touch nothing" {
	for wrong in '--since soon' '--until 2026-02-30' '--limit x' '--frobnicate'; do
		# shellcheck disable=SC2086 # two words
		try mr log $wrong
		[ "$status" -eq 2 ]
		[ -n "$stderr" ]
	done
}

@test "log ID: the whole story in order, by id, queue id and Message-ID" {
	printf 'From: a@b.example\nMessage-ID: <x1@b.example>\nSubject: interview\n\nx\n' >"$WORK/m"
	door "$WORK/m" --queue-id QB1
	run_once
	try mr log QB1
	[ "$status" -eq 0 ]
	id=${output%%$'\n'*}
	[ "${#id}" -eq 26 ]
	[ "$(sed -n 's/^  [:0-9]\{8\} \( *+[0-9]* ms\)\? *\([a-z]*\)  .*/\2/p' <<<"$output" |
	    tr '\n' ' ')" = 'received decided try done ' ]
	[[ $output == *"queue id QB1"* ]]
	[[ $output == *"1.1 maildir $I/mail/press"* ]]
	[[ $(tail -n 1 <<<"$output") == *over*delivered*' after it came' ]]
	[ "$(mr log "$id")" = "$output" ]
	[ "$(mr log '<x1@b.example>')" = "$output" ]
	[ "$(mr log 'x1@b.example')" = "$output" ]
	[ "$(mr log "${id:0:12}")" = "$output" ]
	[ "$(mr log "${id,,}")" = "$output" ]
	[ "$(mr log --json QB1 | grep -c '"v":1')" -eq 5 ]
	try mr log QB2
	[ "$status" -eq 1 ]
}

@test "an id that fits several messages names them" {
	some_mail
	try mr show 0
	[ "$status" -eq 2 ]
	for id in $(mr log --json | json id | tr -d '"'); do
		[[ $stderr == *"$id"* ]]
	done
	# What log shows is enough to name one.
	for id in $(mr log | sed -n '2,$s/^[-0-9]* [:0-9]*  \([0-9A-Z]*\) .*/\1/p'); do
		mr show "$id" >/dev/null
	done
}

@test "show: envelope, reasons as test shows them, deliveries, the original" {
	some_mail
	try mr show QA1
	[ "$status" -eq 0 ]
	[[ $output == *'queue id QA1, client 192.0.2.7'* ]]
	[[ $output == *'+60 press.1  subject has "interview" one'* ]]
	[[ $output == *"done  1  maildir $I/mail/press"* ]]
	[[ $output == *'Original  done/'* ]]
	# The same words as `mroute test`.
	mail 'interview one' >"$WORK/m"
	[ "$(mr test "$WORK/m" | grep -A 2 '^  Route')" = "$(grep -A 2 '^  Route' <<<"$output")" ]
	try mr show --json QA1
	[[ $output == *'"trace":{'* ]]
	[[ $output == *'"original":"done/"'* ]]
	try mr show --json --raw QA1
	[ "$status" -eq 2 ]
}

@test "show --raw: the bytes as they came, also those that are no text" {
	printf 'From x\nSubject: interview\r\n\r\n\000\377 no newline' >"$WORK/m"
	door "$WORK/m" --queue-id QC1
	run_once
	mr show --raw QC1 | cmp - "$WORK/m"
	# Without records, by the whole id.
	id=$(mr log --json --queue-id QC1 | json id | tr -d '"')
	rm "$SPOOL"/mroute.db*
	mr show --raw "$id" | cmp - "$WORK/m"
}

@test "queue: what waits, why, and until when; what was not seen yet" {
	conf_no_owner
	# Nothing but the request below can have it tried again.
	sed -i 's/retry-first 100ms/retry-first 1h/; s/retry-longest 1s/retry-longest 4h/' \
	    "$I/mroute.conf"
	door "$WORK/hello.eml"
	try mr queue
	[[ $output == *'not seen yet'* ]]
	# The Maildir of press cannot be written.
	echo >"$I/mail/press"
	door "$WORK/press.eml" --queue-id QD1
	engine_start
	wait_for 10 log_has "$LOG" 'event=deferred'
	try mr queue
	[ "$(wc -l <<<"$output")" -eq 2 ]
	[[ $(sed -n 2p <<<"$output") == *"maildir $I/mail/press"* ]]
	mr queue list --json | grep -q '"state":"ready"'
	try mr status
	[[ $output == 'mroute runs, 1 message waits, '* ]]
	[[ $output == *'1 waits'* ]]
	try mr log --queue-id QD1
	[[ $output == *'1 of 1 to do'* ]]
	# It is tried at once when asked for, and then gone.
	rm "$I/mail/press"
	mr queue retry QD1
	wait_for 10 has_new "$I/mail/press" 1
	nothing_waits() { [ "$(mr queue)" = 'nothing waits' ]; }
	wait_for 10 nothing_waits
}

@test "queue hold and release, with and without an engine" {
	echo >"$I/mail/press"
	door "$WORK/press.eml" --queue-id QE1
	engine_start
	wait_for 10 log_has "$LOG" 'event=deferred'
	try mr queue hold QE1
	[ "$status" -eq 0 ]
	try mr queue
	[[ $output == *held*'by request'* ]]
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'1 held'* ]]
	engine_stop
	mr queue release --to desk QE1
	run_once
	has_new "$I/mail/desk" 1
	try mr show QE1
	[[ $output == *'by person'* ]]
}

@test "queue: what makes no sense is refused" {
	for wrong in 'frobnicate' 'retry' 'hold' 'hold all' 'list x' 'hold --to desk x' \
	    'retry --json x'; do
		# shellcheck disable=SC2086 # words
		try mr queue $wrong
		[ "$status" -eq 2 ]
		[ -n "$stderr" ]
	done
	try mr queue hold QF1
	[ "$status" -ne 0 ]
}

@test "status: fine with an engine, attention for broken rules, broken without an engine" {
	conf_no_owner
	some_mail
	engine_start
	try mr status
	[ "$status" -eq 0 ]
	[ "${output%%$'\n'*}" = 'mroute runs, nothing waits, nothing to do' ]
	[[ $output == *'running since'* ]]
	[[ $output == *'nothing waits'* ]]
	[[ $output == *'hello two'* || $output == *'Jane'* ]]
	try mr status --json
	[ "$(json health <<<"$output")" = '"fine"' ]
	[ "$(json running <<<"$output")" = true ]
	[ "$(json messages <<<"$output")" = 2 ]
	echo 'nonsense' >>"$I/rules/10.rules"
	wait_for 15 log_has "$LOG" 'alarm=rules'
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == 'mroute runs, nothing waits, 2 things to look at'* ]]
	[[ $output == *'broken since'*'10.rules'* ]]
	[[ $output == *'alarms '*rules* ]]
	sed -i '$d' "$I/rules/10.rules"
	wait_for 15 log_has "$LOG" 'event=alarm-over alarm=rules'
	# What was mended wants nobody's attention any more, and is still told.
	try mr status
	[ "$status" -eq 0 ]
	[[ $output != *'broken since'* ]]
	[[ $output == *'alarms '*'rules, '*', over now: the rules on disk are broken'* ]]
	[[ $(mr status --json) == *'"over":true,'* ]]
	engine_kill
	try mr status
	[ "$status" -eq 2 ]
	[[ $output == 'mroute does not run, nothing waits, 1 thing to look at'* ]]
	[[ $output == *'does not run; last'* ]]
}

@test "log: an alarm of ours has its subject in words" {
	some_mail
	engine_start
	echo 'nonsense' >>"$I/rules/10.rules"
	in_log() { mr log | grep -q ' mroute  *alarm: rules  '; }
	wait_for 15 in_log
}

@test "status: a mistake in mroute.conf does not hide what the engine does" {
	conf_no_owner
	some_mail
	engine_start
	conf_add $'summary\n  time-zone Mars/Olympus'
	wait_for 15 log_has "$LOG" 'alarm=config'
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'engine    running since'*'config    cannot be read'*"MR119: time zone 'Mars/Olympus' is not known"* ]]
	[[ $output == *'last mail '*'in force'*'database  works'*'alarms    config,'* ]]
	[[ $output != *'on disk'* ]]
	[[ $(mr status --json 2>/dev/null | jq -r .config_error) == *MR119* ]]
	engine_stop
	try mr status
	[ "$status" -eq 2 ]
	[[ $output == *'does not run'*'config    cannot be read'* ]]
}

@test "status and test: how the files on disk differ from what is in force" {
	some_mail
	try mr status
	[[ $output == *'in force since'*'the files on disk are the same'* ]]
	sed -i 's/+60/+70/' "$I/rules/10.rules"
	echo 'version 1' >"$I/rules/site.rules"
	sed -i 's/^  rules rules$/&\n  margin 20/' "$I/mroute.conf"
	try mr status
	[ "$status" -eq 0 ]
	what='10.rules changed, site.rules added, mroute.conf changed (margin 20)'
	[[ $output == *": $what; the engine takes that when it runs again"* ]]
	[[ $(mr status --json) == *'"rules_changes":[{"change":"changed","file":"10.rules"},'* ]]
	try mr test "$WORK/press.eml"
	[[ $stderr == *"note: the engine still runs other rules ("*"): $what" ]]
	rm "$I/rules/site.rules"
	run_once
	try mr status
	[[ $output == *'the files on disk are the same'* ]]
	try mr test "$WORK/press.eml"
	[ -z "$stderr" ]
	# Another way to write the same path is no other configuration.
	[[ $("$WORK/bin/mroute" -c "$I/rules/../mroute.conf" status) == *'are the same'* ]]
	[[ $(cd "$I/rules" && "$WORK/bin/mroute" -c ../mroute.conf status) == *'are the same'* ]]
	echo nonsense >>"$I/rules/10.rules"
	try mr status
	[ "$status" -eq 1 ]
	[[ $output == *'those on disk are broken: '*'10.rules:'* ]]
}

@test "status: a terminal of 80 columns holds each line" {
	some_mail
	for i in {1..8}; do echo 'version 1' >"$I/rules/one-more-file-$i.rules"; done
	TERM=dumb script -qec "stty cols 80; COLUMNS=80 '$WORK/bin/mroute' \
	    -c '$I/mroute.conf' status" /dev/null | tr -d '\r' >"$WORK/out"
	[ "$(wc -L <"$WORK/out")" -le 80 ]
	grep -q '^          .*one-more-file-8.rules' "$WORK/out"
}

@test "status: an alarm of one engine is over when the next one finds it so" {
	conf_no_owner
	door "$WORK/press.eml"
	cp "$I/rules/10.rules" "$WORK/good.rules"
	run_once
	echo nonsense >>"$I/rules/10.rules"
	run_once
	try mr status
	[ "$status" -eq 1 ]
	rules_write 10.rules <"$WORK/good.rules"
	run_once
	try mr status
	[ "$status" -eq 0 ]
	[[ $output == *'over now'* ]]
	# And on again.
	echo nonsense >>"$I/rules/10.rules"
	run_once
	try mr status
	[ "$status" -eq 1 ]
	[[ $output != *'over now'* ]]
}

@test "records of one that came again say where it went the first time" {
	mail 'interview again' >"$WORK/m"
	door "$WORK/m" --queue-id QG1
	run_once
	door "$WORK/m" --queue-id QG1
	run_once
	try mr log --queue-id QG1
	[[ $output == *redelivery*'seen before'* ]]
}

@test "text from mail cannot move the cursor or colour a terminal" {
	printf 'From: \033[31mred\033[0m <a@b.example>\nSubject: interview \033]0;x\007 \033[2J\n\nx\n' >"$WORK/m"
	door "$WORK/m" --queue-id QH1
	run_once
	for c in log 'log QH1' 'show QH1' 'log --json' status; do
		# shellcheck disable=SC2086 # words
		mr $c >"$WORK/out" || true
		! grep -q $'\033\|\007' "$WORK/out"
	done
}

@test "docs/schema.md names every column, and every key of the JSON" {
	some_mail
	columns=$(db "SELECT p.name FROM pragma_table_list t, pragma_table_info(t.name) p
	    WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'")
	[ "$(wc -l <<<"$columns")" -gt 80 ]
	keys=$({ mr log --json -n 1; mr log --json QA1; mr show --json QA1 | sed 's/,"trace":.*//'
	    mr status --json || true; } | grep -oE '"[a-z_0-9]+":' | tr -d '":' | sort -u)
	[ "$(wc -l <<<"$keys")" -gt 50 ]
	for word in $columns $keys; do
		grep -q "\`$word\`" "$TESTS/../docs/schema.md" || { echo "$word" && false; }
	done
}

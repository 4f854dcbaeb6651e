#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute replay: past mail through other rules.  What it shows of a message is in
# tests/rules/replay*.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
	mkdir "$WORK/new"
	# What went to press goes to desk, and nothing else changes.
	sed 's/has interview/has nothing like it/' "$I/rules/10.rules" >"$WORK/new/10.rules"
	chmod -R a+rX "$WORK/new"
}

teardown() {
	[ -z "${REPLAY:-}" ] || kill -KILL "$REPLAY" 2>/dev/null || true
	engine_stop
	work_remove
}

last_line() {
	tail -n 1 <<<"$output"
}

# Two messages in done/.
some_mail() {
	door "$WORK/press.eml" --queue-id QA1
	door "$WORK/hello.eml" --queue-id QA2
	run_once
}

# mbox N: that many messages, every second one for press.
mbox() {
	local i
	for ((i = 0; i < $1; i += 2)); do
		printf 'From x@y.example Sat Nov 28 18:47:01 2026\n%s\n\n' \
		    "$MBOX_A" "$MBOX_B"
	done
}

make_mboxes() {
	MBOX_A=$(mail interview) MBOX_B=$(mail hello)
	mbox 1000 >"$WORK/1000.mbox"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		cat "$WORK/1000.mbox"
	done >"$WORK/10000.mbox"
}

@test "the mail of the spool: what changes, counts, status 1; without changes 0" {
	some_mail
	try mr replay --rules "$WORK/new"
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[[ $(sed -n 2p <<<"$output") == *'interview'*'press'*'desk'*'gone press.1  +60 subject has interview' ]]
	[ "$(grep -c '^[0-9-]* [0-9:]*  ' <<<"$output")" -eq 1 ]
	grep -qx 'press       1      0      -1' <<<"$output"
	grep -qx 'desk        1      2      +1' <<<"$output"
	[ "$(last_line)" = '2 messages, 1 changed' ]

	try mr replay --rules "$I/rules"
	[ "$status" -eq 0 ]
	[[ $stderr == 'mroute: note: these are the rules of today'* ]]
	[ "$(last_line)" = '2 messages, 0 changed' ]
}

@test "--since narrows it; nothing recorded yet is no trouble" {
	try mr replay --rules "$WORK/new"
	[ "$status" -eq 0 ]
	[ "$output" = '0 messages, 0 changed' ]
	some_mail
	try mr replay --rules "$WORK/new" --since 0s
	[ "$(last_line)" = '0 messages, 0 changed' ]
	try mr replay --rules "$WORK/new" --since today
	[ "$(last_line)" = '2 messages, 1 changed' ]
}

@test "--recorded: before is what was decided then, whatever today's rules say" {
	some_mail
	cp "$WORK/new/10.rules" "$I/rules/10.rules"
	try mr replay --rules "$WORK/new"
	[ "$(last_line)" = '2 messages, 0 changed' ]
	try mr replay --rules "$WORK/new" --recorded --diff
	[ "$status" -eq 1 ]
	[ "$(last_line)" = '2 messages, 1 changed' ]
	grep -qx -- '-   press.1      +60 subject has interview  "interview"' <<<"$output"
	grep -q '^- press ' <<<"$output"
	grep -q '^+ desk ' <<<"$output"
	# A person's correction is what was recorded last.
	mr reroute QA2 press >/dev/null
	run_once
	try mr replay --rules "$WORK/new" --recorded
	[ "$(last_line)" = '2 messages, 2 changed' ]
}

@test "what was purged, came twice, or is damaged is left out and said" {
	some_mail
	door "$WORK/press.eml" --queue-id QA1
	door "$WORK/hello.eml" --queue-id QA4
	door "$WORK/hello.eml" --queue-id QA5
	run_once
	id() { db "SELECT id FROM messages WHERE queue_id = '$1' AND route <> '(none)'"; }
	rm "$SPOOL"/done/*/"$(id QA4)"
	printf 'x' | dd of="$(echo "$SPOOL"/done/*/"$(id QA5)")" bs=1 seek=60 conv=notrunc status=none
	try mr replay --rules "$WORK/new"
	[ "$status" -eq 2 ]
	[[ $stderr == *"message $(id QA5): "* ]]
	grep -qx '1 left out: the original has been purged' <<<"$output"
	grep -qx '1 left out: came a second time, or a loop' <<<"$output"
	grep -qx '1 left out: cannot be read' <<<"$output"
	[ "$(last_line)" = '2 messages, 1 changed' ]
	try mr replay --rules "$WORK/new" --json
	[[ $(last_line) == *'"failed":1,'*'"messages":2,"purged":1,"repeated":1,'* ]]
}

@test "--recorded leaves out what was never decided" {
	some_mail
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" \
	    "UPDATE messages SET seq = 0, route = '' WHERE queue_id = 'QA1'"
	try mr replay --rules "$WORK/new" --recorded
	[ "$status" -eq 0 ]
	grep -qx '1 left out: not decided yet' <<<"$output"
	try mr replay --rules "$WORK/new"
	[ "$(last_line)" = '2 messages, 1 changed' ]
}

@test "NEW: layers of directories, or a configuration" {
	mkdir "$WORK/site"
	cp "$WORK/new/10.rules" "$WORK/site/10.rules"
	try mr replay --rules "$I/rules:$WORK/site" "$WORK/press.eml"
	[ "$(last_line)" = '1 message, 1 changed' ]
	try mr replay --rules "$WORK/site:$I/rules" "$WORK/press.eml"
	[ "$(last_line)" = '1 message, 0 changed' ]
	sed "s|^  rules rules|  rules $WORK/new|" "$I/mroute.conf" >"$WORK/new.conf"
	try mr replay --rules "$WORK/new.conf" "$WORK/press.eml"
	[ "$(last_line)" = '1 message, 1 changed' ]
	# Which alias is meant?
	mkdir "$I/other"
	cp "$I/rules/10.rules" "$I/other"
	conf_add 'alias jobs@company.example
  rules other'
	try mr replay --rules "$WORK/new" "$WORK/press.eml"
	[ "$status" -eq 2 ]
	[[ $stderr == *"have different rules: name a configuration instead of '$WORK/new'"* ]]
}

@test "wrong usage, broken rules: status 2, and nothing is shown" {
	while IFS= read -r wrong; do
		# shellcheck disable=SC2086 # words
		try mr replay $wrong
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ -n "$stderr" ]
	done <<-WRONG

		--rules $WORK/nowhere
		--rules $WORK/new --since soon
		--rules $WORK/new --diff --json
		--rules $WORK/new --to $ALIAS
		--rules $WORK/new --to nobody $WORK/press.eml
		--rules $WORK/new --since 1d $WORK/press.eml
		--rules $WORK/new --recorded $WORK/press.eml
	WRONG
	echo nonsense >"$WORK/new/10.rules"
	try mr replay --rules "$WORK/new" "$WORK/press.eml"
	[ "$status" -eq 2 ]
	[[ $stderr == *'new/10.rules:1:'* ]]
	[[ $stderr == *'mroute: the rules to try: '* ]]
}

@test "mailboxes: standard input, --to; a file that is not there is status 2" {
	try mr replay --rules "$WORK/new" - <"$WORK/press.eml"
	[ "$(last_line)" = '1 message, 1 changed' ]
	try mr replay --rules "$WORK/new" --to nobody@other.example "$WORK/press.eml"
	[ "$status" -eq 0 ]
	grep -qx '(fallback)       1      1       =' <<<"$output"
	try mr replay --rules "$WORK/new" "$WORK/nowhere" "$WORK/press.eml"
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot open '$WORK/nowhere'"* ]]
	[ "$(last_line)" = '1 message, 1 changed' ]
}

@test "a message on which the examiner dies is counted, and the others go on" {
	not_sanitized 'a sanitizer takes the memory that is limited here'
	for key in 'examine-memory 64M' 'message-size 200M' 'body-window 16M'; do
		sed -i "s/^limits$/&\n  $key/" "$I/mroute.conf"
	done
	mkdir "$WORK/box"
	{ mail interview; head -c 90000000 /dev/zero | tr '\0' a | fold -w 900; } >"$WORK/box/1"
	cp "$WORK/press.eml" "$WORK/box/2"
	try mr replay --rules "$WORK/new" "$WORK/box"
	[ "$status" -eq 1 ]
	[[ $stderr == *"'$WORK/box/1': the examiner died"* ]]
	grep -qx '1 could not be examined, and go to otherwise' <<<"$output"
	[ "$(last_line)" = '2 messages, 1 changed' ]
}

@test "when no examiner can be started nothing is shown, status 2" {
	not_sanitized 'a sanitizer starts a process of its own, and ends otherwise'
	[ "$(id -u "$OWNER")" -ne 0 ] || skip 'root may start any number of processes'
	try "${AS[@]}" prlimit --nproc=0 "$WORK/bin/mroute" -c "$I/mroute.conf" \
	    replay --rules "$WORK/new" "$WORK/press.eml"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *'no examiner can be started: cannot start a process'* ]]
}

@test "10,000 messages: progress is shown, memory and descriptors stay flat" {
	not_sanitized 'a sanitizer keeps what was freed'
	make_mboxes
	for n in 1000 10000; do
		TERM=dumb script -qec "/usr/bin/env time -f 'PEAK %M' \
		    '$WORK/bin/mroute' -c '$I/mroute.conf' replay --rules '$WORK/new' \
		    '$WORK/$n.mbox' >'$WORK/$n.out'" /dev/null >"$WORK/$n.err" 2>&1 || true
		[ "$(tail -n 1 "$WORK/$n.out")" = "$n messages, $((n / 2)) changed" ]
	done
	grep -qE '[0-9]+ of 10000 messages, [0-9]+/s, [0-9]+ s left' "$WORK/10000.err"
	peak() { sed -n 's/.*PEAK \([0-9]*\).*/\1/p' "$WORK/$1.err"; }
	echo "peak: $(peak 1000) kB, $(peak 10000) kB"
	# Ten times the mail: what is more are the rows of the table.
	[ "$(peak 10000)" -lt $(($(peak 1000) + 8000)) ]
}

# replay_start: in the background.
replay_start() {
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" replay --rules "$WORK/new" "$@" \
	    >"$WORK/out" 2>"$WORK/err" 3>&- &
	REPLAY=$!
}

@test "SIGINT: what there was so far is shown, status 130" {
	make_mboxes
	# JSON comes as it is found, so that the test sees when it is at work.
	replay_start --json "$WORK/10000.mbox" "$WORK/10000.mbox" "$WORK/10000.mbox"
	wait_for 20 log_has "$WORK/out" '"id":'
	before=$(ls "/proc/$REPLAY/fd" | wc -l)
	kill -INT "$REPLAY"
	status=0
	wait "$REPLAY" || status=$?
	REPLAY=
	[ "$status" -eq 130 ]
	# A window of messages, some examiners, and no more.
	[ "$before" -lt 60 ]
	[[ $(tail -n 1 "$WORK/out") == *'"interrupted":true,'*'"total":30000,'* ]]
	refute grep -q '"messages":30000,' "$WORK/out"

	replay_start "$WORK/10000.mbox" "$WORK/10000.mbox" "$WORK/10000.mbox"
	examining() { [ -n "$(cat "/proc/$REPLAY/task/$REPLAY/children")" ]; }
	wait_for 20 examining
	kill -INT "$REPLAY"
	status=0
	wait "$REPLAY" || status=$?
	REPLAY=
	[ "$status" -eq 130 ]
	[[ $(tail -n 1 "$WORK/out") =~ ^[0-9]+\ of\ 30000\ messages,\ [0-9]+\ changed\ \(interrupted\)$ ]]
}

@test "attack: a mailbox that becomes shorter while it is read: said, status 2" {
	make_mboxes
	replay_start --json "$WORK/10000.mbox" "$WORK/10000.mbox" "$WORK/10000.mbox"
	wait_for 20 log_has "$WORK/out" '"id":'
	kill -STOP "$REPLAY"
	: >"$WORK/10000.mbox"
	kill -CONT "$REPLAY"
	status=0
	wait "$REPLAY" || status=$?
	REPLAY=
	[ "$status" -eq 2 ]
	grep -q 'became shorter while it was read' "$WORK/err"
}

@test "attack: --diff: the name of a file moves no cursor" {
	cp "$WORK/press.eml" "$WORK/a"$'\e[2J.eml'
	try mr replay --rules "$WORK/new" --diff "$WORK/a"$'\e[2J.eml'
	[ "$status" -eq 1 ]
	[[ $output == *'a [2J.eml'* ]]
	[[ $output != *$'\e'* ]]
}

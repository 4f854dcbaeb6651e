#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute test, seen from outside; what it shows is in tests/rules.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	mail=$BATS_TEST_DIRNAME/../mail
	pack=$BATS_TEST_DIRNAME/../../rules
	cd "$BATS_TEST_TMPDIR"
}

t() {
	run --separate-stderr "$mroute" test -r "$pack" "$@"
}

@test "a message is judged: status 0, nothing on stderr" {
	t "$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'  Route     press   '* ]]
	[[ $output == *'subject has "Interview request"'* ]]
	[[ $output == *'outlet = Daily Planet'* ]]
}

@test "what was expected: 0; something else: 1, and it says so" {
	t --expect press "$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	t --expect applicant "$mail/press-interview.eml"
	[ "$status" -eq 1 ]
	[[ $output == *'  Expected  applicant'* ]]
	t --expect press --json "$mail/press-interview.eml" "$mail/bounce.eml"
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *'"as_expected":true'* ]]
	[[ ${lines[1]} == *'"as_expected":false'* ]]
	[[ $stderr == *"1 of 2 messages go to another route than 'press'"* ]]
}

@test "wrong usage is status 2, and nothing is judged" {
	for wrong in "" "--expect nosuch $mail/bounce.eml" "--to nobody $mail/bounce.eml" \
	    "--from x $mail/bounce.eml" "-c x $mail/bounce.eml"; do
		t $wrong
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ $stderr == 'mroute test: '* ]]
	done
}

@test "broken rules are status 2, with the place" {
	mkdir rules
	printf 'version 1\nroute a\n  +10 subjct has x\n' >rules/10.rules
	run --separate-stderr "$mroute" test -r rules "$mail/bounce.eml"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *"rules/10.rules:3:7: error MR012: unknown field 'subjct'"* ]]
}

@test "no rules, no configuration: status 2" {
	run "$mroute" test -r nowhere "$mail/bounce.eml"
	[ "$status" -eq 2 ]
	run "$mroute" test -c nowhere "$mail/bounce.eml"
	[ "$status" -eq 2 ]
}

@test "a message that can't be read is status 2, and the others are judged" {
	t nowhere.eml "$mail/bounce.eml"
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot open 'nowhere.eml'"* ]]
	[[ $output == *'  Route     auto   '* ]]
}

@test "standard input" {
	t - <"$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == '-' ]]
	[[ $output == *'  Route     press   '* ]]
	t - < <(cat "$mail/press-interview.eml")
	[[ $output == *'  Route     press   '* ]]
	t - </dev/null
	[ "$status" -eq 0 ]
	[[ $output == *'  Route     triage   '* ]]
}

@test "mbox, Maildir and directory give what the files give" {
	for f in "$mail"/press-*.eml; do
		echo "From x@y.example Sat Nov 28 18:47:01 2026"
		cat "$f"
		echo
	done >box
	mkdir -p md/cur md/new md/tmp
	cp "$mail/press-german.eml" md/cur/1:2,S
	cp "$mail/press-interview.eml" md/new/2
	cp "$mail/bounce.eml" md/tmp/3
	what() { "$mroute" test -r "$pack" --json "$@" |
	    sed -E 's/"file":"[^"]*"//; s/"size":[0-9]+//'; }
	what "$mail"/press-*.eml >files
	[ "$(wc -l <files)" -eq 2 ]
	what box | diff files -
	what md | diff files -
	[ "$("$mroute" test -r "$pack" --json "$mail" | wc -l)" -eq \
	    "$(ls "$mail"/*.eml | wc -l)" ]
}

@test "colour is asked for, or it is not there" {
	t --color=always "$mail/press-interview.eml"
	[[ $output == *$'\e[1mInterview request\e[0m'* ]]
	t "$mail/press-interview.eml"
	[[ $output != *$'\e'* ]]
}

@test "the null sender is what --from <> says" {
	mkdir rules
	printf '%s\n' 'version 1' 'route a' ' forward a@x.example' ' always sender absent' \
	    'route b' ' forward b@x.example' 'otherwise b' >rules/1.rules
	for want in "a:--from <>" "b:--from x@y.example" "b:"; do
		read -ra args <<<"${want#*:}"
		run "$mroute" test -r rules --expect "${want%%:*}" "${args[@]}" \
		    "$mail/press-interview.eml"
		[ "$status" -eq 0 ]
	done
}

@test "the rules of the alias that the message is for" {
	"$mroute" init site >/dev/null
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'  Route     press   '* ]]
	run "$mroute" -c site/mroute.conf test --to ceo@company.example \
	    "$mail/press-interview.eml"
	[[ $output == *'no alias section is for ceo@company.example'* ]]
}

@test "what has been here before goes to the fallback, as live mail does" {
	{
		for i in $(seq 31); do echo "Received: from a by b; $i"; done
		cat "$mail/press-interview.eml"
	} >loop.eml
	t loop.eml
	[[ $output == *'  Route     fallback   a loop: '*' Received fields'* ]]
}

@test "a note tells when the engine runs other rules" {
	"$mroute" init site >/dev/null
	chown -R --reference=site/spool site 2>/dev/null || true
	"$mroute" -c site/mroute.conf run --once
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/bounce.eml"
	[ -z "$stderr" ]
	echo '# changed' >>site/rules/10-auto.rules
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/bounce.eml"
	[ "$status" -eq 0 ]
	[[ $stderr == *'note: the engine still runs other rules'* ]]
}

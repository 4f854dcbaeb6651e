#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute test, seen from outside; what it shows is in tests/rules.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	mail=$BATS_TEST_DIRNAME/../mail
	pack=$BATS_TEST_DIRNAME/../../rules
	cd "$BATS_TEST_TMPDIR" || return
}

t() {
	run --separate-stderr "$mroute" test -r "$pack" "$@"
}

@test "a message is judged: status 0, nothing on stderr" {
	t "$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'  Route     press   '* ]]
	[[ $output == *' has "Interview request"'* ]]
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
	for wrong in "" "--expect nosuch x.eml" "--to nobody x.eml" "--from x x.eml" \
	    "-c x x.eml"; do
		read -ra args <<<"$wrong"
		t "${args[@]}"
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

@test "colour is asked for, or it is not there" {
	t --color=always "$mail/press-interview.eml"
	[[ $output == *$'\e[1mInterview request\e[0m'* ]]
	t "$mail/press-interview.eml"
	[[ $output != *$'\e'* ]]
}

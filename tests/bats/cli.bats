#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The frame of the command line: options, help, statuses.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
}

@test "no command: usage, status 2, nothing on stdout" {
	run --separate-stderr "$mroute"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *'a command is missing'* ]]
}

@test "help lists the commands and succeeds" {
	run --separate-stderr "$mroute" help
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'  help  '* ]]
	run "$mroute" --help
	[ "$status" -eq 0 ]
}

@test "help COMMAND and COMMAND --help are the same" {
	[ "$("$mroute" help help)" = "$("$mroute" help --help)" ]
	[[ $("$mroute" help help) == *'usage: mroute help'* ]]
}

@test "operands that are missing are named: all, or what there must be" {
	run "$mroute" new
	[ "$status" -eq 2 ]
	[[ $output == *'route NAME is missing'* ]]
	run "$mroute" new podcast
	[ "$status" -eq 2 ]
	[[ $output == *'takes route NAME, no less'* ]]
}

@test "an unknown command is status 2" {
	run "$mroute" frobnicate
	[ "$status" -eq 2 ]
	[[ $output == *"'frobnicate' is not a command"* ]]
	run "$mroute" hlep
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean 'help'?"* ]]
}

@test "an unknown option is status 2 and names itself" {
	run "$mroute" help --frobnicate
	[ "$status" -eq 2 ]
	[[ $output == *"unknown option '--frobnicate'"* ]]
	run "$mroute" --frobnicate help
	[ "$status" -eq 2 ]
}

@test "too many operands are refused" {
	run "$mroute" help help help
	[ "$status" -eq 2 ]
	[[ $output == *'takes [COMMAND] and no more'* ]]
}

@test "-c is taken before and after the command" {
	run "$mroute" -c /dev/null help
	[ "$status" -eq 0 ]
	run "$mroute" help -c /dev/null
	[ "$status" -eq 0 ]
}

@test "--version names the version" {
	run "$mroute" --version
	[ "$status" -eq 0 ]
	[[ $output =~ ^mroute\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "output that could not be written is not success" {
	run bash -c "'$mroute' help >/dev/full"
	[ "$status" -eq 2 ]
	[[ $output == *'cannot write'* ]]
}

@test "without a configuration a command cannot do its work: status 2" {
	cd "$BATS_TEST_TMPDIR"
	unset MROUTE_CONF
	for c in check run 'reroute X press'; do
		# shellcheck disable=SC2086 # words
		run "$mroute" $c
		[ "$status" -eq 2 ]
		[[ $output == *'no configuration'* ]]
		# shellcheck disable=SC2086
		run "$mroute" -c nowhere.conf $c
		[ "$status" -eq 2 ]
		[[ $output == *"'nowhere.conf'"* ]]
	done
}

@test "a command that opens the spool becomes its owner first" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can'
	chmod 755 "$BATS_RUN_TMPDIR"
	"$mroute" init --owner nobody "$BATS_TEST_TMPDIR/site" >/dev/null
	"$mroute" -c "$BATS_TEST_TMPDIR/site/mroute.conf" run --once
	[ -e "$BATS_TEST_TMPDIR/site/spool/mroute.db" ]
	[ "$(find "$BATS_TEST_TMPDIR/site/spool" ! -user nobody)" = '' ]
}

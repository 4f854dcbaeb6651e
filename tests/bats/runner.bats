#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tests/run tells the truth: what fails, dies, hangs or runs nothing is not a pass.

setup() {
	run=$BATS_TEST_DIRNAME/../run
	cd "$BATS_TEST_TMPDIR"
	# Our own mark must not be taken for one of the inner run.
	unset MROUTE_TEST_MARK
}

# script NAME: a test file from stdin.
script() {
	{ echo '#!/bin/bash' && cat; } >"$1"
	chmod +x "$1"
}

last() {
	printf '%s\n' "${lines[-1]}"
}

@test "passes, failures and skips are counted; the failure is shown" {
	script good <<<'printf "1..2\nok 1 - a\nok 2 - b # SKIP no such thing\n"'
	script bad <<<'printf "1..2\nok 1 - a\nnot ok 2 - it broke\n"; exit 1'
	run "$run" "$PWD/good" "$PWD/bad"
	[ "$status" -eq 1 ]
	[ "$(last)" = '2 passed, 1 failed, 1 skipped' ]
	[[ $output == *'not ok 2 - it broke'* ]]
	[[ $output == *'SKIP no such thing'* ]]
}

@test "all good is status 0" {
	script good <<<'printf "1..1\nok 1 - a\n"'
	run "$run" "$PWD/good"
	[ "$status" -eq 0 ]
	[ "$(last)" = '1 passed, 0 failed, 0 skipped' ]
}

@test "nothing run is not a pass" {
	script skips <<<'printf "1..1\nok 1 # skip\n"'
	run "$run" "$PWD/skips"
	[ "$status" -ne 0 ]
	script silent <<<'exit 0'
	run "$run" "$PWD/silent"
	[ "$status" -ne 0 ]
	[ "$(last)" = '0 passed, 1 failed, 0 skipped' ]
}

@test "cmocka's way to say that something was skipped is understood" {
	script skips <<<'printf "1..2\nok 1 - a\nnot ok 2 # SKIP test_b\n"'
	run "$run" "$PWD/skips"
	[ "$status" -eq 0 ]
	[ "$(last)" = '1 passed, 0 failed, 1 skipped' ]
}

@test "one that dies after its last ok has failed" {
	script dies <<<'printf "1..1\nok 1 - a\n"; kill -SEGV $$'
	run "$run" "$PWD/dies"
	[ "$status" -eq 1 ]
	[ "$(last)" = '1 passed, 1 failed, 0 skipped' ]
}

@test "one that ends before its plan is done has failed" {
	script short <<<'printf "1..3\nok 1 - a\n"'
	run "$run" "$PWD/short"
	[ "$status" -eq 1 ]
	[[ $output == *'3 tests planned, 1 told about'* ]]
}

@test "one that hangs is ended at its deadline" {
	script hangs <<<'printf "1..1\nok 1 - a\n"; read -r <>$TMPDIR/x' # nobody writes
	sed -i 's|^printf|mkfifo $TMPDIR/x; &|' hangs
	DEADLINE=1 run "$run" "$PWD/hangs"
	[ "$status" -eq 1 ]
	[[ $output == *'not done after 1 s'* ]]
}

@test "a process that is left behind is a failure, and is ended" {
	script leaves <<<'mkfifo $TMPDIR/x; (exec 3<>$TMPDIR/x; exec tail -f /dev/null) >/dev/null 2>&1 &
	echo $! >'"$PWD"'/pid; printf "1..1\nok 1 - a\n"'
	run "$run" "$PWD/leaves"
	[ "$status" -eq 1 ]
	[[ $output == *'left behind:'*tail* ]]
	[ ! -e "/proc/$(cat pid)" ] || [[ $(cat "/proc/$(cat pid)/stat") == *') Z '* ]]
}

@test "files of a test are gone afterwards" {
	script writes <<<'touch $TMPDIR/file; echo $TMPDIR >'"$PWD"'/where; printf "1..1\nok 1 - a\n"'
	run "$run" "$PWD/writes"
	[ "$status" -eq 0 ]
	[ ! -e "$(cat where)" ]
	[ ! -e "$(dirname "$(cat where)")" ]
}

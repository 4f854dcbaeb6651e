#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Delivery into a Maildir, killed and made to fail at each step.

load helper

setup_file() {
	work_make
	cp "$BUILD/tests/tools/netsend" "$WORK/bin"
}

teardown_file() {
	work_remove
}

setup() {
	strace -o /dev/null true || skip 'no ptrace here'
	box=$BATS_TEST_TMPDIR/box
	steps=write,fsync,rename,renameat,renameat2
}

deliver() {
	printf 'Subject: a\n\nhi\n' | "$WORK/bin/netsend" "$@" maildir "$box" Triage 01ABC.1
}

# deliver_with INJECTION: the class it ended with.
deliver_with() {
	printf 'Subject: a\n\nhi\n' | strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace="$steps" \
	    -e inject="$1" "$WORK/bin/netsend" maildir "$box" Triage 01ABC.1 |
	    sed -n 's/^class=//p'
}

# There is one copy, and it is whole.
has_one() {
	local all=("$box"/.Triage/new/*)
	[ "${#all[@]}" = 1 ]
	printf 'X-Mroute-Id: 01ABC.1\nSubject: a\n\nhi\n' | cmp - "${all[0]}"
	[ -z "$(names_in "$box/.Triage/tmp")" ]
}

@test "the bytes are on disk before the name, and the name before it is done" {
	not_sanitized 'a leak sanitizer does not work under strace'
	deliver
	printf 'Subject: a\n\nhi\n' | strace -y -o "$BATS_TEST_TMPDIR/trace" \
	    -e trace="$steps" "$WORK/bin/netsend" maildir "$box" Triage 01ABC.2
	sed -nE 's/^fsync\([0-9]+<.*\/(tmp\/|new>).*/fsync \1/p; s/^rename.*/rename/p' \
	    "$BATS_TEST_TMPDIR/trace" >"$BATS_TEST_TMPDIR/order"
	diff "$BATS_TEST_TMPDIR/order" - <<'END'
fsync tmp/
rename
fsync new>
END
}

@test "directories that are made are on disk before anything is in them" {
	not_sanitized 'a leak sanitizer does not work under strace'
	strace -y -o "$BATS_TEST_TMPDIR/trace" -e trace=mkdirat,"$steps" \
	    "$WORK/bin/netsend" maildir "$box" Triage 01ABC.1 </dev/null
	sed -nE 's/^(mkdirat)\(.*, "(.*)".*/\1 \2/p; s/^(fsync)\([0-9]+<(.*)>\).*/\1 \2/p' \
	    "$BATS_TEST_TMPDIR/trace" | sed "s|$BATS_TEST_TMPDIR/||; s|$BATS_TEST_TMPDIR|.|; s|tmp/[0-9].*|tmp/FILE|" \
	    >"$BATS_TEST_TMPDIR/order"
	diff "$BATS_TEST_TMPDIR/order" - <<'END'
mkdirat box
mkdirat .Triage
mkdirat cur
mkdirat new
mkdirat tmp
fsync box/.Triage
fsync box
fsync .
fsync box/.Triage/tmp/FILE
fsync box/.Triage/new
END
}

@test "a step that fails is told, and leaves nothing behind" {
	not_sanitized 'a leak sanitizer does not work under strace'
	local at cases=('write:error=ENOSPC:when=1' temp 'fsync:error=EIO:when=1' temp
	    'renameat:error=EACCES:when=1' temp 'fsync:error=EIO:when=2' uncertain)
	deliver -l
	rm "$box"/.Triage/new/*
	for ((at = 0; at < ${#cases[@]}; at += 2)); do
		[ "$(deliver_with "${cases[at]}")" = "${cases[at + 1]}" ]
		grep -q INJECTED "$BATS_TEST_TMPDIR/trace"
		[ -z "$(names_in "$box/.Triage/tmp")" ]
	done
	deliver -l
	has_one
}

@test "killed at any step, the next try ends with one whole copy" {
	local call n killed=0
	for call in write fsync renameat; do
		for ((n = 1; n < 20; n++)); do
			rm -rf "$box"
			deliver_with "$call:signal=KILL:when=$n" || true
			grep -q 'killed by SIGKILL' "$BATS_TEST_TMPDIR/trace" || break
			killed=$((killed + 1))
			deliver -l
			has_one
		done
	done
	# write, five syncs of which three are of directories that were made, rename
	[ "$killed" -ge 7 ]
}

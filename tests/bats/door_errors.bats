#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute-deliver, each of whose system calls fails.

load helper
load door_attack

# failing MESSAGE ERROR
failing() {
	attack "$1" "error=$2" >"$WORK/points"
	cat "$WORK/points"
	points=$(wc -l <"$WORK/points")
	no_line ' (broken|several) '
	no_line ' (other|stderr)$'
	# 0 and whole, 75 and the fixed line, or death by a signal.
	no_line ' 0 (none|whole left)'
	no_line ' 0 .* fixed$'
	no_line ' 75 .* -$'
	[ "$(grep -cE ' (0|75|139|134|132) ' "$WORK/points")" -eq "$points" ]
	# Each call that the promise stands on is looked at.
	for call in read write fsync renameat flock getrandom; do
		refute grep -E "^$call [0-9]+ 0 " "$WORK/points"
		grep -E "^$call [0-9]+ 75 " "$WORK/points"
	done
	# Only the directory's sync comes too late to take it back; the rest is tidy.
	[ "$(grep ' 75 whole ' "$WORK/points")" = 'fsync 2 75 whole clean fixed' ]
	refute grep -E '^(read|write|pwrite64|fsync|flock|renameat) [0-9]+ 75 none left' "$WORK/points"
	echo "# $points points" >&3
}

@test "each system call fails with EIO, with a small message" {
	failing "$WORK/small" EIO
	[ "$points" -ge 35 ]
}

@test "each system call fails with ENOSPC, with a message of many buffers" {
	failing "$WORK/large" ENOSPC
	[ "$points" -ge 45 ]
	grep -q '^pwrite64 1 75 none clean fixed$' "$WORK/points"
}

@test "reads and writes that are interrupted go on" {
	# The first read is that of FORMAT, which nothing interrupts.
	for call in read write; do
		rm -f "$spool"/new/*
		try strace -qq -o "$WORK/trace" -e "inject=$call:error=EINTR:when=2..3" \
		    "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example <"$WORK/large"
		[ "$status" -eq 0 ]
		[ "$(grep -c 'EINTR.*INJECTED' "$WORK/trace")" -ge 2 ]
		spool_bytes "$spool"/new/* | cmp - "$WORK/large"
	done
}

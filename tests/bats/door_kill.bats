#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute-deliver, killed before each of its system calls.

load helper
load door_attack

killed() {
	attack "$1" signal=KILL >"$WORK/points"
	cat "$WORK/points"
	points=$(wc -l <"$WORK/points")
	# strace dies as what it traces did.
	no_line '^[a-z0-9_]+ [0-9]+ (0|[1-9]|[0-9][0-9]) '
	[ "$(grep -c ' 137 ' "$WORK/points")" -eq "$points" ]
	no_line ' (broken|several) '
	no_line ' (fixed|other|stderr)$'
	# Up to the rename it is not ours, and behind it it is.
	sed -n '/^renameat /,$p' "$WORK/points" | sed 1d >"$WORK/after"
	grep -q '^fsync 2 ' "$WORK/after"
	refute grep -v ' whole clean ' "$WORK/after"
	[ "$(grep -c ' whole ' "$WORK/points")" -eq "$(wc -l <"$WORK/after")" ]
	echo "# $points points" >&3
}

@test "killed before any system call, with a small message" {
	killed "$WORK/small"
	[ "$points" -ge 35 ]
}

@test "killed before any system call, with a message of many buffers" {
	killed "$WORK/large"
	[ "$points" -ge 45 ]
	grep -q '^pwrite64 1 ' "$WORK/points"
	[ "$(grep -c '^write ' "$WORK/points")" -ge 4 ]
}

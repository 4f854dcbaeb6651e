#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
# P1 under attack: mroute-deliver killed before each of its system calls, and each
# of them made to fail. Exit 0 is given only with the whole message in new/;
# else the message is not there, or there and whole, since Postfix keeps its copy.

load helper
own_as "$(id -un)"

setup_file() {
	work_make
	head -c 2000 /dev/urandom >"$WORK/small"
	head -c 200000 /dev/urandom >"$WORK/large"
}

teardown_file() {
	work_remove
}

setup() {
	strace -qq -o /dev/null true || skip 'strace may not trace here'
	spool=$WORK/spool
	rm -rf "$spool"
	spool_make "$spool"
}

# A bash of its own does the counting: bats traps each command of a test.
# Arguments: door, spool, message, and what to inject, as in strace's
# inject=CALL:WHAT:when=N. Prints a line for each point: CALL N STATUS PLACE.
attack() {
	"$BASH" -c "$(
		cat <<'SCRIPT'
door=$1 spool=$2 msg=$3 what=$4
# What is in the spool: none, whole, or something that must not be.
place() {
	local files=("$spool"/new/*)
	[ -e "${files[0]}" ] || { echo none; return; }
	[ ${#files[@]} -eq 1 ] || { echo several; return; }
	IFS=' ' read -r _ _ header size _ <"${files[0]}"
	[ "$((16#$size))" -eq "$(stat -c %s "$msg")" ] &&
	    tail -c "+$((16#$header + 1))" "${files[0]}" | cmp -s - "$msg" &&
	    echo whole || echo broken
}
run() {
	strace -qq -o "$spool.trace" "$@" "$door" -s "$spool" -f a@b.example --queue-id Q \
	    --size "$(stat -c %s "$msg")" -- c@d.example <"$msg" >"$spool.out" 2>"$spool.err"
}
run || exit 1
rm -f "$spool"/new/*
sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$spool.trace" | grep -v '^execve$' >"$spool.calls"
declare -A seen
while read -r call; do
	n=$((seen[$call] + 1))
	seen[$call]=$n
	status=0
	run -e "inject=$call:$what:when=$n" 2>/dev/null || status=$?
	said=-
	[ ! -s "$spool.out" ] || said=fixed
	[ "$said" = - ] || [ "$(<"$spool.out")" = '4.3.0 mroute: try again later' ] || said=other
	[ ! -s "$spool.err" ] || said=stderr
	left=$(echo "$spool"/tmp/*)
	[ "$left" != "$spool/tmp/*" ] && left=left || left=clean
	echo "$call $n $status $(place) $left $said"
	rm -f "$spool"/new/* "$spool"/tmp/*
done <"$spool.calls"
SCRIPT
	)" _ "$WORK/bin/mroute-deliver" "$spool" "$@"
}

# no_line PATTERN: the attack printed no line like it.
no_line() {
	refute grep -E "$1" "$WORK/points"
}

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

# ---- a disk that is full, or can't be written ----

# on_disk SIZE SCRIPT: in a mount namespace of its own, with a small file system
# at $disk and a spool in it. A user's is one where the user is root.
on_disk() {
	local size=$1 flags=-m
	[ "$EUID" = 0 ] || flags=-Urm
	unshare "$flags" true 2>/dev/null || skip 'no namespaces here'
	unshare "$flags" "$BASH" -c '
		set -eu
		. "$1"
		own_as root
		disk=$WORK/disk
		mkdir -p "$disk"
		mount -t tmpfs -o "size=$2,mode=755" none "$disk"
		spool=$disk/spool
		spool_make "$spool"
		door() {
			"$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example "$@" -- c@d.example
		}
		eval "$3"' _ "$BATS_TEST_DIRNAME/helper.bash" "$size" "$2"
}

@test "the disk fills up in the middle of a message" {
	on_disk 1m '
		head -c 2000000 /dev/zero >"$WORK/huge"
		try door <"$WORK/huge"
		[ "$status $output" = "75 4.3.0 mroute: try again later" ]
		[ -z "$(names_in "$spool/new")$(names_in "$spool/tmp")" ]
		# What fits still comes in: nothing of the large one is left.
		try door <"$WORK/large"
		[ "$status" -eq 0 ]
		spool_bytes "$spool"/new/* | cmp - "$WORK/large"'
}

@test "below 5 % free nothing is even read" {
	on_disk 1m '
		refused() {
			{ ! door "$@" >"$WORK/said"; cat >"$WORK/rest"; } <"$WORK/small"
			[ "$(<"$WORK/said")" = "4.3.0 mroute: try again later" ]
			cmp "$WORK/rest" "$WORK/small"
			[ -z "$(names_in "$spool/new")$(names_in "$spool/tmp")" ]
		}
		# What Postfix announces counts twice: the engine needs its part.
		refused --size 510000
		head -c 1000000 /dev/zero >"$disk/fill"
		refused
		rm "$disk/fill"
		head -c 900000 /dev/zero >"$disk/fill"
		try door <"$WORK/small"
		[ "$status" -eq 0 ]'
}

@test "no inodes are free" {
	on_disk 1m,nr_inodes=40 '
		for i in $(seq 40); do
			{ : >"$disk/$i"; } 2>/dev/null || break
		done
		try door <"$WORK/small"
		[ "$status $output" = "75 4.3.0 mroute: try again later" ]'
}

@test "the disk is read-only" {
	on_disk 1m '
		mount -o remount,bind,ro "$disk"
		try door <"$WORK/small"
		[ "$status $output" = "75 4.3.0 mroute: try again later" ]
		mount -o remount,bind,rw "$disk"
		[ -z "$(names_in "$spool/new")$(names_in "$spool/tmp")" ]'
}

# ---- the power fails ----

# power_cut COMMAND...: COMMAND delivers ten messages into a spool on an ext4 of its
# own, which then loses all that is not on its disk yet. Prints how many are
# there afterwards, whole.
power_cut() {
	unshare -m "$BASH" -c '
		set -eu
		. "$1"
		own_as root
		shift
		disk=$WORK/disk
		mkdir -p "$disk"
		truncate -s 64M "$WORK/image"
		mkfs.ext4 -q -F "$WORK/image"
		# No writing by time alone, and no special care for renames.
		mount -o loop,commit=300,noauto_da_alloc "$WORK/image" "$disk"
		spool_make "$disk/spool"
		sync -f "$disk"
		for i in 1 2 3 4 5 6 7 8 9 10; do
			"$@" "$WORK/bin/mroute-deliver" -s "$disk/spool" -f a@b.example -- c@d.example \
			    <"$WORK/small"
		done
		# EXT4_IOC_SHUTDOWN, without a last write of the journal
		perl -e "open F, q(<), shift or die; \$x = pack q(L), 2; ioctl F, 0x8004587d, \$x or die" \
		    "$disk/spool/FORMAT"
		umount "$disk"
		mount -o loop "$WORK/image" "$disk"
		whole=0
		for f in "$disk"/spool/new/*; do
			[ ! -e "$f" ] || { spool_bytes "$f" | cmp - "$WORK/small"; whole=$((whole + 1)); }
		done
		umount "$disk"
		echo "$whole whole"' _ "$BATS_TEST_DIRNAME/helper.bash" "$@"
}

@test "what was answered with 0 is there after a power cut" {
	[ "$EUID" = 0 ] || skip 'only root can mount a disk'
	# shellcheck disable=SC2016
	unshare -m "$BASH" -c 'truncate -s 8M "$WORK/i" && mkfs.ext4 -q -F "$WORK/i" &&
	    mkdir -p "$WORK/m" && mount -o loop "$WORK/i" "$WORK/m" && umount "$WORK/m"' ||
	    skip 'no loop devices here'
	try power_cut env
	echo "$stderr"
	[ "$output" = '10 whole' ]
	# The same without its syncs: so the cut is one.
	try power_cut strace -qq -o /dev/null -e inject=fsync:retval=0
	echo "$stderr"
	[ "$output" = '0 whole' ]
}

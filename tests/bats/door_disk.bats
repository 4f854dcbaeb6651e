#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
# mroute-deliver on disks that are full, read-only, or lose their power.

load helper
load door_attack

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

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2119
# mroute-deliver: what it takes, it keeps, byte for byte.

load helper
load door

@test "a message and its envelope are stored, and nothing is said" {
	try deliver --queue-id 4Zb1Qk0Cz9z1xyz --size 60 \
	    --original-recipient Press@test.example --client 192.0.2.7
	expect_stored
	[ -z "$stderr" ]
	[ "$(stat -c '%a %h' "$stored")" = '600 1' ]
	[ "$(spool_field "$stored" kind)" = mail ]
	[ "$(spool_field "$stored" id)" = "${stored##*/}" ]
	[ "$(spool_field "$stored" sender)" = jane@paper.example ]
	[ "$(spool_field "$stored" recipient)" = press@test.example ]
	[ "$(spool_field "$stored" original-recipient)" = Press@test.example ]
	[ "$(spool_field "$stored" queue-id)" = 4Zb1Qk0Cz9z1xyz ]
	[ "$(spool_field "$stored" client)" = 192.0.2.7 ]
	[ "$(spool_field "$stored" declared-size)" = 60 ]
	now=$(date +%s%3N)
	received=$(spool_field "$stored" received)
	[ "$received" -le "$now" ]
	[ "$received" -gt $((now - 60000)) ]
}

@test "it wants nothing of its environment, nor of its directory" {
	cd /
	try env -i "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example <"$WORK/msg"
	expect_stored
}

@test "every byte is kept" {
	local -A messages=(
		[empty]=''
		['one byte']='x'
		['no final newline']='Subject: x\n\nhello'
		['CRLF']='Subject: x\r\n\r\nhello\r\n'
		['bare CR']='Subject: x\n\na\rb\r\n\r'
		['NUL']='Subject: a\0b\n\n\0\0\n\0'
		['8-bit']='Subject: \344\366\374\n\n\377\376\200\n'
		['From_ line']='From jane Sat Nov 28 18:47:01 2026\nSubject: x\n\nFrom here\n>From\n'
		['dots']='Subject: x\n\n.\n..\n.x\n'
		['our own header']='mroute-message 1 00000000 0000000000000000 00000000\nEND\n'
		['blank lines']='\n\n\n'
	)
	for label in "${!messages[@]}"; do
		echo "$label"
		# shellcheck disable=SC2059 # the escapes are what we want
		printf "${messages[$label]}" >"$WORK/msg"
		rm -f "$spool"/new/*
		try deliver
		expect_stored
	done
}

@test "every byte value at every place around the size of a buffer" {
	for n in 65000 65535 65536 65537 131072 200001; do
		head -c "$n" /dev/urandom >"$WORK/msg"
		rm -f "$spool"/new/*
		try deliver
		expect_stored
	done
}

@test "30 MB come through, from a file and from a pipe" {
	head -c 31457280 /dev/urandom >"$WORK/msg"
	try deliver --size 31457280
	expect_stored
	rm -f "$spool"/new/*
	piped() {
		# shellcheck disable=SC2002 # it must be a pipe
		cat "$WORK/msg" | as_owner "$WORK/bin/mroute-deliver" -s "$spool" -f '' -- a@b.example
	}
	try piped
	expect_stored
}

@test "senders and recipients as they come" {
	local long
	printf -v long '%0250d' 0
	for sender in '' jane@paper.example -jane@paper.example 'jane doe@paper.example' \
	    'a"b@paper.example' $'j\xc3\xa4ne@paper.example' $'j\xe4ne@paper.example' \
	    "${long:0:240}@paper.example" '<>' '--' '-s'; do
		rm -f "$spool"/new/*
		try door -s "$spool" -f "$sender" -- press@test.example
		expect_stored
		[ "$(spool_field "$stored" sender)" = "$sender" ]
	done
	for recipient in -press@test.example --size press 'a b@test.example' $'\xff@test.example' \
	    "${long:0:241}@test.example"; do
		rm -f "$spool"/new/*
		try door -s "$spool" -f a@b.example -- "$recipient"
		expect_stored
		[ "$(spool_field "$stored" recipient)" = "$recipient" ]
	done
}

@test "nobody listening, or a poke that is no socket, changes nothing" {
	mkfifo "$spool/poke"
	try deliver
	expect_stored
	rm "$spool/poke" "$stored"
	ln -s nowhere "$spool/poke"
	try deliver
	expect_stored
}

@test "static, without an interpreter, and few system calls" {
	try readelf -lW "$WORK/bin/mroute-deliver"
	[[ $output == *LOAD* ]]
	refute grep -E 'INTERP|DYNAMIC' <<<"$output"
	# The stack is not executable.
	grep -E 'GNU_STACK.* RW ' <<<"$output"

	head -c 2000 /dev/zero >"$WORK/msg"
	: >"$WORK/trace"
	chmod 666 "$WORK/trace"
	try as_owner strace -qq -o "$WORK/trace" "$WORK/bin/mroute-deliver" -s "$spool" \
	    -f a@b.example --size 2000 -- c@d.example <"$WORK/msg"
	expect_stored
	calls=$(wc -l <"$WORK/trace")
	echo "$calls system calls"
	[ "$calls" -le 55 ]
	# The two syncs, and one write: no more is waited for.
	[ "$(grep -c '^fsync(' "$WORK/trace")" -eq 2 ]
	[ "$(grep -c '^p\?write' "$WORK/trace")" -eq 1 ]
	refute grep -E '^(mmap|brk|clone|fork|vfork|execve\(.*ENOENT)' "$WORK/trace"
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
# mroute-deliver: what it takes, byte for byte, and what it sends back with 75
# and one fixed line.

load helper
own_as "$(id -un)" # one process less for each of the many doors here

setup_file() {
	work_make
}

teardown_file() {
	spool_remove "$WORK/spool"
	work_remove
}

setup() {
	spool=$WORK/spool
	spool_remove "$spool"
	spool_make "$spool"
	printf 'From: Jane <jane@paper.example>\nSubject: x\n\nhello\n' >"$WORK/msg"
}

# deliver [OPTION...]: the message in $WORK/msg, for one recipient.
deliver() {
	as_owner "$WORK/bin/mroute-deliver" -s "$spool" -f jane@paper.example "$@" \
	    -- press@test.example <"$WORK/msg"
}

door() {
	as_owner "$WORK/bin/mroute-deliver" "$@" <"$WORK/msg"
}

# One message in new/, whole and as it was; nothing in tmp/.
expect_stored() {
	local id
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	id=$(names_in "$spool/new")
	[[ $id =~ ^[0-7][0-9A-HJKMNP-TV-Z]{25}$ ]]
	stored=$spool/new/$id
		spool_bytes "$stored" | cmp - "$WORK/msg"
	[ -z "$(names_in "$spool/tmp")" ]
}

# 75, the fixed line and not a word more; nothing in the spool.
expect_deferred() {
	[ "$status" -eq 75 ]
	[ "$output" = '4.3.0 mroute: try again later' ]
	[ -z "$stderr" ]
	[ -z "$(names_in "$WORK/spool/new")" ]
	[ -z "$(names_in "$WORK/spool/tmp")" ]
}

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

@test "addresses with a control byte, or longer than 254 bytes, are refused" {
	local long
	printf -v long '%0243d@test.example' 0
	[ "${#long}" -gt 254 ]
	for bad in $'a\nb@test.example' $'a\rb@test.example' $'a\tb@test.example' \
	    $'a\x01b@test.example' $'a\x7fb@test.example' $'a@test.example\n' "$long"; do
		try door -s "$spool" -f "$bad" -- press@test.example
		expect_deferred
		try door -s "$spool" -f a@b.example -- "$bad"
		expect_deferred
		try door -s "$spool" -f a@b.example --original-recipient "$bad" \
		    -- press@test.example
		expect_deferred
	done
	try door -s "$spool" -f a@b.example -- ''
	expect_deferred
}

@test "what else comes from outside is checked too" {
	local long
	printf -v long '%0300d' 0
	for option in --queue-id --client --original-recipient; do
		for bad in $'x\ny' "$long"; do
			try deliver "$option" "$bad"
			expect_deferred
		done
	done
	for bad in x -1 1x ' 1' 18446744073709551616 0x10; do
		try deliver --size "$bad"
		expect_deferred
		try deliver --time-limit "$bad"
		expect_deferred
	done
	# An empty macro of pipe(8) is no value at all.
	try deliver --size '' --queue-id '' --client '' --original-recipient ''
	expect_stored
}

@test "wrong arguments: 75 and the fixed line" {
	expect_refused() {
		try door "$@"
		expect_deferred
	}
	expect_refused
	expect_refused --help
	expect_refused -s "$spool" -f a@b.example
	expect_refused -s "$spool" -- c@d.example
	expect_refused -f a@b.example -- c@d.example
	expect_refused -s "$spool" -f a@b.example -- c@d.example e@d.example
	expect_refused -s "$spool" -f a@b.example --frobnicate -- c@d.example
	expect_refused -s "$spool" -f a@b.example -x -- c@d.example
	expect_refused -s "$spool" -f a@b.example -- c@d.example --size 1
	expect_refused -s "$spool" -f a@b.example --size
	expect_refused -s "$spool" -f
	expect_refused -s "$spool" -f a@b.example -f a@c.example -- c@d.example
	expect_refused -s "$spool" -f a@b.example -c@d.example
	expect_refused -s '' -f a@b.example -- c@d.example
	expect_refused -s "$(printf '%05000d' 0)" -f a@b.example -- c@d.example
}

@test "the size Postfix told must be plausible" {
	head -c 90000 /dev/zero >"$WORK/msg"
	try deliver --size 100001
	expect_deferred
	try deliver --size 18446744073709551615
	expect_deferred
	try deliver --size 100000
	expect_stored
	rm "$stored"
	# It is near enough, and says little of small messages.
	try deliver --size 89000
	expect_stored
	rm "$stored"
	head -c 10 /dev/zero >"$WORK/msg"
	try deliver --size 65537
	expect_deferred
	try deliver --size 65536
	expect_stored
}

@test "a spool that is none is refused" {
	break_spool() {
		spool_remove "$WORK/spool"
		rm -rf "$WORK/elsewhere"
		spool_make "$WORK/spool"
		eval "$1"
		try deliver
		[ "$status" -eq 75 ]
		[ "$output" = '4.3.0 mroute: try again later' ]
		[ -z "$stderr" ]
		[ -z "$(find "$WORK/spool/" "$WORK/elsewhere/" -name '0*' 2>/dev/null)" ]
	}
	break_spool 'rm -r "$spool"'
	break_spool 'rm -r "$spool"; : >"$spool"'
	break_spool 'mv "$spool" "$WORK/elsewhere"; ln -s elsewhere "$spool"'
	break_spool 'mv "$spool" "$WORK/elsewhere"; ln -s elsewhere "$spool"; spool=$spool/'
	spool=$WORK/spool
	break_spool 'chmod 755 "$spool"'
	break_spool 'chmod 500 "$spool"'
	break_spool 'chmod 770 "$spool/new"'
	break_spool 'chmod 500 "$spool/tmp"'
	break_spool 'rm -r "$spool/new"'
	break_spool 'rm -r "$spool/tmp"'
	break_spool 'mv "$spool/new" "$WORK/elsewhere"; ln -s ../elsewhere "$spool/new"'
	break_spool 'mv "$spool/tmp" "$WORK/elsewhere"; ln -s ../elsewhere "$spool/tmp"'
	break_spool 'rm "$spool/FORMAT"'
	break_spool ': >"$spool/FORMAT"'
	break_spool 'echo mroute spool 2 >"$spool/FORMAT"'
	break_spool 'sed -i s/owner.*/owner\ 4000000000/ "$spool/FORMAT"'
	break_spool 'sed -i s/ms.*/ms\ soon/ "$spool/FORMAT"'
	break_spool 'mv "$spool/FORMAT" "$WORK/F"; ln -s "$WORK/F" "$spool/FORMAT"'
	break_spool 'rm "$spool/FORMAT"; mkfifo "$spool/FORMAT"'
}

@test "a FORMAT that can't be read is refused" {
	[ "$EUID" != 0 ] || own_as nobody
	rm -r "$spool"
	spool_make "$spool"
	chmod 0 "$spool/FORMAT"
	try deliver
	expect_deferred
}

@test "somebody else's spool is refused, for root too" {
	[ "$EUID" = 0 ] || skip 'only root can give a spool away'
	own_as nobody
	rm -r "$spool"
	spool_make "$spool"
	for what in . tmp new FORMAT; do
		chown root "$spool/$what"
		try deliver
		expect_deferred
		chown "$OWNER" "$spool/$what"
	done
	try "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example \
	    <"$WORK/msg"
	expect_deferred
}

@test "a closed standard descriptor is refused, and nothing is written in its place" {
	without_input() {
		as_owner "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example <&-
	}
	try without_input
	expect_deferred
	without_output() {
		deliver >&-
	}
	try without_output
	[ "$status" -eq 75 ]
	[ -z "$(names_in "$spool/new")$(names_in "$spool/tmp")" ]
	without_error() {
		deliver 2>&-
	}
	try without_error
	[ "$status" -eq 75 ]
	[ -z "$(names_in "$spool/new")$(names_in "$spool/tmp")" ]
}

@test "a directory for a message is refused" {
	try as_owner "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example -- c@d.example </
	expect_deferred
}

@test "an engine silent for longer than max-silence shows in Postfix' queue" {
	# Never an engine: counted from when the spool was made.
	try deliver
	expect_stored
	rm "$stored"
	touch -d '-61 minutes' "$spool/FORMAT"
	try deliver
	expect_deferred
	: >"$spool/alive"
	try deliver
	expect_stored
	rm "$stored"
	touch "$spool/FORMAT"
	touch -d '-59 minutes' "$spool/alive"
	try deliver
	expect_stored
	rm "$stored"
	touch -d '-61 minutes' "$spool/alive"
	try deliver
	expect_deferred
	# 0 switches it off; a clock that was set back is no silence.
	spool_max_silence "$spool" 0
	try deliver
	expect_stored
	rm "$stored"
	spool_max_silence "$spool" 3600000
	touch -d '+1 day' "$spool/alive"
	try deliver
	expect_stored
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

@test "why it was refused goes to syslog, and can't forge a line there" {
	chmod 755 "$spool"
	# Syslog is not there in a test: let the calls succeed, and look at them.
	logged() {
		as_owner strace -qq -s 4000 -o "$WORK/trace" -e trace=connect,sendto \
		    -e inject=connect:retval=0 -e inject=sendto:retval=4000 \
		    "$WORK/bin/mroute-deliver" -s "$spool" -f a@b.example --queue-id 'Q"x\y' \
		    -- 'press event=x@test.example' <"$WORK/msg"
	}
	: >"$WORK/trace"
	chmod 666 "$WORK/trace"
	try logged
	[ "$status" -eq 75 ]
	cat "$WORK/trace"
	grep -F 'sun_path="/dev/log"' "$WORK/trace"
	# LOG_MAIL | LOG_ERR is 19; strace puts a backslash before each quote and backslash.
	grep -F '<19>' "$WORK/trace" | grep -F 'mroute-deliver[' | grep -F \
	    'event=deferred queue=\"Q\\\"x\\\\y\" to=\"press event=x@test.example\" why=\"'
	grep -F "has mode 0755: it must be 0700" "$WORK/trace"
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

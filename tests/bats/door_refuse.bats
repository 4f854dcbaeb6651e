#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2317
# mroute-deliver: what it does not take, it sends back with 75 and one fixed line.

load helper
load door

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
	for bad in 0 3601; do
		try deliver --time-limit "$bad"
		expect_deferred
	done
	# An empty macro of pipe(8) is no value at all.
	try deliver --size '' --queue-id '' --client '' --original-recipient '' \
	    --time-limit ''
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
	# Postfix counts two or three bytes for a line end, so short lines come smaller.
	yes '' | head -n 45000 >"$WORK/msg"
	try deliver --size 90000
	expect_stored
	rm "$stored"
	try deliver --size 151000
	expect_deferred
	# Of a small message it says little.
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

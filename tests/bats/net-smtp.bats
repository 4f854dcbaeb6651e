#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# SMTP to a real server: what arrives is what was sent, and how it
# ended is told rightly.  What no honest server does is in tests/unit.

load helper
load net_help

setup_file() {
	work_make
	cp "$BUILD/tests/tools/netsend" "$WORK/bin"
	testbed_start sink
	mkdir "$WORK/samples"
	cd "$WORK/samples"
	make_samples
}

teardown_file() {
	testbed_stop
	work_remove
}

setup() {
	cd "$WORK/samples"
}

@test "SMTP: each byte arrives" {
	for f in lf crlf mixed dots from_further_down eight_bits no_line_end empty_lines \
	    no_body long_lines from_line; do
		rm -f "$TB_SINK_MAIL"/*
		netsend smtp 127.0.0.1 "$TB_SINK_PORT" "" c@d.example <"$f"
		[ "$class" = 'done' ]
		# The sink puts its lines on top and an empty one below; the end
		# of data is the end of a line.
		{ want "$f" && { [ "$f" != no_line_end ] || echo; } && echo; } >"$WORK/want"
		sed '1,/^\tSat, \|^\t[A-Z][a-z][a-z], /d' "$TB_SINK_MAIL"/* | cmp - "$WORK/want"
	done
}

@test "SMTP: a bare CR travels inside, and comes out again" {
	rm -f "$TB_SINK_MAIL"/*
	netsend smtp 127.0.0.1 "$TB_SINK_PORT" a@b.example c@d.example <bare_cr
	[ "$class" = 'done' ]
	grep -qx 'Subject: bare' "$TB_SINK_MAIL"/*
	sed '1,/^Content-Transfer-Encoding: base64/d' "$TB_SINK_MAIL"/* | base64 -d | cmp - bare_cr
}

@test "SMTP: the envelope, and what the server offers" {
	rm -f "$TB_SINK_MAIL"/*
	netsend smtp localhost "$TB_SINK_PORT" '' 'odd,name@d.example' <eight_bits
	[ "$class" = 'done' ]
	[[ $text == '250 2.0.0 Ok'* ]]
	[ "$place" = "localhost:$TB_SINK_PORT" ]
	grep -qx 'X-Mail-Args: <> BODY=8BITMIME' "$TB_SINK_MAIL"/*
	grep -qx 'X-Rcpt-Args: <"odd,name"@d.example> NOTIFY=NEVER' "$TB_SINK_MAIL"/*
}

@test "SMTP: refusals of a real server" {
	local at sinks=(soft '-r rcpt' temp hard '-f rcpt' perm full '-r .' temp
	    spam '-f .' perm gone '-q .' uncertain early '-q data' temp)
	for ((at = 0; at < ${#sinks[@]}; at += 3)); do
		local name=${sinks[at]} port
		# shellcheck disable=SC2086 # an option and its argument
		testbed_start sink "$name" ${sinks[at + 1]}
		port=TB_${name^^}_PORT
		netsend smtp 127.0.0.1 "${!port}" a@b.example c@d.example <lf
		[ "$class" = "${sinks[at + 2]}" ]
	done
}

@test "SMTP: 30 MB arrive" {
	{
		printf 'Subject: big\n\n'
		head -c 22000000 /dev/urandom | base64 -w 900
	} >big
	rm -f "$TB_SINK_MAIL"/*
	netsend smtp 127.0.0.1 "$TB_SINK_PORT" a@b.example c@d.example <big
	[ "$class" = 'done' ]
	sed '1,/^Subject: big$/d' "$TB_SINK_MAIL"/* | head -n -1 | cmp - <(tail -n +2 big)
	rm big
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# IMAP to a real server: what arrives is what was sent, and how it
# ended is told rightly.  What no honest server does is in tests/unit.

load helper
load net_help

setup_file() {
	work_make
	cp "$BUILD/tests/tools/netsend" "$WORK/bin"
	testbed_start dovecot
	(umask 077 && echo "$TB_IMAP_PASS" >"$WORK/password" && echo wrong >"$WORK/wrong")
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

by_imaps() {
	netsend -t implicit -c "$TB_CA" -u "$user" -p "$WORK/password" "$1" localhost \
	    "$TB_IMAPS_PORT" "${@:2}"
}

# The only message in a mailbox of $user.
only_in() {
	local found=("$TB_MAIL_ROOT/$user/Maildir/$1"/new/*)
	[ "${#found[@]}" = 1 ] && [ -f "${found[0]}" ] && echo "${found[0]}"
}

@test "IMAP: each byte arrives" {
	user=bytes
	for f in lf crlf mixed dots from_further_down eight_bits no_line_end empty_lines \
	    no_body long_lines from_line nul; do
		by_imaps append "Bytes/$f" 01ABC.1 <"$f"
		[ "$class" = 'done' ]
		[ "$place" = "UID 1 of Bytes/$f" ]
		want "$f" | cmp - "$(only_in ".Bytes.$f")"
	done
	[ "$(stat -c %Y "$(only_in .Bytes.lf)")" = 1795891621 ]
}

@test "IMAP: a mailbox is made where it is missing, and subscribed to" {
	user=made
	by_imaps append 'Triage/Büro & Co' 01ABC.1 <lf
	[ "$class" = 'done' ]
	[ "$place" = 'UID 1 of Triage/Büro & Co' ]
	only_in '.Triage.B&APw-ro &- Co'
	grep -q 'B&APw-ro &- Co' "$TB_MAIL_ROOT/made/Maildir/subscriptions"
	# \Seen and the like are not set: no flags in the file's name, in new/
	by_imaps append 'Triage/Büro & Co' 01ABC.2 <lf
	[ "$place" = 'UID 2 of Triage/Büro & Co' ]
}

@test "IMAP: no such name" {
	user=made
	by_imaps append 'A//B' 01ABC.1 <lf
	[ "$class" = perm ]
	by_imaps append $'A\nB' 01ABC.1 <lf
	[ "$class" = perm ]
	by_imaps append '../../other/Maildir' 01ABC.1 <lf
	[ "$class" != 'done' ]
}

@test "IMAP: a copy is found by its id, and only by its own" {
	user=found
	by_imaps append Triage 01ABC.12 <lf
	by_imaps append Triage 01ABD.1 <lf
	by_imaps find Triage 01ABC.1
	[ "$class" = perm ]
	by_imaps find Triage 01ABC.12
	[ "$class $place" = 'done UID 1 of Triage' ]
	by_imaps append Triage 01ABC.1 <lf
	by_imaps find Triage 01ABC.1
	[ "$class $place" = 'done UID 3 of Triage' ]
	by_imaps find Nowhere 01ABC.1
	[ "$class" = perm ]
	[[ $text == *"there is no 'Nowhere'"* ]]
}

@test "IMAP: a login only in TLS that proves the server" {
	local host=$TB_IMAP_STRICT_HOST
	netsend -t starttls -c "$TB_CA" -u strict -p "$WORK/password" append "$host" \
	    "$TB_IMAP_PORT" INBOX 01ABC.1 <lf
	[ "$class" = 'done' ]

	netsend -t starttls -c "$WORK/tb/tls/wrong.crt" -u strict -p "$WORK/password" append \
	    "$host" "$TB_IMAP_PORT" INBOX 01ABC.2 <lf
	[ "$class" = temp ]
	[[ $text == *'TLS: The certificate is NOT trusted'* ]]

	netsend -t none -u strict -p "$WORK/password" append "$host" "$TB_IMAP_PORT" INBOX \
	    01ABC.3 <lf
	[ "$class" = temp ]
	[[ $text == *LOGINDISABLED* ]]

	netsend -t starttls -c "$TB_CA" -u strict -p "$WORK/wrong" append "$host" \
	    "$TB_IMAP_PORT" INBOX 01ABC.4 <lf
	[ "$class" = temp ]
	[[ $text == *'login refused: NO [AUTHENTICATIONFAILED]'* ]]

	user=strict only_in .
}

@test "IMAP: 30 MB arrive" {
	user=big
	{
		printf 'Subject: big\n\n'
		head -c 22000000 /dev/urandom | base64 -w 900
	} >big
	by_imaps append INBOX 01ABC.1 <big
	[ "$class" = 'done' ]
	tail -n +3 "$(only_in .)" | cmp - <(tail -n +2 big)
	rm big
}

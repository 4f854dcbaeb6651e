#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Do the servers that the other tests stand on work here? When these fail, look
# here first.

load helper

setup_file() {
	work_make
	mkdir "$WORK/out"
	chmod 1777 "$WORK/out"
	# Stands in for mroute-deliver.
	cat >"$WORK/bin/probe" <<'PROBE'
#!/bin/sh
# probe SENDER RECIPIENT: the message at stdin
out=$(mktemp "${0%/*}/../out/msg.XXXXXX") || exit 75
{ printf 'ARGS <%s> <%s> uid=%s\n' "$1" "$2" "$(id -u)"; cat; } >"$out"
case $2 in
temp@*) echo '4.3.0 come back later'; exit 75 ;;
esac
PROBE
	chmod 755 "$WORK/bin/probe"
	testbed_start sink
	testbed_start dovecot
	# shellcheck disable=SC2016 # pipe(8)'s macros
	[ "$(id -u)" != 0 ] || testbed_start postfix "$WORK/bin/probe" '${sender}' '${recipient}'
}

teardown_file() {
	testbed_stop
	work_remove
}

need_postfix() {
	[ "$(id -u)" = 0 ] || skip 'Postfix wants root'
}

probe_has() {
	grep -qsF "$1" "$WORK"/out/msg.*
}

sink_has() {
	grep -qs "$1" "$TB_SINK_MAIL"/*
}

# imap PORT HOST ARG... <commands: everything the server says, by TLS.
imap() {
	local port=$1 host=$2
	shift 2
	timeout 10 openssl s_client -quiet -connect "$host:$port" -CAfile "$TB_CA" \
	    -verify_return_error "$@" 2>/dev/null || true
}

@test "Dovecot takes the password by IMAPS and by STARTTLS, and no other password" {
	[[ $(printf 'a LOGIN press secret\r\nb LOGOUT\r\n' | imap "$TB_IMAPS_PORT" 127.0.0.1) == *'a OK'* ]]
	[[ $(printf 'a LOGIN press secret\r\nb LOGOUT\r\n' |
	    imap "$TB_IMAP_PORT" 127.0.0.2 -starttls imap) == *'a OK'* ]]
	[[ $(printf 'a LOGIN press wrong\r\nb LOGOUT\r\n' | imap "$TB_IMAPS_PORT" 127.0.0.1) == *'a NO'* ]]
}

@test "Dovecot at 127.0.0.2 takes no password without TLS" {
	exec {fd}<>"/dev/tcp/127.0.0.2/$TB_IMAP_PORT"
	printf 'a LOGIN press secret\r\nb LOGOUT\r\n' >&"$fd"
	run timeout 10 cat <&"$fd"
	exec {fd}>&-
	[[ $output == *'a NO'*PRIVACYREQUIRED* ]]
}

@test "who does not trust the authority refuses the certificate" {
	run timeout 10 openssl s_client -connect "127.0.0.1:$TB_IMAPS_PORT" \
	    -CAfile "$WORK/tb/tls/wrong.crt" -verify_return_error </dev/null
	[ "$status" -ne 0 ]
}

@test "Postfix runs the command for each recipient, not as root" {
	need_postfix
	printf 'Subject: x\n\nhi\n.\n..\n' |
	    smtp_send "$TB_SMTP_PORT" jane@paper.example press@test.example jobs@test.example
	wait_for 20 probe_has 'ARGS <jane@paper.example> <press@test.example> uid='
	wait_for 20 probe_has 'ARGS <jane@paper.example> <jobs@test.example> uid='
	refute probe_has uid=0
	grep -qxF .. "$WORK"/out/msg.*
}

@test "the null sender is an empty argument" {
	need_postfix
	printf 'Subject: x\n\nhi\n' | smtp_send "$TB_SMTP_PORT" '' press@test.example
	wait_for 20 probe_has 'ARGS <> <press@test.example>'
}

@test "exit 75 defers, and it is tried again" {
	need_postfix
	printf 'Subject: x\n\nhi\n' | smtp_send "$TB_SMTP_PORT" jane@paper.example temp@test.example
	twice() {
		[ "$(grep -c 'to=<temp@test.example>.*status=deferred (come back later' "$TB_POSTFIX_LOG")" -ge 2 ]
	}
	flush_until 30 twice
}

@test "Postfix relays for test.example alone" {
	need_postfix
	run smtp_send "$TB_SMTP_PORT" jane@paper.example x@elsewhere.example </dev/null
	[ "$status" -ne 0 ]
	[[ $output == *'554 5.7.1'* ]]
}

@test "what comes back by the other port goes to the sink, whoever it is for" {
	need_postfix
	printf 'Subject: x\n\nhi\n' |
	    smtp_send "$TB_REINJECT_PORT" bounce@test.example press@test.example far@elsewhere.example
	wait_for 20 sink_has '^X-Rcpt-Args: <press@test.example>'
	wait_for 20 sink_has '^X-Rcpt-Args: <far@elsewhere.example>'
}

@test "every server listens on loopback alone" {
	local port addresses
	for port in "$TB_IMAP_PORT" "$TB_IMAPS_PORT" "$TB_SINK_PORT" ${TB_SMTP_PORT:-} ${TB_REINJECT_PORT:-}; do
		# The kernel's table has addresses in hexadecimal, the first byte last.
		addresses=$(awk -v port="$(printf ':%04X' "$port")" \
		    'FNR > 1 && $4 == "0A" && index($2, port) { sub(/:.*/, "", $2); print $2 }' \
		    /proc/net/tcp /proc/net/tcp6)
		[ -n "$addresses" ]
		refute grep -v '7F$' <<<"$addresses"
	done
}

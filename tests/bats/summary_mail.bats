#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The summary's mail on the whole way: mroute, the engine, a real Postfix, a real
# Dovecot, and read by Python's email, which is not ours.

load helper
load engine
load postfix

# The pack decides here, and there is a year of mail.
site_conf() {
	"$BUILD/mroute" init "$WORK/fresh" >/dev/null 2>&1
	sed "/^alias /a\\  bounce-address bounces@company.example\\n  owner owner@company.example" \
	    "$WORK/fresh/mroute.conf"
	cat <<-CONF
		smtp
		  port $TB_SMTP_PORT
		  tls none
		limits
		  retry-first 200ms
		  scan-interval 200ms
		summary
		  to reader@company.example
		  time-zone Europe/Berlin
		  people full
	CONF
}

setup_file() {
	[ "$EUID" = 0 ] || return 0
	way_make
	rm "$I"/rules/*
	cp -r "$TESTS"/../rules/. "$I/rules"
	site_conf >"$I/mroute.conf"
	chown -R "$OWNER" "$I"
	cp "$BUILD/tests/tools/traffic" "$WORK/bin"
	"${become[@]}" "$WORK/bin/traffic" -c "$I/mroute.conf" --messages 5000
}

teardown_file() {
	way_end
}

setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	way_find
	log_next
	engine_start
}

teardown() {
	engine_stop
}

fetched() {
	rm -rf "$WORK/in"
	mkdir -p "$WORK/in"
	[ "$("$TESTS/summary/fetch-mail" reader "$WORK/in")" -ge "$1" ]
}

@test "way" {
	printf 'From: a@paper.example\nTo: reader@company.example\nSubject: x\n\nhello\n' |
	    post jane@paper.example reader@company.example
	wait_for 30 fetched 1 || { tail -20 "$TB_POSTFIX_LOG" >&2; false; }
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# P8: a secret goes only over verified TLS.  The servers here offer a login
# whatever they are, and note down when somebody falls for it.

load helper
load engine
load servers

setup_file() {
	local kind mode
	work_make
	make_certs
	for kind in smtp imap; do
		for mode in implicit starttls; do
			stub_start "$kind-$mode" "$kind" --tls "$mode" --cert "$WORK/tb/tls/server.pem"
		done
		stub_start "$kind-none" "$kind"
	done
}

teardown_file() {
	stub_end_all
	work_remove
}

make_certs() {
	"$TESTS/testbed/tls-make" "$WORK/tb"
	cd "$WORK/tb/tls"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.crt -days 7 \
	    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost' 2>/dev/null
	cat own.crt own.key >self-signed.pem
	openssl req -new -key server.key -subj /CN=localhost -out old.csr
	printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' >old.ext
	openssl x509 -req -in old.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 \
	    -extfile old.ext -out old.crt 2>/dev/null
	cat old.crt server.key >expired.pem
}

setup() {
	site_make '  store mail'
	rules_write 20.rules <<-'RULES'
		version 1
		route both
		  forward ann@paper.example
		  file    INBOX
		  +60 subject has both
	RULES
	local f
	for f in "$WORK"/stub/*.port; do
		stub_reset "$(basename "$f" .port)"
	done
}

teardown() {
	engine_stop
}

# servers_are MODE: implicit, starttls or none, with a login.
servers_are() {
	MODE=$1
	smtp_at "$(<"$WORK/stub/smtp-$1.port")" "$1" >>"$I/mroute.conf"
	conf_add "  user press
  password-file $I/password
  ca-file $WORK/tb/tls/ca.pem"
	imap_at "$(<"$WORK/stub/imap-$1.port")" "$1" >>"$I/mroute.conf"
	conf_add "  ca-file $WORK/tb/tls/ca.pem"
}

both_plan() {
	stub_plan "smtp-$MODE" "$@"
	stub_plan "imap-$MODE" "$@"
}

# heard_no_secret: neither as it is nor in base64.
heard_no_secret() {
	local what
	for what in 'LOGIN SEEN' secret "$(printf '\0press\0secret' | base64)"; do
		refute grep -aqF "$what" "$WORK"/stub/{smtp,imap}-"$MODE".heard
	done
}

delivered_both() {
	tells delivered 'to=smtp '
	tells delivered 'to=imap '
	[ "$(taken "smtp-$MODE")" -eq 1 ]
	[ "$(taken "imap-$MODE" INBOX)" -eq 1 ]
}

# refused WHY PLAN...: with this plan no login, ever; without it, delivered.
refused() {
	local why=$1
	shift
	both_plan "$@"
	engine_start
	send both
	tells deferred "to=smtp .*try=2 .*$why"
	tells deferred "to=imap .*try=2 .*$why"
	heard_no_secret
	log_has "$LOG" "event=alarm alarm=server .*$why"
	both_plan
	delivered_both
	has_heard "smtp-$MODE" 'LOGIN SEEN'
	has_heard "imap-$MODE" 'LOGIN SEEN'
	refute grep -aq secret "$LOG"
}

@test "a good certificate: logged in and delivered" {
	servers_are implicit
	engine_start
	send both
	delivered_both
	has_heard smtp-implicit 'TLS TLSv1\.[23]'
}

@test "a good certificate by STARTTLS: nothing but that was said before" {
	servers_are starttls
	engine_start
	send both
	delivered_both
	[ "$(sed '/TLS TLSv1/q' "$WORK/stub/smtp-starttls.heard" | cut -d' ' -f2)" = \
	    $'connect\nEHLO\nSTARTTLS\nTLS' ]
	[ "$(sed '/TLS TLSv1/q' "$WORK/stub/imap-starttls.heard" | awk '{ print $NF }')" = \
	    $'connect\nCAPABILITY\nSTARTTLS\nTLSv1.3' ]
}

@test "self-signed: no login" {
	servers_are implicit
	refused 'issuer' "cert = $WORK/tb/tls/self-signed.pem"
}

@test "self-signed by STARTTLS: no login" {
	servers_are starttls
	refused 'issuer' "cert = $WORK/tb/tls/self-signed.pem"
}

@test "another host's name: no login" {
	servers_are implicit
	refused 'name' "cert = $WORK/tb/tls/wrong.pem"
}

@test "another host's name by STARTTLS: no login" {
	servers_are starttls
	refused 'name' "cert = $WORK/tb/tls/wrong.pem"
}

@test "expired: no login" {
	servers_are implicit
	refused 'expired' "cert = $WORK/tb/tls/expired.pem"
}

@test "expired, by STARTTLS: no login" {
	servers_are starttls
	refused 'expired' "cert = $WORK/tb/tls/expired.pem"
}

@test "TLS 1.1 and no newer: no login" {
	servers_are implicit
	refused 'TLS' 'tls = 1.1'
}

@test "TLS 1.1 and no newer by STARTTLS: no login" {
	servers_are starttls
	refused 'TLS' 'tls = 1.1'
}

@test "no STARTTLS where it is wanted: no login" {
	servers_are starttls
	refused 'offers no STARTTLS' 'offer = no'
}

@test "STARTTLS refused: no login" {
	servers_are starttls
	stub_plan smtp-starttls 'starttls = 454 4.7.0 not now'
	stub_plan imap-starttls 'starttls = NO not now'
	engine_start
	send both
	tells deferred 'to=smtp .*try=2 .*STARTTLS: 454'
	tells deferred 'to=imap .*try=2 .*STARTTLS: NO'
	heard_no_secret
}

@test "a token by token-command, as XOAUTH2" {
	servers_are implicit
	printf '#!/bin/sh\necho "to.ken-$1"\n' >"$I/token"
	chmod 755 "$I/token"
	sed -i "s|^  password-file .*|  auth xoauth2\n  token-command $I/token 42|" "$I/mroute.conf"
	engine_start
	send both
	delivered_both
	token=$(printf 'user=press\1auth=Bearer to.ken-42\1\1' | base64 -w 0)
	has_heard smtp-implicit "AUTH XOAUTH2 $token"
	has_heard imap-implicit "AUTHENTICATE XOAUTH2 $token"
	refute grep -q to.ken "$LOG"
}

@test "a password by password-command" {
	servers_are implicit
	printf '#!/bin/sh\nprintf "%%s\\n" "se cret\\"2"\n' >"$I/pass"
	chmod 755 "$I/pass"
	sed -i "s|^  password-file .*|  password-command $I/pass|" "$I/mroute.conf"
	engine_start
	send both
	delivered_both
	has_heard imap-implicit 'LOGIN "press" "se cret\\"2"'
	has_heard smtp-implicit "AUTH PLAIN $(printf '\0press\0se cret"2' | base64)"
}

@test "a password-command that fails or is slow: waits, with an alarm, until it works" {
	servers_are implicit
	printf '#!/bin/sh\nexit 3\n' >"$I/pass"
	chmod 755 "$I/pass"
	sed -i "s|^  password-file .*|  password-command $I/pass|" "$I/mroute.conf"
	engine_start
	send both
	tells deferred "to=imap .*try=2 .*no login: .*$I/pass"
	tells deferred "to=smtp .*try=2 .*no login: .*$I/pass"
	log_has "$LOG" "event=alarm alarm=server .*$I/pass"
	heard_no_secret
	printf '#!/bin/sh\necho secret\n' >"$I/pass.new"
	chmod 755 "$I/pass.new"
	mv "$I/pass.new" "$I/pass"
	delivered_both
}

@test "a password file that others may read is not used: waits, with an alarm" {
	servers_are implicit
	chmod 644 "$I/password"
	engine_start
	send both
	tells deferred "to=imap .*try=2 .*no login: .*$I/password.*others"
	tells deferred "to=smtp .*try=2 .*no login: .*$I/password.*others"
	log_has "$LOG" "event=alarm alarm=server .*$I/password.*others"
	heard_no_secret
	chmod 600 "$I/password"
	delivered_both
}

@test "without TLS to this machine a login is fine" {
	servers_are none
	engine_start
	send both
	delivered_both
	has_heard smtp-none 'LOGIN SEEN'
}

@test "without TLS to another machine: refused by the configuration" {
	cp "$I/mroute.conf" "$WORK/base.conf"
	for section in smtp 'imap mail'; do
		for host in mail.example localhost.mail.example 192.0.2.1 2001:db8::1 0.0.0.0 \
		    127.0.0.1.example; do
			cp "$WORK/base.conf" "$I/mroute.conf"
			conf_add "$section
  host $host
  tls none
  user press
  password-file $I/password"
			[ "$section" != smtp ] || imap_at 9 >>"$I/mroute.conf"
			run mr check
			[ "$status" -eq 2 ] || { echo "$section $host"; false; }
			[[ $output == *"MR116"*"$host"* ]]
		done
	done
	run mr run --once -f
	[ "$status" -eq 2 ]
}

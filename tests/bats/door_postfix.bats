#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
# A real Postfix with the files of contrib/postfix as docs/postfix.md puts them
# in place: SMTP -> pipe(8) -> mroute-deliver -> spool. Postfix defers, or we have the
# message whole; it never bounces.

load helper

setup_file() {
	[ "$EUID" = 0 ] || return 0
	work_make
	spool_make "$WORK/spool"
	local contrib=$TESTS/../contrib/postfix
	sed "s|/etc/postfix|$WORK|" "$contrib/main.cf" >"$WORK/main.cf"
	cp "$contrib/mroute-status.regexp" "$WORK"
	cp "$contrib/mroute-transport" "$WORK/shipped-transport"
	sed "s|/etc/postfix|$WORK|; s|/usr/local/libexec/mroute|$WORK/bin|
	    s|/var/spool/mroute|$WORK/spool|; s|user=mroute|user=$OWNER|" \
	    "$contrib/master.cf" >"$WORK/master.cf"
	# The shipped service once more, without the filter, and with lines of Postfix on top;
	# and programs that do what no mroute-deliver should.
	{
		sed 's/^mroute /bare /; /status_filter/d' "$WORK/master.cf"
		sed 's/^mroute /flags /; s/user=/flags=ROD user=/' "$WORK/master.cf"
		# Its reads take a while, up to the 20th, so that its pipe(8) can be killed.
		sed 's/^mroute /slow /
		    s|argv=|&/usr/bin/strace -D -qq -o /dev/null -e inject=read:delay_enter=200000:when=3..20 |' \
		    "$WORK/master.cf"
		broken exit1 /bin/false
		broken exit127 /bin/sh -c '{exit 127}'
		broken missing /nonexistent/mroute-deliver
		broken late /usr/bin/tail -f /dev/null
	} >"$WORK/more.cf"
	cat "$WORK/more.cf" >>"$WORK/master.cf"
	cat >"$WORK/mroute-transport" <<-MAP
		marketing@company.example	mroute:
		press@company.example	mroute:
		jobs@company.example	mroute:
		bare@company.example	bare:
		flags@company.example	flags:
		slow@company.example	slow:
		exit1@company.example	exit1:
		exit127@company.example	exit127:
		missing@company.example	missing:
		late@company.example	late:
		office@local.example	mroute:
		mroute.invalid	mroute:
	MAP
	printf 'office: nobody@elsewhere.example\n' >"$WORK/aliases"
	# Debian makes no /etc/postfix/main.cf unless it is asked to.
	mkdir "$WORK/no-site"
	: >"$WORK/no-site/main.cf"
	MAIL_CONFIG=$WORK/no-site postalias "hash:$WORK/aliases"
	printf 'sales@virtual.example sales@mroute.invalid\n' >"$WORK/virtual"
	local main=() line
	while IFS= read -r line; do
		case $line in '#'* | '') ;; *) main+=(--main "$line") ;; esac
	done <"$WORK/main.cf"
	testbed_start sink
	testbed_start postfix "${main[@]}" --master "$WORK/master.cf" \
	    --main 'relay_domains = company.example' \
	    --main "relay_transport = smtp:[127.0.0.1]:$TB_SINK_PORT" \
	    --main 'mydestination = local.example' \
	    --main "alias_maps = hash:$WORK/aliases" \
	    --main 'local_recipient_maps = $alias_maps' \
	    --main 'virtual_alias_domains = virtual.example' \
	    --main "virtual_alias_maps = texthash:$WORK/virtual" \
	    --main 'late_time_limit = 1s'
}

# broken NAME COMMAND...: a service with the shipped filter.
broken() {
	echo "$1 unix - n n - 20 pipe"
	echo "  -o pipe_delivery_status_filter=regexp:$WORK/mroute-status.regexp"
	echo "  user=$OWNER argv=${*:2}"
}

# What Postfix said last is what one wants to see of a failure.
teardown() {
	[ -z "${TB_POSTFIX_LOG:-}" ] || grep -vE 'connect from|warning: dict' "$TB_POSTFIX_LOG" | tail -n 20
}

teardown_file() {
	testbed_stop
	work_remove
}

setup() {
	[ "$EUID" = 0 ] || skip 'Postfix wants root'
	spool=$WORK/spool
	rm -f "$spool"/new/* "$spool"/tmp/*
	printf 'From: Jane <jane@paper.example>\nSubject: x\nMessage-ID: <%s@x>\n\nhello\n' \
	    "$BATS_TEST_NUMBER" >"$WORK/msg"
}

# send FROM TO...: $WORK/msg
send() {
	smtp_send "$TB_SMTP_PORT" "$@" <"$WORK/msg"
}

# stored N: that many messages are in new/.
stored() {
	local files=("$spool"/new/*)
	[ -e "${files[0]}" ] && [ "${#files[@]}" -eq "$1" ]
}

# for_recipient ADDRESS: sets file to the message in new/ for it.
for_recipient() {
	for file in "$spool"/new/*; do
		[ "$(spool_field "$file" recipient)" != "$1" ] || return 0
	done
	return 1
}

# Below what Postfix put on top, which goes to $WORK/top, it is $WORK/msg.
expect_bytes() {
	local size total
	size=$(stat -c %s "$WORK/msg")
	spool_bytes "$1" >"$WORK/got"
	total=$(stat -c %s "$WORK/got")
	head -c $((total - size)) "$WORK/got" >"$WORK/top"
	tail -c "$size" "$WORK/got" | cmp - "$WORK/msg"
}

logged() {
	log_has "$TB_POSTFIX_LOG" "$1"
}

never_bounced() {
	refute logged 'status=bounced'
	[ -z "$(names_in "$TB_POSTFIX_QUEUE/bounce")" ]
}

# expect_deferred ADDRESS SERVICE: Postfix keeps the mail, and says what we said.
expect_deferred() {
	wait_for 30 logged "to=<${1/+/.}>.*relay=$2,.*dsn=4\.3\.0, status=deferred \(mroute: try again later \)"
	[ -z "$(find "$WORK"/spool*/new -type f)" ]
	never_bounced
}

@test "one message for several recipients: a file for each, byte for byte" {
	send jane@paper.example marketing@company.example press@company.example jobs+berlin@company.example
	wait_for 30 stored 3
	for recipient in marketing press jobs+berlin; do
		for_recipient "$recipient@company.example"
		expect_bytes "$file"
		# Nothing but one Received field stands on top.
		grep -q '^Received: from client.example ' "$WORK/top"
		[ "$(grep -vc $'^[ \t]' "$WORK/top")" -eq 1 ]
		[ "$(spool_field "$file" sender)" = jane@paper.example ]
		[ "$(spool_field "$file" original-recipient)" = "$recipient@company.example" ]
		[ "$(spool_field "$file" client)" = 127.0.0.1 ]
		# A long queue id: time in it, so that none comes twice.
		[ "$(spool_field "$file" queue-id | wc -c)" -gt 12 ]
		[ "$(stat -c %U "$file")" = "$OWNER" ]
	done
	logged 'to=<press@company.example>.*relay=mroute.*status=sent \(delivered via mroute service\)'
	[ -z "$(names_in "$spool/tmp")" ]
}

@test "the null sender comes as none" {
	send '' marketing@company.example
	wait_for 30 stored 1
	for_recipient marketing@company.example
	[ -z "$(spool_field "$file" sender)" ]
	expect_bytes "$file"
}

@test "8-bit, NUL, dots, a long line, From_ lines" {
	{
		printf 'Subject: \344\366\374\nFrom: \303\244@paper.example\n\n.\n..\n.x\nFrom here\n>From\n'
		printf 'a\0b\377\376\n\n'
		head -c 100000 /dev/zero | tr '\0' x
		printf '\n\n\n'
	} >"$WORK/msg"
	send jane@paper.example marketing@company.example
	wait_for 30 stored 1
	expect_bytes "$spool"/new/*
}

@test "30 MB" {
	{
		printf 'Subject: large\n\n'
		head -c 23000000 /dev/urandom | base64
	} >"$WORK/msg"
	[ "$(stat -c %s "$WORK/msg")" -gt 31000000 ]
	send jane@paper.example marketing@company.example
	wait_for 60 stored 1
	expect_bytes "$spool"/new/*
}

# Postfix tells the size in its queue file: with short lines twice what comes.
@test "a message of short lines is not taken for one that was cut" {
	{
		printf 'Subject: short lines\n\n'
		yes '' | head -n 300000
	} >"$WORK/msg"
	send jane@paper.example marketing@company.example
	wait_for 30 stored 1
	expect_bytes "$spool"/new/*
	told=$(spool_field "$spool"/new/* declared-size)
	came=$(spool_bytes "$spool"/new/* | wc -c)
	echo "told $told, came $came"
	[ "$told" -gt $((came + came / 2)) ]
}

@test "with flags=ROD Postfix' lines stand on top, and the rest is as it was" {
	send jane@paper.example flags@company.example
	wait_for 30 stored 1
	expect_bytes "$spool"/new/*
	grep -qx 'Return-Path: <jane@paper.example>' "$WORK/top"
	grep -qx 'Delivered-To: flags@company.example' "$WORK/top"
	grep -qx 'X-Original-To: flags@company.example' "$WORK/top"
}

# Why contrib has no flags: this one would keep a loop from mroute.
@test "with flags=D Postfix itself refuses what comes back" {
	printf 'Delivered-To: flags@company.example\nSubject: back\n\nhello\n' >"$WORK/msg"
	send jane@paper.example flags@company.example
	wait_for 30 logged 'to=<flags@company.example>.*status=deferred \(mail forwarding loop'
	[ -z "$(names_in "$spool/new")" ]
	postsuper -c "$TB_POSTFIX_CONF" -d ALL deferred
	send jane@paper.example marketing@company.example
	wait_for 30 stored 1
}

@test "a broken spool defers, with the filter and without, and then all arrives" {
	chmod 755 "$spool"
	send jane@paper.example marketing@company.example
	send jane@paper.example bare@company.example
	expect_deferred marketing@company.example mroute
	expect_deferred bare@company.example bare
	chmod 700 "$spool"
	flush_until 60 stored 2
	for_recipient bare@company.example
	expect_bytes "$file"
	for_recipient marketing@company.example
	expect_bytes "$file"
	never_bounced
}

@test "spool gone, foreign, or with a silent engine: deferred, then delivered" {
	try_again() {
		flush_until 60 stored 1
		expect_bytes "$spool"/new/*
		never_bounced
		rm -f "$spool"/new/*
	}
	mv "$spool" "$spool.away"
	printf 'Subject: gone\n\nhello\n' >"$WORK/msg"
	send jane@paper.example press@company.example
	expect_deferred press@company.example mroute
	mv "$spool.away" "$spool"
	try_again

	chown root "$spool"
	printf 'Subject: foreign\n\nhello\n' >"$WORK/msg"
	send jane@paper.example jobs@company.example
	expect_deferred jobs@company.example mroute
	chown "$OWNER" "$spool"
	try_again

	touch -d '-2 hours' "$spool/alive"
	printf 'Subject: silent\n\nhello\n' >"$WORK/msg"
	send jane@paper.example jobs+silent@company.example
	expect_deferred jobs+silent@company.example mroute
	rm "$spool/alive"
	touch "$spool/FORMAT"
	try_again
}

@test "an address that the door refuses is deferred, and no other with it" {
	# Postfix itself lets no control byte through, but 255 bytes it does.
	printf -v long '%0239d@company.example' 0
	send "$long" marketing@company.example
	wait_for 30 logged "from=<$long>"
	wait_for 30 logged 'to=<marketing@company.example>.*status=deferred \(mroute: try again later \)'
	send jane@paper.example press@company.example
	wait_for 30 stored 1
	for_recipient press@company.example
	never_bounced
	# Nothing can be done for it here: take it out of the queue.
	postsuper -c "$TB_POSTFIX_CONF" -d ALL deferred
}

@test "the filter defers what no mroute-deliver should do" {
	for name in exit1 exit127 missing late; do
		send jane@paper.example "$name@company.example"
	done
	for name in exit1 exit127 missing late; do
		wait_for 30 logged "to=<$name@company.example>.*dsn=4.*status=deferred"
	done
	never_bounced
	postsuper -c "$TB_POSTFIX_CONF" -d ALL deferred
}

# The door that has the slow message; sets door.
find_door() {
	door=$(pgrep -f "^$WORK/bin/mroute-deliver -s $spool .*slow@company.example")
}

@test "pipe(8) killed in the middle of a message: not ours, and delivered again" {
	{
		printf 'Subject: slow\n\n'
		head -c 1500000 /dev/urandom | base64
	} >"$WORK/msg"
	send jane@paper.example slow@company.example
	half() {
		first=("$spool"/tmp/*)
		find_door && [ -s "${first[0]}" ]
	}
	wait_for 30 half
	stat=$(<"/proc/$door/stat")
	read -r _ parent _ <<<"${stat##*) }"
	[ "$(<"/proc/$parent/comm")" = pipe ]
	kill -9 "$parent"
	wait_for 30 gone "$door"
	refute test -e "${first[0]}"
	refute test -e "$spool/new/${first[0]##*/}"
	# Postfix has it still, and brings it once more, whole.
	flush_until 60 stored 1
	expect_bytes "$spool"/new/*
	wait_for 30 logged 'to=<slow@company.example>.*status=sent'
	stored 1
	never_bounced
}

@test "an address of a local domain, with its alias left as it was" {
	send jane@paper.example office@local.example
	wait_for 30 stored 1
	[ "$(spool_field "$spool"/new/* recipient)" = office@local.example ]
	run send jane@paper.example nobody@local.example
	[ "$status" -ne 0 ]
}

@test "an address of a virtual alias domain comes by a domain that is none" {
	send jane@paper.example sales@virtual.example
	wait_for 30 stored 1
	[ "$(spool_field "$spool"/new/* recipient)" = sales@mroute.invalid ]
	[ "$(spool_field "$spool"/new/* original-recipient)" = sales@virtual.example ]
}

@test "taken out again: mail goes where it went before, also what was waiting" {
	chmod 755 "$spool"
	printf 'Subject: waiting for mroute\n\nhello\n' >"$WORK/msg"
	send jane@paper.example marketing+last@company.example
	wait_for 30 logged 'to=<marketing\+last@company.example>.*status=deferred'
	cp "$WORK/mroute-transport" "$WORK/kept"
	sed -i '/^marketing@/d' "$WORK/mroute-transport"
	postfix_reload
	in_sink() {
		grep -qs '^Subject: waiting for mroute' "$TB_SINK_MAIL"/*
	}
	flush_until 60 in_sink
	chmod 700 "$spool"
	[ -z "$(names_in "$spool/new")" ]
	cp "$WORK/kept" "$WORK/mroute-transport"
	postfix_reload
}

# What `postfix reload` does, without its look at the system's own files.
postfix_reload() {
	kill -HUP "$(tr -dc 0-9 <"$TB_POSTFIX_QUEUE/pid/master.pid")"
}

@test "the manual shows the lines that are shipped" {
	for name in master.cf main.cf mroute-transport mroute-status.regexp; do
		while IFS= read -r line; do
			case $line in '#'* | '') continue ;; esac
			grep -qxF "    $line" "$TESTS/../docs/postfix.md"
			[ "$name" != master.cf ] || grep -qxF "$line" "$TESTS/../docs/man/mroute-deliver.8"
		done <"$TESTS/../contrib/postfix/$name"
	done
}

@test "the shipped filter and transport table say what they should" {
	export MAIL_CONFIG=$WORK/no-site
	[ "$(postmap -q '5.3.0 Command died' "regexp:$WORK/mroute-status.regexp")" = '4.3.0 Command died' ]
	run postmap -q '4.3.0 mroute: try again later' "regexp:$WORK/mroute-status.regexp"
	[ -z "$output" ]
	run postmap -q '2.0.0 delivered' "regexp:$WORK/mroute-status.regexp"
	[ -z "$output" ]
	[ "$(postmap -q marketing@company.example "texthash:$WORK/shipped-transport")" = mroute: ]
}

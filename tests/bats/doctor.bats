#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute doctor: each trouble has its line, and says what to do.

load helper
load engine
load servers

bats_require_minimum_version 1.5.0

setup_file() {
	work_make
	stub_start smtp smtp
	stub_start imap imap
}

teardown_file() {
	stub_end_all
	work_remove
}

# An instance with two teams that are Maildirs, and an owner.
setup() {
	site_make
	stub_reset smtp
	stub_reset imap
	cat >"$I/mroute.conf" <<-CONF
		alias $ALIAS
		  rules rules
		  owner owner@company.example
		team press-team
		  members maildir:$I/mail/press
		team desk-team
		  members maildir:$I/mail/desk
		smtp
		  port 9
		spool
		  path spool
	CONF
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  forward  press-team
		  +60 subject has interview
		route desk
		  forward  desk-team
		otherwise desk
	RULES
	rm -rf "$I/mail"
	mkdir "$I/mail"
	chown "$OWNER" "$I/mail"
	mail interview >"$WORK/press.eml"
	# No Postfix, unless a test has one.
	export MAIL_CONFIG=$WORK/nowhere
	run_once
}

teardown() {
	engine_stop
}

# with_smtp: a server for what is forwarded and for alarms.
with_smtp() {
	sed -i "s/^  port 9$/  port $(<"$WORK/stub/smtp.port")\n  tls none/" "$I/mroute.conf"
}

# finds HEALTH CHECK PATTERN: a line of the output.
finds() {
	grep -qE "^$1 +$2 +.*$3" <<<"$output" || {
		echo "no line: $1 $2 $3" >&2
		echo "$output" >&2
		return 1
	}
}

doctor() {
	try mr doctor
}

@test "all is well: status 0, each check has its line" {
	with_smtp
	doctor
	for check in configuration postfix spool disk clock engine records queue rules \
	    examples 'in force' 'your words' examiner addresses maildirs secrets servers summary; do
		finds ok "$check" ''
	done
	finds ok servers 'smtp .127.0.0.1:[0-9]+. answers, not encrypted'
	[ "$status" -eq 0 ]
	[[ $(tail -n 1 <<<"$output") =~ ^[0-9]+\ ok,\ 0\ want\ attention,\ 0\ broken$ ]]
	# Nothing was sent.
	[ "$(taken smtp)" -eq 0 ]
}

@test "the summary alone needs the server" {
	with_smtp
	conf_no_owner
	doctor
	finds ok servers 'none is needed'
	conf_add $'summary\n  to ann@company.example'
	doctor
	finds ok servers 'smtp .127.0.0.1:[0-9]+. answers'
	finds ok summary 'to ann@company.example; none went out yet'
}

@test "a server on this machine without STARTTLS: tls none is named" {
	with_smtp
	sed -i '/^  tls none$/d' "$I/mroute.conf"
	doctor
	[ "$status" -eq 2 ]
	finds broken servers 'offers no STARTTLS'
	[[ $(tr -s ' \n' ' ' <<<"$output") == *"-> it is on this machine: write 'tls none' into its section"* ]]
}

@test "a configuration with a mistake is to be mended, not made" {
	printf 'summary\n  time-zone Mars/Olympus\n' >>"$I/mroute.conf"
	try "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" doctor
	[ "$status" -eq 2 ]
	finds broken configuration "time zone 'Mars/Olympus' is not known"
	[[ $output == *"-> mend it; 'mroute check' says more"* ]]
	[[ $output != *'mroute init'* ]]
}

@test "without a configuration nothing else can be looked at" {
	try "${AS[@]}" "$WORK/bin/mroute" -c "$WORK/none.conf" doctor
	[ "$status" -eq 2 ]
	finds broken configuration "none.conf"
	[[ $output == *"-> 'mroute init DIR' makes one; -c FILE names another"* ]]
	[ "$(grep -c '^- .*not looked at, because of the above' <<<"$output")" -eq 17 ]
}

@test "rules: broken, examples, not in force, no words of the site, only observed" {
	with_smtp
	cat >>"$I/rules/10.rules" <<-'RULES'
		phrases our-products =
		phrases our-sites = company site
	RULES
	sed -i 's/^  rules rules$/&\n  observe yes/' "$I/mroute.conf"
	printf '  example yes  Not so\n    Subject: x\n    | x\n' >"$WORK/example"
	sed -i "/+60 subject has interview/r $WORK/example" "$I/rules/10.rules"
	doctor
	[ "$status" -eq 1 ]
	finds attention examples '1 of 1 decided otherwise'
	finds attention 'in force' '10.rules changed, mroute.conf changed .observe yes.'
	finds attention 'your words' 'the rules know no product of yours: @our-products is empty'
	[[ $output == *"-> write them behind 'phrases our-products =' in "*10.rules* ]]
	finds ok 'your words' '@our-sites has 1 phrase$'
	finds attention addresses 'only observes'
	echo nonsense >>"$I/rules/10.rules"
	doctor
	[ "$status" -eq 2 ]
	finds broken rules '10.rules:'
	finds - examples 'not looked at'
	finds - examiner 'not looked at'
	finds ok servers 'answers'
}

@test "spool, engine, records, queue" {
	with_smtp
	rm -rf "$SPOOL/rules.good" "$SPOOL/alive"
	touch -d '10 minutes ago' "$SPOOL/alive"
	chown "$OWNER" "$SPOOL/alive"
	doctor
	finds attention 'in force' 'no rules were ever in force'
	# It runs, and is silent.
	"${AS[@]}" flock "$SPOOL/lock" "$WORK/bin/mroute" -c "$I/mroute.conf" doctor \
	    >"$WORK/out" || true
	output=$(cat "$WORK/out")
	finds broken engine 'runs, but gave its last sign of life .* 10 min ago'
	touch -d '3 days ago' "$SPOOL/alive"
	doctor
	[ "$status" -eq 2 ]
	finds broken engine 'does not run; last sign of life .* 3 d ago'
	[[ $output == *"-> start it with 'mroute run'"* ]]
	touch -d 'tomorrow' "$SPOOL/alive"
	doctor
	finds attention clock "earlier than the engine's last sign of life"

	door "$WORK/press.eml" --queue-id QA1
	run_once
	mr queue hold QA1 2>/dev/null || true
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" "UPDATE messages SET state = 'held'"
	doctor
	finds attention queue '1 held for a person to look at'
	chmod 755 "$SPOOL"
	doctor
	chmod 700 "$SPOOL"
	[ "$status" -eq 2 ]
	finds broken spool 'has mode 0755: it must be 0700'
	finds - engine 'not looked at'
}

@test "a damaged database" {
	for n in 1 2 3; do
		door "$WORK/press.eml" --queue-id "QA$n"
	done
	run_once
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	pages=$(($(stat -c %s "$SPOOL/mroute.db") / 4096))
	# Not the first page: it must still open.
	printf 'garbage%.0s' {1..400} | dd of="$SPOOL/mroute.db" bs=4096 \
	    seek=$((pages - 2)) conv=notrunc status=none
	doctor
	[ "$status" -eq 2 ]
	finds broken '(records|spool)' ''
}

@test "Maildirs that can't be written or made" {
	[ "$(id -u "$OWNER")" -ne 0 ] || skip 'root may write everything'
	with_smtp
	mkdir -p "$I/mail/press/new"
	chmod 500 "$I/mail/press/new"
	chown -R "$OWNER" "$I/mail"
	sed -i "s,maildir:.*/desk,maildir:/proc/none/desk," "$I/mroute.conf"
	doctor
	chmod 700 "$I/mail/press/new"
	[ "$status" -eq 2 ]
	finds broken maildirs "cannot write '.*/mail/press/new': Permission denied"
	finds broken maildirs "'/proc/none/desk' is not there and can't be made"
}

@test "servers: down, a refused login, a secret that is open to others" {
	imap_at "$(<"$WORK/stub/imap.port")" >>"$I/mroute.conf"
	doctor
	[ "$status" -eq 2 ]
	# The port of the configuration is 9, and nobody is there.
	finds broken servers 'smtp .127.0.0.1:9.: .*refused'
	finds ok servers 'mail .localhost:[0-9]+. answers, not encrypted, logged in as'
	with_smtp
	stub_plan imap 'login = NO [AUTHENTICATIONFAILED] wrong'
	doctor
	finds broken servers 'mail .localhost:[0-9]+.: .*login refused: NO .AUTHENTICATIONFAILED. wrong'
	finds ok secrets 'mail: .*/password. is closed to others'
	chmod 644 "$I/password"
	doctor
	finds broken secrets "mail: '.*/password' can be read or changed by others"
	[ "$status" -eq 2 ]
}

@test "JSON: one object, the same findings" {
	with_smtp
	sed -i '/^  owner /d' "$I/mroute.conf"
	try mr doctor --json
	[ "$status" -eq 1 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[[ $output == *'"health":"attention","v":1}' ]]
	[[ $output == *'{"check":"addresses","health":"attention","text":"alias '*' has no owner: nobody is told of alarms","todo":"give its section a line '"'owner ADDRESS'"'"}'* ]]
}

# A configuration of Postfix as docs/postfix.md has it, with our paths.
postfix_make() {
	local contrib=$TESTS/../contrib/postfix
	export MAIL_CONFIG=$WORK/postfix
	rm -rf "$MAIL_CONFIG"
	mkdir "$MAIL_CONFIG"
	sed "s|/usr/local/libexec/mroute|$WORK/bin|; s|/var/spool/mroute|$SPOOL|
	    s|user=mroute|user=$OWNER|" "$contrib/master.cf" >"$MAIL_CONFIG/master.cf"
	sed "s|/etc/postfix|$MAIL_CONFIG|" "$contrib/main.cf" >"$MAIL_CONFIG/main.cf"
	printf '%s\tmroute:\n' "$ALIAS" >"$MAIL_CONFIG/mroute-transport"
	chmod -R a+rX "$MAIL_CONFIG"
}

@test "Postfix: the files that ship are right, and each slip in them is found" {
	type postconf >/dev/null || skip 'no Postfix'
	with_smtp
	postfix_make
	doctor
	finds ok postfix 'service mroute takes mail to the spool'
	[ "$status" -eq 0 ]
	while IFS='|' read -r file edit health what; do
		postfix_make
		sed -i "$edit" "$MAIL_CONFIG/$file"
		doctor
		finds "$health" postfix "$what"
		[ "$(grep -c ' postfix ' <<<"$output")" -eq 1 ]
	done <<-SLIPS
		master.cf|s/mroute-deliver/other/|attention|no service in master.cf runs
		master.cf|s/ null_sender=//|attention|has no 'null_sender='
		master.cf|/pipe_delivery/d|attention|has no 'pipe_delivery_status_filter='
		master.cf|s/--queue-id .{queue_id}//|attention|has no '--queue-id'
		master.cf|s/ -- / /|attention|has no '--'
		master.cf|s,-s [^ ]*,-s /elsewhere,|broken|puts mail into '/elsewhere', and the spool is
		master.cf|s/user=[a-z]*/user=daemon/|broken|runs as 'daemon', and the spool belongs to '$OWNER'
		master.cf|s,argv=,argv=/nowhere,|broken|'/nowhere.*' can't be run
		master.cf|s/null_sender=/& flags=D/|broken|has flags=D
		main.cf|s/recipient_limit = 1/recipient_limit = 5/|broken|recipient_limit = 5: must be 1
		main.cf|/time_limit/s/300s/2m/|broken|time_limit = 2m: must be more than 120s
		main.cf|/long_queue_ids/d|attention|enable_long_queue_ids = no
		main.cf|/bare_newline/s/yes/no/|attention|smtpd_forbid_bare_newline = no
		mroute-transport|s/^/x/|attention|transport_maps does not take $ALIAS to mroute
	SLIPS
}

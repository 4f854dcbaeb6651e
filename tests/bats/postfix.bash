# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests of the whole way: Postfix → mroute-deliver → engine → Dovecot, sink
# and Maildirs.  `load helper`, `load engine`, `load postfix`.
#
#   way_make             all of it, in $WORK/i, as docs/postfix.md says.  The
#                        engine does not run yet.  Call from setup_file
#   way_end
#   way_find             the same variables, in each test
#   post FROM TO... <MESSAGE   by SMTP to Postfix
#   log_next             what is in the log is read: for a second message in a test
#   decided_next [ROUTE] wait for the next decision; $ID is its message
#   delivered N          wait until N effects of $ID are delivered
#   copy_of N            the file that effect N of $ID has become
#   below FILE           a copy without the lines of mroute (and the sink's)
#
# Postfix has mail for $ALIAS, with and without +tag, for bounces@, lost@ (no
# alias has it) and loop@company.example taken to mroute; for anybody else it
# goes to the sink, but for error.example, whose server refuses everybody, and for
# reader@company.example, whom Dovecot's own delivery agent gives it.

way_make() {
	work_make
	I=$WORK/i SPOOL=$WORK/i/spool
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	testbed_start sink
	testbed_start sink refusing -f rcpt
	testbed_start dovecot
	way_postfix
	printf '%s\n' "$TB_IMAP_PASS" >"$I/password"
	chmod 600 "$I/password"
	rm -rf "$I"/rules/*.rules "$I/rules/lists"
	way_conf >"$I/mroute.conf"
	rules_write 10.rules <<-'RULES'
		version 1
		route everywhere
		  forward ann@company.example everywhere-team
		  file    office:Triage/Press
		  file    strict:Ablage/Büro
		  file    archive:2026/Press
		  +60 subject has everywhere
		route people
		  forward ann@company.example bob@company.example
		  +60 subject has people
		route refused
		  forward nobody@error.example
		  +60 subject has no such user
		route loop
		  forward loopers
		  +60 subject has loop
		route desk
		  forward desk-team
		otherwise desk
	RULES
	chown -R "$OWNER" "$I"
	sed -i "s/^owner .*/owner $(id -u "$OWNER")/" "$SPOOL/FORMAT"
}

# The shipped files, with our paths.
way_postfix() {
	local contrib=$TESTS/../contrib/postfix main=() line who
	sed "s|/usr/local/libexec/mroute|$WORK/bin|; s|/var/spool/mroute|$SPOOL|
	    s|/etc/postfix|$WORK|; s|user=mroute|user=$OWNER|" \
	    "$contrib/master.cf" >"$WORK/master.cf"
	cat >>"$WORK/master.cf" <<-CF
		dovecot unix - n n - - pipe
		  flags=DRhu user=$OWNER argv=/usr/lib/dovecot/dovecot-lda -c $TB_DOVECOT_CONF
		  -f \${sender} -d \${user}
	CF
	cp "$contrib/mroute-status.regexp" "$WORK"
	for who in "${ALIAS%@*}" bounces lost loop; do
		echo "$who@company.example	mroute:"
	done >"$WORK/mroute-transport"
	echo 'reader@company.example	dovecot:' >>"$WORK/mroute-transport"
	echo "error.example	smtp:[127.0.0.1]:$TB_REFUSING_PORT" >>"$WORK/mroute-transport"
	while IFS= read -r line; do
		case $line in '#'* | '') ;; *) main+=(--main "${line//\/etc\/postfix/$WORK}") ;; esac
	done <"$contrib/main.cf"
	testbed_start postfix "${main[@]}" --master "$WORK/master.cf" \
	    --main 'relay_domains = company.example, error.example' \
	    --main "relay_transport = smtp:[127.0.0.1]:$TB_SINK_PORT" \
	    --main 'smtp_line_length_limit = 0'
}

way_conf() {
	cat <<-CONF
		alias $ALIAS
		  rules           rules
		  bounce-address  bounces@company.example
		  owner           owner@company.example
		  store           office
		team everywhere-team
		  members  maildir:$I/mail/everywhere
		team loopers
		  members  $ALIAS
		team desk-team
		  members  maildir:$I/mail/desk
		smtp
		  port     $TB_SMTP_PORT
		  tls      none
		imap office
		  host     127.0.0.1
		  port     $TB_IMAPS_PORT
		  tls      implicit
		  user     press
		  password-file password
		  ca-file  $TB_CA
		imap strict
		  host     $TB_IMAP_STRICT_HOST
		  port     $TB_IMAP_PORT
		  tls      starttls
		  user     strict
		  password-file password
		  ca-file  $TB_CA
		imap archive
		  maildir  $I/mail/archive
		spool
		  path     spool
		  max-silence 1h
		limits
		  retry-first 200ms
		  scan-interval 200ms
	CONF
}

way_find() {
	I=$WORK/i SPOOL=$WORK/i/spool LOG=$WORK/log
}

way_end() {
	testbed_stop
	work_remove
}

post() {
	smtp_send "$TB_SMTP_PORT" "$@"
}

# The log so far has been read: what is waited for stands below.
log_next() {
	cat "$LOG" >>"$WORK/log.before" 2>/dev/null || true
	: >"$LOG"
}

decisions() {
	grep -c "event=decided .*${1:+route=$1 }" "$LOG" || true
}

decided_next() {
	wait_for 40 log_has "$LOG" "event=decided .*${1:+route=$1 }" || log_show
	ID=$(sed -n "s/.*event=decided id=\([^ ]*\) .*${1:+route=$1 }.*/\1/p" "$LOG" | tail -n 1)
}

delivered_so_many() {
	[ "$(grep -c "event=delivered id=$ID\." "$LOG")" -ge "$1" ]
}

delivered() {
	wait_for 60 delivered_so_many "$1" || log_show
}

copy_of() {
	local found
	found=$(grep -rlm 1 --exclude='dovecot*' "^X-Mroute-Id: $ID\.$1" "$I/mail" "$SPOOL/fallback" \
	    "$TB_MAIL_ROOT" "$TB_SINK_MAIL")
	[ "$(wc -l <<<"$found")" -eq 1 ] && [ -n "$found" ] || {
		echo "effect $1 of $ID is here: $found" >&2
		return 1
	}
	echo "$found"
}

# The sink puts lines on top, up to its own Received field.
below() {
	case $1 in
	"$TB_SINK_MAIL"/*) sed '1,/^X-Mroute-Loop: /d' "$1" | sed '$d' ;;
	*) sed '1,/^X-Mroute-Loop: /d' "$1" ;;
	esac
}

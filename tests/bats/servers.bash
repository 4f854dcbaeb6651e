# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests of what servers do to the engine: `load helper`, `load engine`,
# `load servers`.
#
#   stub_start NAME ARG...      tests/servers/stub; sets PORT; stub_end_all ends all
#   stub_reset NAME             as if it had just started: for the next test
#   stub_plan NAME LINE...      what it does wrong from now on
#   stub_up NAME                one started with --down takes connections now
#   heard NAME PATTERN          how many lines of what it heard match
#   taken NAME                  how many messages it took
#   site_make [LINE...]         an instance whose mail goes to $PORT; LINEs go
#                               into its alias section
#   folder_make                 the same, where the IMAP stub m has Triage/Press
#   filed_once                  the last message sent is there, once, all of it
#   send SUBJECT                a message to it; $Q is its queue id from now on
#   tells EVENT [PATTERN]       wait for the engine to log that about $Q
#   queued [PATTERN]            `mroute queue` has it: KIND TARGET STATE, last answer
#   effects_are <LIST           how $Q's effects stand, `KIND TARGET STATE TRIES ...`
#   sender_pid                  a sender of the running engine
#   attempts_are <LIST          how $Q's tries ended, `EFFECT TRY OUTCOME`
#
# The subject's words choose the route: single, triple (ann, bob and cem),
# folder (IMAP); anything else goes to the desk's Maildir.

stub_start() {
	local name=$1 pid
	mkdir -p "$WORK/stub"
	"$TESTS/servers/stub" "$WORK/stub" "$@" >"$WORK/stub/$name.out" 2>&1 3>&- &
	pid=$!
	echo "$pid" >"$WORK/stub/$name.pid"
	wait_for 10 test -s "$WORK/stub/$name.port" || return 1
	PORT=$(<"$WORK/stub/$name.port")
}

stub_reset() {
	stub_plan "$1"
	rm -rf "$WORK/stub/$1.mail"
	mkdir "$WORK/stub/$1.mail"
	: >"$WORK/stub/$1.heard"
	PORT=$(<"$WORK/stub/$1.port")
}

stub_end_all() {
	local f
	for f in "$WORK"/stub/*.pid; do
		[ -e "$f" ] || continue
		kill "$(<"$f")" 2>/dev/null || true
		rm -f "$f"
	done
}

stub_plan() {
	local name=$1
	shift
	printf '%s\n' "$@" >"$WORK/stub/$name.plan.new"
	mv "$WORK/stub/$name.plan.new" "$WORK/stub/$name.plan"
}

stub_up() {
	kill -USR1 "$(<"$WORK/stub/$1.pid")"
}

heard() {
	grep -cE "$2" "$WORK/stub/$1.heard" || true
}

has_heard() {
	[ "$(heard "$1" "$2")" -ge "${3:-1}" ]
}

# taken NAME [MAILBOX]
taken() {
	local f n=0
	for f in "$WORK/stub/$1.mail/${2:-}"/*; do
		[[ ! ${f##*/} =~ ^[0-9]+$ ]] || n=$((n + 1))
	done
	echo "$n"
}

# The conf's smtp and imap sections are the caller's: `smtp_at`, `imap_at`.
smtp_at() {
	printf 'smtp\n  host localhost\n  port %s\n  tls %s\n' "$1" "${2:-none}"
}

imap_at() {
	printf 'imap mail\n  host localhost\n  port %s\n  tls %s\n  user press\n  password-file %s\n' \
	    "$1" "${2:-none}" "$I/password"
}

site_make() {
	rm -rf "$WORK/i" "$WORK/log"
	I=$WORK/i SPOOL=$WORK/i/spool LOG=$WORK/log N_SENT=0
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	rm -rf "$I"/rules/*.rules "$I/rules/lists"
	printf 'secret\n' >"$I/password"
	chmod 600 "$I/password"
	chown -R "$OWNER" "$I"
	sed -i "s/^owner .*/owner $(id -u "$OWNER")/" "$SPOOL/FORMAT"
	cat >"$I/mroute.conf" <<-CONF
		alias $ALIAS
		  rules rules
		  bounce-address bounces@company.example
		$(printf '%s\n' "$@")
		team single-team
		  members ann@paper.example
		team triple-team
		  members ann@paper.example bob@paper.example cem@paper.example
		team desk-team
		  members maildir:$I/mail/desk
		spool
		  path spool
		limits
		  retry-first 100ms
		  retry-longest 200ms
		  lifetime 1d
		  min-tries 3
		  scan-interval 200ms
		  uncertain-wait 200ms
		  connect-timeout 20s
		  command-timeout 20s
		  data-timeout 20s
	CONF
	rules_write 10.rules <<-'RULES'
		version 1
		route single
		  forward single-team
		  +60 subject has single
		route triple
		  forward triple-team
		  +60 subject has triple
		route desk
		  forward desk-team
		otherwise desk
	RULES
}

folder_make() {
	site_make '  store mail'
	stub_reset m
	imap_at "$PORT" >>"$I/mroute.conf"
	rules_write 20.rules <<-'RULES'
		version 1
		route folder
		  file Triage/Press
		  +60 subject has folder
	RULES
	mkdir "$WORK/stub/m.mail/Triage.Press"
}

# With the lines on top, and all bytes below.
filed_once() {
	[ "$(taken m Triage.Press)" -eq 1 ]
	sed '1,/^X-Mroute-Loop/d; s/\r$//' "$WORK/stub/m.mail/Triage.Press/1" |
	    cmp - <(mail "folder $N_SENT")
}

# Servers that say nothing: short enough to wait for, long enough for a busy machine.
conf_impatient() {
	conf_set command-timeout 700ms
	conf_set data-timeout 700ms
}

# conf_set KEY VALUE: of the limits, or anything that stands there once.
conf_set() {
	sed -i "s|^  $1 .*|  $1 $2|" "$I/mroute.conf"
}

send() {
	Q=Q$((++N_SENT))
	mail "$1 $N_SENT" | "${AS[@]}" "$WORK/bin/mroute-deliver" -s "$SPOOL" -f jane@paper.example \
	    --queue-id "$Q" -- "$ALIAS" >/dev/null
}

tells() {
	wait_for 30 log_has "$LOG" "event=$1 .*queue=$Q ${2:+.*$2}" || log_show
}

# `mroute log` and `mroute queue` are what is asked, as an admin would.
# same WHAT COMMAND...: what it prints is stdin; a difference is shown.
same() {
	local what=$1
	shift
	diff -u --label "$what wanted" --label "$what" - <("$@") >&2
}

queued() {
	mr queue list --json | jq -r "select(.queue_id == \"$Q\") | .effects[] |
	    \"\(.kind) \(.target // \"-\") \(.state) \(.last)\"" | grep -qE -- "${1:-}"
}

effects() {
	mr log --json --queue-id "$Q" | jq -r '.effects[] | "\(.kind) \(.target // "-") \(.state) \(.attempts)" +
	    (if .uncertain then " uncertain" else "" end) + (if .substitute then " substitute" else "" end)'
}

effects_are() {
	same "effects of $Q" effects
}

attempts() {
	mr log --json "$Q" | jq -r 'select(.what == ("done", "temp", "perm", "uncertain")) |
	    "\(.effect) \(.attempt) \(.what)"' | sort -n -k 1,1 -k 2,2
}

attempts_are() {
	same "attempts of $Q" attempts
}

sender_pid() {
	local p
	for p in $(cat /proc/"$ENGINE"/task/*/children); do
		if tr '\0' ' ' <"/proc/$p/cmdline" | grep -q sender; then
			echo "$p"
			return 0
		fi
	done
	return 1
}

# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests of the running engine: `load helper` and `load engine`.
#
#   instance_make            $I with one alias, two teams, short limits; $SPOOL
#   conf_add TEXT            append to its mroute.conf
#   conf_no_owner            no alarm becomes a mail
#   rules_write NAME         a rule file from stdin, replaced in one step
#   door FILE [OPTION...]    take a message in; prints nothing
#   engine_start, engine_stop, engine_kill   in the background, log in $LOG
#   run_once                 the engine until nothing is left
#   db SQL                   ask the records, read-only
#   lock_db MODE KIND        hold a lock on them (PRAGMA locking_mode, BEGIN) until
#                            unlock_db, or at the end of a test lock_end
#   mr ARG...                mroute with the instance's configuration

ALIAS=marketing@company.example

# Root's tests run everything as the account that owns the spool.
AS=()
if [ "$(id -u)" = 0 ]; then
	AS=(setpriv "--reuid=$OWNER" "--regid=$(id -g "$OWNER")" --clear-groups --)
fi

instance_make() {
	work_make
	I=$WORK/i LOG=$WORK/log SPOOL=$WORK/i/spool
	"$BUILD/mroute" init "$I" >/dev/null 2>&1
	chown -R "$OWNER" "$I"
	sed -i "s/^owner .*/owner $(id -u "$OWNER")/" "$I/spool/FORMAT"
	rm -rf "$I"/rules/*.rules "$I/rules/lists"
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
		limits
		  retry-first 100ms
		  retry-longest 1s
		  scan-interval 200ms
		  connect-timeout 2s
		  command-timeout 2s
	CONF
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  title    Press
		  forward  press-team
		  +60 subject has interview
		route desk
		  forward  desk-team
		otherwise desk
	RULES
	mail interview >"$WORK/press.eml"
	mail hello >"$WORK/hello.eml"
}

conf_add() {
	printf '%s\n' "$1" >>"$I/mroute.conf"
}

conf_no_owner() {
	sed -i '/^  owner /d' "$I/mroute.conf"
}

rules_write() {
	cat >"$I/rules/.$1.new"
	mv "$I/rules/.$1.new" "$I/rules/$1"
}

# mail SUBJECT: a message to stdout.
mail() {
	printf 'From: Jane <jane@paper.example>\nTo: %s\nSubject: %s\n\nbody of %s\n' \
	    "$ALIAS" "$1" "$1"
}

door() {
	local file=$1
	shift
	"${AS[@]}" "$WORK/bin/mroute-deliver" -s "$SPOOL" -f jane@paper.example "$@" -- "$ALIAS" \
	    <"$file" >/dev/null
}

engine_start() {
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run -f >>"$LOG" 2>&1 3>&- &
	ENGINE=$!
	# Not the line of an engine before it: the log goes on.
	wait_for 20 log_has "$LOG" "mroute\[$ENGINE\]: event=started"
}

engine_stop() {
	[ -n "${ENGINE:-}" ] || return 0
	kill -TERM "$ENGINE" 2>/dev/null || true
	wait "$ENGINE" 2>/dev/null || true
	ENGINE=
}

engine_kill() {
	kill -KILL "$ENGINE"
	wait "$ENGINE" 2>/dev/null || true
	ENGINE=
}

run_once() {
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" run --once -f >>"$LOG" 2>&1 3>&-
}

mr() {
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" "$@"
}

db() {
	sqlite3 -readonly "$SPOOL/mroute.db" "$1"
}

lock_db() {
	coproc LOCK { "${AS[@]}" sqlite3 "$SPOOL/mroute.db" 3>&-; }
	LOCKER=$LOCK_PID
	printf 'PRAGMA locking_mode = %s; BEGIN %s; SELECT 1;\n' "$1" "$2" >&"${LOCK[1]}"
	read -r _ <&"${LOCK[0]}"
	read -r _ <&"${LOCK[0]}"
}

unlock_db() {
	printf 'COMMIT;\n.quit\n' >&"${LOCK[1]}"
	wait "$LOCKER" || true
	LOCKER=
}

lock_end() {
	[ -z "${LOCKER:-}" ] || kill "$LOCKER" 2>/dev/null || true
}

# The number of files in a Maildir's new/.
count_new() {
	# shellcheck disable=SC2012 # our own names
	ls "$1/new" 2>/dev/null | wc -l
}

has_new() {
	[ "$(count_new "$1")" -eq "$2" ]
}

# The only file of a Maildir, without the three lines that mroute put on top.
bytes_below() {
	tail -n +4 "$1"/new/*
}

log_show() {
	tail -n 40 "$LOG" >&2
	return 1
}

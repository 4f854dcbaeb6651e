# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of the programs share: `load helper` at the top of a file.
#
#   work_make, work_remove     a directory $WORK that others may walk through
#   wait_for SECONDS CMD...    until it succeeds; no test sleeps
#   refute CMD...             it must fail
#   as_owner CMD...            as the account that owns spools in tests
#   spool_make DIR             a spool of that account, as `mroute init` makes it
#   spool_field FILE KEY       a value of a spool file's envelope
#   spool_bytes FILE           the message in a spool file
#   smtp_send PORT FROM TO...  the message at stdin by SMTP
#   testbed_start NAME ARG...  tests/testbed/NAME-start; testbed_stop ends all

TESTS=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${BUILD:-$TESTS/../build}
# shellcheck disable=SC2034 # for the tests
CORPUS=${MROUTE_CORPUS:-$TESTS/../../shared/corpus}

# Root's tests own their spools as the account that mail is handled by: no
# pipe(8) runs a program as root.
if [ "$(id -u)" = 0 ]; then
	OWNER=${TB_USER:-nobody}
else
	OWNER=$(id -un)
fi

as_owner() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$OWNER" --regid="$(id -g "$OWNER")" --clear-groups -- "$@"
	else
		"$@"
	fi
}

# The programs are copied, since the checkout may be closed to OWNER.
work_make() {
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/mroute.XXXXXX")
	chmod 755 "$WORK"
	mkdir "$WORK/bin"
	cp "$BUILD/mroute-deliver" "$WORK/bin"
	[ ! -x "$BUILD/mroute" ] || cp "$BUILD/mroute" "$WORK/bin"
	export WORK
}

work_remove() {
	[ -z "${WORK:-}" ] || rm -rf "$WORK"
}

wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "waited in vain for: $*" >&2
			return 1
		}
		sleep 0.05 # poll
	done
}

# refute CMD...: it must fail. (`!` alone does not end a test.)
refute() {
	! "$@"
}

# log_has FILE PATTERN: for wait_for.
log_has() {
	grep -qsE -- "$2" "$1"
}

# ---- spools ----

spool_make() {
	own_dirs "$1" "$1"/{tmp,new,done,hold,ctl,fallback} "$1"/fallback/{tmp,new,cur}
	spool_format "$1" 3600000
	head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$1/key"
	echo >>"$1/key"
	chmod 600 "$1/key"
	chown "$OWNER" "$1/key"
}

own_dirs() {
	mkdir -m 700 "$@"
	chown "$OWNER" "$@"
}

# spool_format DIR MAX-SILENCE-MS
spool_format() {
	printf 'mroute spool 1\nowner %s\nmax-silence-ms %s\n' "$(id -u "$OWNER")" "$2" \
	    >"$1/FORMAT"
	chmod 600 "$1/FORMAT"
	chown "$OWNER" "$1/FORMAT"
}

# The names in a directory; empty when there are none.
names_in() {
	ls -A "$1"
}

# spool_header FILE: sets header_len and message_len by its first line.
spool_header() {
	local magic version crc rest
	IFS=' ' read -r magic version header_len message_len crc rest <"$1" || return 1
	[[ "$magic $version" == 'mroute-message 1' && $crc =~ ^[0-9a-f]{8}$ && -z $rest ]] ||
	    return 1
	[[ $header_len =~ ^[0-9a-f]{8}$ && $message_len =~ ^[0-9a-f]{16}$ ]] || return 1
	header_len=$((16#$header_len)) message_len=$((16#$message_len))
	[ "$(head -c "$header_len" "$1" | tail -n 1)" = END ] || return 1
	[ "$(stat -c %s "$1")" -eq $((header_len + message_len)) ]
}

spool_bytes() {
	local header_len message_len
	spool_header "$1" || return 1
	tail -c "+$((header_len + 1))" "$1"
}

spool_field() {
	local header_len message_len
	spool_header "$1" || return 1
	head -c "$header_len" "$1" | sed -n "s/^$2 [0-9]* //p"
}

# ---- mail by SMTP ----

# Read a reply; succeed when its code begins with $1.
smtp_reply() {
	local line
	while IFS= read -rt 30 -u "$smtp" line; do
		line=${line%$'\r'}
		smtp_last=$line
		[ "${line:3:1}" = - ] || break
	done
	[[ ${smtp_last:-} == "$1"* ]]
}

# smtp_say CODE TEXT: a command, and the reply it must get.
smtp_say() {
	printf '%s\r\n' "$2" >&"$smtp"
	smtp_reply "$1"
}

# smtp_send PORT FROM TO...: any bytes with LF line ends at stdin; FROM may be
# empty. When a reply is not the one wanted, it is shown.
smtp_send() {
	local smtp smtp_last='' rc=0
	exec {smtp}<>"/dev/tcp/127.0.0.1/$1" || return 1
	shift
	if ! smtp_transaction "$@"; then
		echo "SMTP: $smtp_last" >&2
		rc=1
	fi
	exec {smtp}>&-
	return "$rc"
}

smtp_transaction() {
	local from=$1 to
	shift
	smtp_reply 220 || return 1
	smtp_say 250 'EHLO client.example' || return 1
	smtp_say 250 "MAIL FROM:<$from> BODY=8BITMIME" || return 1
	for to; do
		smtp_say 250 "RCPT TO:<$to>" || return 1
	done
	smtp_say 354 DATA || return 1
	sed 's/^\./../; s/$/\r/' >&"$smtp"
	smtp_say 250 . && smtp_say 221 QUIT
}

# ---- servers ----

# testbed_start NAME ARG...: `testbed_start sink`, `testbed_start postfix COMMAND...`
testbed_start() {
	local name=$1
	shift
	"$TESTS/testbed/$name-start" "$WORK/tb" "$@" || return 1
	set -a
	# shellcheck disable=SC1091
	. "$WORK/tb/env"
	set +a
}

testbed_stop() {
	local name
	[ -d "${WORK:-/nonexistent}/tb" ] || return 0
	for name in postfix dovecot; do
		"$TESTS/testbed/$name-stop" "$WORK/tb"
	done
	for name in "$WORK"/tb/*.pid; do
		[ ! -e "$name" ] || "$TESTS/testbed/sink-stop" "$WORK/tb" "$(basename "$name" .pid)"
	done
}

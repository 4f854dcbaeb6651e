# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of the programs share: `load helper` at the top of a file.
#
#   work_make, work_remove     a directory $WORK that others may walk through
#   wait_for SECONDS CMD...    until it succeeds; no test sleeps
#   try CMD...                sets status, output and stderr, as bats' run does
#   refute CMD...             it must fail
#   not_sanitized WHY          skip in a build with sanitizers (make check-san)
#   as_owner CMD...            as the account that owns spools in tests; own_as USER
#   spool_make DIR             a spool of that account, as `mroute init` makes it
#   spool_remove DIR           and its end, whatever became of it
#   spool_field FILE KEY       a value of a spool file's envelope
#   spool_bytes FILE           the message in a spool file
#   smtp_send PORT FROM TO...  the message at stdin by SMTP
#   testbed_start NAME ARG...  tests/testbed/NAME-start; testbed_stop ends all
#   flush_until SECONDS CMD... wait_for, with Postfix trying again

TESTS=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${BUILD:-$TESTS/../build}
# shellcheck disable=SC2034 # for the tests
CORPUS=${MROUTE_CORPUS:-$TESTS/../../shared/corpus}

not_sanitized() {
	! ldd "$BUILD/mroute" | grep -q libasan || skip "$1"
}

# own_as USER: spools are USER's from now on. Root's tests own them as the
# account that mail is handled by, since pipe(8) runs no program as root.
own_as() {
	OWNER=$1
	OWNER_UID=$(id -u "$1")
	become=()
	if [ "$OWNER_UID" != "$EUID" ]; then
		become=(setpriv --reuid="$1" --regid="$(id -g "$1")" --clear-groups --)
	fi
}

if [ "$EUID" = 0 ]; then
	own_as "${TB_USER:-nobody}"
else
	own_as "$(id -un)"
fi

as_owner() {
	"${become[@]}" "$@"
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

# try CMD...: like `run --separate-stderr`, and fast enough for loops.
# shellcheck disable=SC2034 # for the tests
try() {
	status=0
	output=$("$@" 2>"$WORK/stderr") || status=$?
	stderr=$(<"$WORK/stderr")
}

# refute CMD...: it must fail. (`!` alone does not end a test.)
refute() {
	! "$@"
}

# gone PID: it has ended, whether somebody waited for it or not.
gone() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	[ "${stat%% *}" = Z ]
}

# log_has FILE PATTERN: for wait_for.
log_has() {
	grep -qsE -- "$2" "$1"
}

# ---- spools ----

# With few processes, since many tests make many.
spool_make() {
	(
		umask 077
		mkdir "$1" "$1"/{tmp,new,done,hold,ctl,fallback} "$1"/fallback/{tmp,new,cur}
		printf '%064d\n' 7 >"$1/key"
		printf 'mroute spool 1\nowner %s\nmax-silence-ms 3600000\n' "$OWNER_UID" >"$1/FORMAT"
	)
	chown -R "$OWNER" "$1"
}

# spool_max_silence DIR MS
spool_max_silence() {
	sed -i "s/^max-silence-ms .*/max-silence-ms $2/" "$1/FORMAT"
	chown "$OWNER" "$1/FORMAT"
}

# A spool that a test broke may be closed to its owner.
spool_remove() {
	[ ! -d "$1" ] || chmod -R u+rwX "$1"
	rm -rf "$1"
}

# The names in a directory; empty when there are none.
names_in() {
	local names
	names=$(shopt -s nullglob dotglob && cd "$1" && echo *)
	echo "$names"
}

spool_bytes() {
	local magic version header rest
	IFS=' ' read -r magic version header rest <"$1" || return 1
	[ "$magic $version" = 'mroute-message 1' ] || return 1
	tail -c "+$((16#$header + 1))" "$1"
}

spool_field() {
	local key length value
	while IFS=' ' read -r key length value; do
		[ "$key" != END ] || return 1
		[ "$key" != "$2" ] || break
	done <"$1"
	[ "${#length}" -gt 0 ] && printf '%s\n' "$value"
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

# flush_until SECONDS CMD...: wait for it while Postfix tries again what it has
# deferred. By itself it may let a minute pass: it does so with a message whose
# delivery agent was not quite through when it looked.
flush_until() {
	local end=$((SECONDS + $1)) last=''
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "flushed in vain for: $*" >&2
			return 1
		}
		[ "$SECONDS" = "$last" ] || postqueue -c "$TB_POSTFIX_CONF" -f
		last=$SECONDS
		sleep 0.05 # poll
	done
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

# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# P1 under attack: mroute-deliver is stopped, or made to fail, at each of its system
# calls. Exit 0 is given only with the whole message in new/; else the message is not
# there, or there and whole, since Postfix keeps its copy.
# `load helper` and `load door_attack`.

own_as "$(id -un)"

setup_file() {
	work_make
	head -c 2000 /dev/urandom >"$WORK/small"
	head -c 200000 /dev/urandom >"$WORK/large"
}

teardown_file() {
	work_remove
}

setup() {
	strace -qq -o /dev/null true || skip 'strace may not trace here'
	spool=$WORK/spool
	rm -rf "$spool"
	spool_make "$spool"
}

# A bash of its own does the counting: bats traps each command of a test.
# Arguments: door, spool, message, and what to inject, as in strace's
# inject=CALL:WHAT:when=N. Prints a line for each point: CALL N STATUS PLACE.
attack() {
	"$BASH" -c "$(
		cat <<'SCRIPT'
door=$1 spool=$2 msg=$3 what=$4
# What is in the spool: none, whole, or something that must not be.
place() {
	local files=("$spool"/new/*)
	[ -e "${files[0]}" ] || { echo none; return; }
	[ ${#files[@]} -eq 1 ] || { echo several; return; }
	IFS=' ' read -r _ _ header size _ <"${files[0]}"
	[ "$((16#$size))" -eq "$(stat -c %s "$msg")" ] &&
	    tail -c "+$((16#$header + 1))" "${files[0]}" | cmp -s - "$msg" &&
	    echo whole || echo broken
}
run() {
	strace -qq -o "$spool.trace" "$@" "$door" -s "$spool" -f a@b.example --queue-id Q \
	    --size "$(stat -c %s "$msg")" -- c@d.example <"$msg" >"$spool.out" 2>"$spool.err"
}
run || exit 1
rm -f "$spool"/new/*
sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$spool.trace" | grep -v '^execve$' >"$spool.calls"
declare -A seen
while read -r call; do
	n=$((seen[$call] + 1))
	seen[$call]=$n
	status=0
	run -e "inject=$call:$what:when=$n" 2>/dev/null || status=$?
	said=-
	[ ! -s "$spool.out" ] || said=fixed
	[ "$said" = - ] || [ "$(<"$spool.out")" = '4.3.0 mroute: try again later' ] || said=other
	[ ! -s "$spool.err" ] || said=stderr
	left=$(echo "$spool"/tmp/*)
	[ "$left" != "$spool/tmp/*" ] && left=left || left=clean
	echo "$call $n $status $(place) $left $said"
	rm -f "$spool"/new/* "$spool"/tmp/*
done <"$spool.calls"
SCRIPT
	)" _ "$WORK/bin/mroute-deliver" "$spool" "$@"
}

# no_line PATTERN: the attack printed no line like it.
no_line() {
	refute grep -E "$1" "$WORK/points"
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute-deliver keeps other people's real and malformed mail byte for byte.

load helper
own_as "$(id -un)"

setup() {
	work_make
}

teardown() {
	work_remove
}

# Outside of bats, which traps each command. A message is found by its queue id,
# line 8 of its file.
script() {
	cat <<'SCRIPT'
spool=$1 mail=$2 n=0
for f in "$mail"/*; do
	n=$((n + 1))
	"$0" -s "$spool" -f a@b.example --queue-id "Q$n" -- c@d.example <"$f" || exit
done
declare -A by_queue_id
for stored in "$spool"/new/*; do
	mapfile -n 8 lines <"$stored"
	IFS=' ' read -r _ _ header_len _ <<<"${lines[0]}"
	[[ ${lines[7]} =~ ^queue-id\ [0-9]*\ (Q[0-9]*) ]] || exit
	by_queue_id[${BASH_REMATCH[1]}]="$((16#$header_len)) $stored"
done
n=0
for f in "$mail"/*; do
	n=$((n + 1))
	read -r header_len stored <<<"${by_queue_id[Q$n]}"
	cmp --ignore-initial="$header_len:0" "$stored" "$f" || exit
done
echo "$n messages, ${#by_queue_id[@]} stored"
SCRIPT
}

@test "all of the corpus" {
	[ -d "$CORPUS/mail" ] || skip "no corpus at $CORPUS (MROUTE_CORPUS names another place)"
	spool_make "$WORK/spool"
	try as_owner "$BASH" -c "$(script)" "$WORK/bin/mroute-deliver" "$WORK/spool" "$CORPUS/mail"
	n=$(find "$CORPUS/mail" -type f | wc -l)
	[ "$n" -gt 600 ]
	[ "$output" = "$n messages, $n stored" ]
}

# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# SPDX-License-Identifier: MIT
#
# For tests of mroute-deliver: `load helper` and `load door`. Each test has a
# spool of its own at $spool and a small message in $WORK/msg.

own_as "$(id -un)" # one process less for each of the many doors

setup_file() {
	work_make
}

teardown_file() {
	spool_remove "$WORK/spool"
	work_remove
}

setup() {
	spool=$WORK/spool
	spool_remove "$spool"
	spool_make "$spool"
	printf 'From: Jane <jane@paper.example>\nSubject: x\n\nhello\n' >"$WORK/msg"
}

# deliver [OPTION...]: the message in $WORK/msg, for one recipient.
deliver() {
	as_owner "$WORK/bin/mroute-deliver" -s "$spool" -f jane@paper.example "$@" \
	    -- press@test.example <"$WORK/msg"
}

door() {
	as_owner "$WORK/bin/mroute-deliver" "$@" <"$WORK/msg"
}

# One message in new/, whole and as it was; nothing in tmp/.
expect_stored() {
	local id
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	id=$(names_in "$spool/new")
	[[ $id =~ ^[0-7][0-9A-HJKMNP-TV-Z]{25}$ ]]
	stored=$spool/new/$id
		spool_bytes "$stored" | cmp - "$WORK/msg"
	[ -z "$(names_in "$spool/tmp")" ]
}

# 75, the fixed line and not a word more; nothing in the spool.
expect_deferred() {
	[ "$status" -eq 75 ]
	[ "$output" = '4.3.0 mroute: try again later' ]
	[ -z "$stderr" ]
	[ -z "$(names_in "$WORK/spool/new")" ]
	[ -z "$(names_in "$WORK/spool/tmp")" ]
}

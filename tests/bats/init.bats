#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute init: an instance that is complete, and nothing overwritten.

setup() {
	mroute=$BUILD/mroute
	unset MROUTE_SHARE MROUTE_CONF
	dir=$BATS_TEST_TMPDIR/site
}

@test "an instance has configuration, rules with lists, spool and a Maildir a team" {
	run "$mroute" init "$dir"
	[ "$status" -eq 0 ]
	[ -f "$dir/mroute.conf" ]
	[ -f "$dir/spool/FORMAT" ]
	diff -r rules "$dir/rules"
	while read -r team; do
		[ -d "$dir/mail/$team/new" ]
		[ -d "$dir/mail/$team/cur" ]
		[ -d "$dir/mail/$team/tmp" ]
	done < <(sed -n 's/^  forward *//p' rules/*.rules)
	[ "$(grep -c '^team ' "$dir/mroute.conf")" -eq "$(ls "$dir/mail" | wc -l)" ]
}

@test "each team of the configuration says what it is for" {
	"$mroute" init "$dir"
	grep -B1 '^team ' "$dir/mroute.conf" | grep -c '^# [a-z]' >"$BATS_TEST_TMPDIR/said"
	[ "$(cat "$BATS_TEST_TMPDIR/said")" -eq "$(grep -c '^team ' "$dir/mroute.conf")" ]
}

@test "spool and mail are for their owner alone" {
	"$mroute" init "$dir"
	[ "$(stat -c %a "$dir/spool")" = 700 ]
	[ "$(stat -c %a "$dir/mail")" = 700 ]
}

@test "it says what to type next, and that works" {
	"$mroute" init "$dir" >"$BATS_TEST_TMPDIR/out"
	grep -q 'next:' "$BATS_TEST_TMPDIR/out"
	deliver=$(sed -n 's/^ *\(.*mroute-deliver\) -s.*/\1/p' "$BATS_TEST_TMPDIR/out")
	"$deliver" -s "$dir/spool" -f a@b.example -- marketing@company.example \
	    <tests/mail/press-interview.eml
	[ "$(find "$dir/spool/new" -type f | wc -l)" -eq 1 ]
}

@test "nothing that is there is overwritten" {
	local there
	for there in mroute.conf rules spool mail; do
		mkdir -p "$dir"
		echo mine >"$dir/$there"
		run "$mroute" init "$dir"
		[ "$status" -eq 2 ]
		[[ $output == *"'$dir/$there' is there already"* ]]
		[ "$(ls "$dir")" = "$there" ]
		[ "$(cat "$dir/$there")" = mine ]
		rm -r "$dir"
	done
}

@test "a directory with other things in it is fine" {
	mkdir "$dir"
	echo mine >"$dir/README"
	"$mroute" init "$dir"
	[ "$(cat "$dir/README")" = mine ]
}

@test "a relative path is understood" {
	cd "$BATS_TEST_TMPDIR"
	"$mroute" init site >out
	[ -f site/mroute.conf ]
	grep -qF "$BATS_TEST_TMPDIR/site/mroute.conf" out
}

@test "spool and mail can lie elsewhere" {
	"$mroute" init --spool "$BATS_TEST_TMPDIR/state" "$dir"
	[ -f "$BATS_TEST_TMPDIR/state/FORMAT" ]
	[ -d "$BATS_TEST_TMPDIR/state/mail/press-team/new" ]
	[ ! -e "$dir/spool" ]
	grep -qx "  path     $BATS_TEST_TMPDIR/state" "$dir/mroute.conf"
	run "$mroute" init --spool "$BATS_TEST_TMPDIR/a b" "$dir/x"
	[ "$status" -eq 2 ]
}

@test "a parent that is not there is told, and nothing made" {
	run "$mroute" init "$dir/no/such"
	[ "$status" -eq 2 ]
	[[ $output == *"$dir/no/such"* ]]
	[ ! -e "$dir" ]
}

@test "MROUTE_SHARE names the pack" {
	mkdir -p "$BATS_TEST_TMPDIR/share/rules/lists"
	cp rules/90-triage.rules "$BATS_TEST_TMPDIR/share/rules"
	MROUTE_SHARE=$BATS_TEST_TMPDIR/share "$mroute" init "$dir"
	[ "$(ls "$dir/rules")" = $'90-triage.rules\nlists' ]
	MROUTE_SHARE=/nowhere run "$mroute" init "$dir/2"
	[ "$status" -eq 2 ]
	[[ $output == *MROUTE_SHARE* ]]
}

@test "--owner: state is the user's, what people edit is root's" {
	if [ "$(id -u)" -ne 0 ]; then
		run "$mroute" init --owner nobody "$dir"
		[ "$status" -eq 2 ]
		[[ $output == *'only root'* ]]
		return
	fi
	chmod 755 "$BATS_RUN_TMPDIR"	# nobody must get to its spool
	"$mroute" init --owner nobody "$dir"
	[ "$(find "$dir/spool" "$dir/mail" ! -user nobody)" = '' ]
	[ "$(find "$dir/rules" "$dir/mroute.conf" ! -user root)" = '' ]
	run "$mroute" init --owner no-such-user "$dir/2"
	[ "$status" -eq 2 ]
	[ ! -e "$dir/2" ]
}

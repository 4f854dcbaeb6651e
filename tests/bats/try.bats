#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# make try: the samples reach the people they are meant for.

bats_require_minimum_version 1.5.0

setup_file() {
	# A build directory of its own, so that build/try stays what it is.
	export OWN=$BATS_FILE_TMPDIR/build
	mkdir "$OWN"
	ln -s "$BUILD/mroute" "$BUILD/mroute-deliver" "$OWN"
	unset MROUTE_SHARE MROUTE_CONF
	cd "$BATS_TEST_DIRNAME/../.."
	BUILD=$OWN contrib/try >"$BATS_FILE_TMPDIR/out" 2>&1 ||
	    { cat "$BATS_FILE_TMPDIR/out" && false; }
}

setup() {
	out=$BATS_FILE_TMPDIR/out
}

# goes SAMPLE ROUTE TEAM: the table says so, and it lies there.
goes() {
	local mail=tests/mail/$1.eml
	grep -qE "^$1 +$2 +[0-9]+  mail/$3 +[^ ]" "$out" ||
	    { echo "$1 did not go to $2:" && grep "^$1" "$out" && false; }
	grep -rqF "$(grep -m1 '^Message-ID:' "$mail")" "$OWN/try/mail/$3/new"
}

@test "each route has its mail" {
	goes press-interview press press-team
	goes press-german press press-team
	goes applicant-cv applicant hiring-team
	goes applicant-german applicant hiring-team
	goes sponsorship-html-only sponsorship partner-team
	goes sponsorship-windows-1252 sponsorship partner-team
	goes website-bug-404 website-bug web-team
	goes website-bug-reply website-bug web-team
	goes event-speaker event events-team
	goes partnership-integration partnership partner-team
	goes support-build-fails support support-team
	goes support-french support support-team
	goes content-guest-article content content-team
	goes lead-quote lead sales-team
	goes swag-meetup swag swag-team
	goes security-report security security-team
	goes legal-erasure legal legal-team
	goes bounce auto mail-admins
	goes auto-reply auto mail-admins
}

@test "what nobody reads goes to a pile" {
	goes newsletter-issue newsletter newsletter-pile
	goes vendor-seo-pitch vendor vendor-pile
	goes spam-inheritance spam spam-pile
}

@test "every route of the pack is shown" {
	while read -r route; do
		grep -qE "^[a-z0-9-]+ +$route +" "$out" ||
		    { echo "no sample for $route" && false; }
	done < <(sed -n 's/^route //p' rules/*.rules)
}

@test "what no rule claims goes to a person" {
	goes nobody-invoice triage front-desk
	goes nobody-japanese triage front-desk
}

@test "every sample is in the table, and in one Maildir" {
	for f in tests/mail/*.eml; do
		name=${f##*/}
		[ "$(grep -c "^${name%.eml} " "$out")" -eq 1 ]
	done
	[ "$(find "$OWN/try/mail" -path '*/new/*' -type f | wc -l)" -eq \
	    "$(find tests/mail -name '*.eml' | wc -l)" ]
}

@test "the bytes below our lines are those that went in" {
	for f in "$OWN"/try/mail/*/new/*; do
		# Ours stand above, up to the last X-Mroute-; then the message.
		n=$(grep -nE '^(X-Mroute-|Return-Path:|Delivered-To:|X-Original-To:)' "$f" | tail -n 1)
		found=no
		for sample in tests/mail/*.eml; do
			tail -n +$((${n%%:*} + 1)) "$f" | cmp -s - "$sample" && found=yes
		done
		[ $found = yes ] || { echo "$f" && false; }
	done
}

@test "what to type next works as it stands" {
	sed -n '/^next:/,$s/^  \([^ ]*mroute -c .*\)/\1/p' "$out" | while read -r line; do
		case $line in *' reroute '*) continue ;; esac
		echo "$line"
		eval "$line" >/dev/null
	done
	line=$(sed -n 's/^  \([^ ]*mroute -c .* reroute .*\)/\1/p' "$out")
	eval "$line"
	"$OWN/mroute" -c "$OWN/try/mroute.conf" run --once
	[ "$(find "$OWN/try/mail/press-team/new" -type f | wc -l)" -eq 3 ]
}

@test "a second time keeps the first" {
	echo '# mine' >>"$OWN/try/rules/20-press.rules"
	BUILD=$OWN run contrib/try
	[ "$status" -eq 0 ]
	grep -q '# mine' "$OWN/try.before/rules/20-press.rules"
	run ! grep -q '# mine' "$OWN/try/rules/20-press.rules"
}

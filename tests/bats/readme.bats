#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the README shows is what one gets.

setup() {
	mroute=$BUILD/mroute
	unset MROUTE_SHARE MROUTE_CONF
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
}

@test "the picture of mroute test is real" {
	"$mroute" init "$BATS_TEST_TMPDIR/site" >/dev/null 2>&1
	cd "$root/tests/mail"
	# On a terminal of 88 columns, as the picture was made.
	TERM=dumb script -qec "stty cols 88; COLUMNS=88 '$mroute' \
	    -c '$BATS_TEST_TMPDIR/site/mroute.conf' test press-interview.eml" /dev/null |
	    tr -d '\r' >"$BATS_TEST_TMPDIR/real"
	sed -n '/^\$ mroute test press-interview/,/^```/p' "$root/README.md" |
	    sed '1d;$d' >"$BATS_TEST_TMPDIR/shown"
	diff -u "$BATS_TEST_TMPDIR/shown" "$BATS_TEST_TMPDIR/real"
}

@test "the picture of mroute replay is real" {
	cd "$root/tests/rules/replay"
	TERM=dumb script -qec "stty cols 88; COLUMNS=88 '$mroute' -c mroute.conf \
	    replay --rules new *.eml" /dev/null |
	    tr -d '\r' >"$BATS_TEST_TMPDIR/real"
	sed -n '/^\$ mroute replay/,/^```/p' "$root/README.md" |
	    sed '1d;$d' >"$BATS_TEST_TMPDIR/shown"
	diff -u "$BATS_TEST_TMPDIR/shown" "$BATS_TEST_TMPDIR/real"
}

@test "the route in it is a route" {
	mkdir "$BATS_TEST_TMPDIR/rules"
	{
		echo 'version 1'
		sed -n '/^route press/,/^```/p' "$root/README.md" | sed '$d'
		printf 'route triage\n forward front-desk\notherwise triage\n'
	} >"$BATS_TEST_TMPDIR/rules/10.rules"
	"$mroute" check "$BATS_TEST_TMPDIR/rules"
}

@test "every file that README and the other documents point at is there" {
	cd "$root"
	for doc in *.md docs/*.md; do
		while read -r link; do
			case $link in http* | '#'*) continue ;; esac
			[ -e "$(dirname "$doc")/${link%%#*}" ] || { echo "$doc: $link" && false; }
		done < <(grep -oE '\]\([^)]+\)' "$doc" | sed 's/^](//; s/)$//')
	done
}

@test "the modules that the page of architecture names are there" {
	cd "$root"
	for f in $(grep -oE 'src/[a-z_]+/[a-z_]+\.[ch]' docs/ARCHITECTURE.md); do
		[ -f "$f" ] || { echo "$f" && false; }
	done
	while IFS='|' read -r _ layer what; do
		layer=${layer// /}
		for module in $(grep -oE '`[a-z_]+`' <<<"$what" | tr -d '`'); do
			compgen -G "src/$layer/$module*.[ch]" >/dev/null ||
			    { echo "$layer: $module" && false; }
		done
	done < <(grep -E '^\| (base|model|rules|state|net|flow|cmd) \|' docs/ARCHITECTURE.md)
}

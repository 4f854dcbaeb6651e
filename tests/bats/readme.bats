#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the README and the other documents say is there; their screens are
# compared by tests/tap/docs.

setup() {
	mroute=$BUILD/mroute
	unset MROUTE_SHARE MROUTE_CONF
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
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

@test "README points at every page of docs/, NEWS tells of every command" {
	cd "$root"
	for doc in docs/*.md; do
		grep -qF "]($doc)" README.md || { echo "$doc" && false; }
	done
	for c in $("$mroute" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		case $c in run | help) continue ;; esac
		grep -qE "\`(mroute )?$c\`" NEWS.md || { echo "$c" && false; }
	done
}

@test "each recipe of the cookbook has a screen, and its rules have examples both ways" {
	cd "$root"
	awk '/^## / { if (recipe && !screen) { print recipe ": no screen"; bad = 1 }
			recipe = $0; screen = 0; n++ }
		/^\$ mroute / { screen = 1 }
		/^<!-- file: .*\.rules -->/ { rules = 1; yes = no = 0 }
		/^  example yes/ { yes = 1 }
		/^  example no/ { no = 1 }
		/^```$/ && ++fence % 2 == 0 {
			if (rules && !(yes && no)) { print recipe ": no example"; bad = 1 }
			rules = 0 }
		END { exit bad || n < 20 || !screen }' docs/cookbook.md
}

@test "every place in a document that a link names is a heading of it" {
	cd "$root"
	for doc in *.md docs/*.md; do
		grep -E '^#+ ' "$doc" | sed -E 's/^#+ //' | tr A-Z a-z |
		    sed 's/[^a-z0-9 -]//g; s/ /-/g' >"$BATS_TEST_TMPDIR/headings"
		while read -r place; do
			grep -qxF -- "$place" "$BATS_TEST_TMPDIR/headings" ||
			    { echo "$doc: #$place" && false; }
		done < <(grep -oE '\]\(#[^)]+\)' "$doc" | sed 's/^](#//; s/)$//')
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

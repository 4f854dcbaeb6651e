#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute fmt never changes a decision.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	tree=$PWD
	cd "$BATS_TEST_TMPDIR"
}

# The pack, its columns taken away, and laid out again decide alike.
@test "no message of the corpus is decided otherwise" {
	corpus=${MROUTE_CORPUS:-$tree/../shared/corpus}
	if [ ! -d "$corpus/mail" ]; then
		echo '# THE CORPUS IS NOT HERE: set MROUTE_CORPUS; only tests/mail is judged' >&3
		corpus=$tree/tests
	fi
	cp -r "$tree/rules" flat
	sed -Ei '/^ *[|#]/!{/^ *[A-Za-z-]+:/!s/^ +//}' flat/*.rules
	cp -r flat again
	"$mroute" fmt again >changed
	[ -s changed ]
	# Some are no messages at all, which both say.
	for dir in flat again; do
		"$mroute" test -r $dir --json --to marketing@company.example \
		    --from a@b.example "$corpus/mail" 2>/dev/null |
		    sed -E 's/"digest":"[0-9a-f]{64}"//' >$dir.out || true
	done
	[ "$(wc -l <flat.out)" -gt 10 ]
	diff flat.out again.out >difference || { head -c 2000 difference && false; }
}

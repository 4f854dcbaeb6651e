#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# make install: into DESTDIR, under PREFIX, and it works from there.

bats_require_minimum_version 1.5.0

setup_file() {
	export ROOT=$BATS_FILE_TMPDIR/root
	make -s --no-print-directory DEPS=there BUILT=1 BUILD="$BUILD" DESTDIR="$ROOT" PREFIX=/usr \
	    install >"$BATS_FILE_TMPDIR/log" 2>&1 || { cat "$BATS_FILE_TMPDIR/log" && false; }
	unset MROUTE_SHARE MROUTE_CONF
}

@test "programs, pack, manual, units and completions are in their places" {
	[ -x "$ROOT/usr/bin/mroute" ]
	[ -x "$ROOT/usr/libexec/mroute/mroute-deliver" ]
	[ -x "$ROOT/usr/libexec/mroute/mroute-chart" ]
	diff -r rules "$ROOT/usr/share/mroute/rules"
	for page in docs/man/*.[158]; do
		cmp "$page" "$ROOT/usr/share/man/man${page##*.}/${page##*/}"
	done
	[ -f "$ROOT/usr/share/bash-completion/completions/mroute" ]
	[ -x "$ROOT/usr/share/mroute/git/pre-commit" ]
	diff -r contrib/vim "$ROOT/usr/share/vim/vimfiles"
	grep -q '^ExecStart=/usr/bin/mroute ' "$ROOT/usr/lib/systemd/system/mroute.service"
	[ -f "$ROOT/usr/lib/systemd/system/mroute-summary.timer" ]
	grep -q '^ExecStart=/usr/bin/mroute .*summary --due$' \
	    "$ROOT/usr/lib/systemd/system/mroute-summary.service"
	grep -q '^0 7 .*/usr/bin/mroute .*summary --due$' \
	    "$ROOT/usr/share/doc/mroute/cron/mroute-summary"
	run ! grep -r @PREFIX@ "$ROOT"
}

@test "nothing is written outside of PREFIX" {
	[ "$(ls "$ROOT")" = usr ]
}

@test "what is installed finds its pack and its door, from any directory" {
	cd /
	"$ROOT/usr/bin/mroute" init "$BATS_TEST_TMPDIR/site" >"$BATS_TEST_TMPDIR/out"
	diff -r "$ROOT/usr/share/mroute/rules" "$BATS_TEST_TMPDIR/site/rules"
	grep -qF "$ROOT/usr/libexec/mroute/mroute-deliver -s" "$BATS_TEST_TMPDIR/out"
}

@test "the door needs no library and no interpreter" {
	run readelf -lW "$ROOT/usr/libexec/mroute/mroute-deliver"
	[ "$status" -eq 0 ]
	[[ $output != *INTERP* ]]
}

@test "mroute is hardened: PIE, full RELRO, no executable stack" {
	file=$ROOT/usr/bin/mroute
	readelf -hW "$file" | grep -q 'Type:.*DYN'
	readelf -dW "$file" | grep -q 'BIND_NOW\|FLAGS.*NOW'
	readelf -lW "$file" | grep -q GNU_RELRO
	readelf -lW "$file" | awk '/GNU_STACK/ { exit $(NF - 1) ~ /E/ }'
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tests/lint/style can fail: each offence alone in a tree that is right otherwise.

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p src/base tests/lint tests/bats contrib .ci
	cp "$BATS_TEST_DIRNAME/../lint/style" tests/lint/
	for f in Makefile tests/bats/a.bats; do
		printf '# SPDX-License-Identifier: MIT\n' >"$f"
	done
	c >src/base/a.c
}

# A source with the lines given, or with none.
c() {
	printf '/* SPDX-License-Identifier: MIT */\n'
	printf '%s\n' "$@"
}

# refused WHY: that and nothing else.
refused() {
	run tests/lint/style
	echo "$output"
	[ "$status" -eq 1 ]
	[ "$(grep -c ':$' <<<"$output")" -eq 1 ]
	[[ $output == "$1:"* ]]
}

@test "a tree that is right passes" {
	run tests/lint/style
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "licences" {
	echo 'int a;' >src/base/a.c
	refused 'no licence in the first line'
	c >src/base/a.c
	: >Makefile
	refused 'no licence in the first two lines'
}

@test "calls" {
	c '	strcpy(a, b);' >src/base/a.c
	refused 'forbidden call'
	c '	a = malloc(1);' >src/base/a.c
	refused 'memory that xalloc does not check'
}

@test "lengths and blanks" {
	c '{' "$(yes '	a();' | head -n 81)" '}' >src/base/a.c
	refused 'function of more than 80 lines'
	c "$(yes ';' | head -n 600)" >src/base/a.c
	refused 'file of more than 600 lines'
	c "/* $(printf 'x%.0s' {1..100}) */" >src/base/a.c
	refused 'line of more than 100 columns'
	c 'int a; ' >src/base/a.c
	refused 'blanks in place of tabs, or at the end'
}

@test "a test that sleeps, whatever it calls that" {
	printf '\tsl%s 1 # poll\n' eep >>tests/bats/a.bats
	refused 'a test that sleeps'
	mv tests/bats/a.bats tests/bats/helper.bash
	run tests/lint/style
	[ "$status" -eq 0 ]
}

@test "what is left undone" {
	c '/* TO''DO */' >src/base/a.c
	refused 'left undone'
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute(1), the help and the completions tell the same as the command table.

setup() {
	mroute=$BUILD/mroute
	page=docs/man/mroute.1
}

commands() {
	"$mroute" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The part of the page about a command: from its .It Ic to the next.
about() {
	awk -v want="$1" '
		/^\.Sh COMMANDS/ { on = 1 }
		/^\.Sh ENVIRONMENT/ { on = 0 }
		on && /^\.It Ic / { inside = $3 == want }
		on && inside' "$page"
}

# The long options in the help of a command, but for those that all have.
options() {
	"$mroute" help "$1" | sed -n 's/^  .*--\([a-z][a-z-]*\).*/\1/p' |
	    grep -vxE 'config|color|help'
}

@test "each command is in the manual" {
	for c in $(commands); do
		[ -n "$(about "$c")" ] || { echo "$c is not there" && false; }
	done
}

@test "each command in the manual is there" {
	while read -r c; do
		commands | grep -qx "$c" || { echo "$c is no command" && false; }
	done < <(sed -n '/^\.Sh COMMANDS/,/^\.Sh ENV/s/^\.It Ic \([a-z]*\).*/\1/p' "$page")
}

@test "each option of each command is in the manual, and no other" {
	for c in $(commands); do
		diff -u --label "mroute help $c" <(options "$c" | sort) \
		    --label "$page: $c" <(about "$c" |
			sed -nE 's/^\.It (Fl [a-z0-9] , )?Fl Fl ([a-z-]+).*/\2/p' | sort)
	done
}

@test "the help of each command fits a terminal of 80 columns" {
	for c in $(commands); do
		"$mroute" help "$c" | awk -v c="$c" 'length($0) > 80 { print c ": " $0; bad = 1 }
			END { exit bad }'
	done
	"$mroute" help | awk 'length($0) > 80 { print; bad = 1 } END { exit bad }'
}

@test "completions are those of the command table (make completions)" {
	diff -u contrib/completions/mroute.bash <("$mroute" completion bash)
	diff -u contrib/completions/_mroute <("$mroute" completion zsh)
	diff -u contrib/completions/mroute.fish <("$mroute" completion fish)
	run "$mroute" completion csh
	[ "$status" -eq 2 ]
}

# complete WORD...: what bash offers for the last word.
complete() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_mroute
	echo "${COMPREPLY[@]}"
}

@test "bash completes commands, options, words and files" {

	# shellcheck disable=SC1090
	source <(sed '/^complete /d' contrib/completions/mroute.bash)
	[[ " $(complete mroute '') " == *' init '* ]]
	[[ " $(complete mroute '') " != *' completion '* ]]
	[ "$(complete mroute -c init ini)" = init ]
	[ "$(complete mroute init --ow)" = --owner ]
	[ "$(complete mroute --color al)" = always ]
	[ "$(complete mroute init LICEN)" = LICENSE ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# contrib/git/pre-commit and contrib/ci: rules that are wrong don't get in.

bats_require_minimum_version 1.5.0

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	unset MROUTE_SHARE MROUTE_CONF
	export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 \
	    PATH=$BUILD:$PATH
	git init -q -b main "$BATS_TEST_TMPDIR/repo"
	cd "$BATS_TEST_TMPDIR/repo"
	git config user.name Rosa
	git config user.email rosa@company.example
	ln -s "$root/contrib/git/pre-commit" .git/hooks/pre-commit
	mkdir rules
	write_rules interview
}

# write_rules PHRASE: a rule with an example that has "interview".
write_rules() {
	cat >rules/20-press.rules <<-END
		version 1

		route press
		  forward  press-team

		  +60  subject  has  $1
		  example yes  A reporter
		    Subject: An interview

		otherwise triage

		route triage
		  keep
	END
}

write_conf() {
	cat >mroute.conf <<-'END'
		alias marketing@company.example
		  rules rules
		  bounce-address bounces@company.example
		team press-team
		  members ann@company.example
	END
}

commits() {
	git rev-list --count HEAD 2>/dev/null || echo 0
}

@test "good rules are committed" {
	git add .
	git commit -q -m 'press: begin'
	[ "$(commits)" = 1 ]
}

@test "rules with a mistake are refused, and the place is shown" {
	sed -i s/subject/subjct/ rules/20-press.rules
	git add .
	run git commit -q -m 'press: begin'
	[ "$status" -ne 0 ]
	[[ $output == *"rules/20-press.rules:6:8: error MR012: unknown field 'subjct'"* ]]
	[[ $output == *"did you mean 'subject'?"* ]]
	[[ $output == *'nothing was committed'* ]]
	[ "$(commits)" = 0 ]
}

@test "an example that is decided otherwise is refused" {
	write_rules podcast
	git add .
	run git commit -q -m 'press: begin'
	[ "$status" -ne 0 ]
	[[ $output == *"MR080: example 'A reporter' goes to 'triage', not to 'press'"* ]]
	[ "$(commits)" = 0 ]
}

@test "rules that fmt lays out another way are refused, with the difference" {
	sed -i 's/has /has    /' rules/20-press.rules
	git add .
	run git commit -q -m 'press: begin'
	[ "$status" -ne 0 ]
	[[ $output == *'-  +60  subject  has     interview'*'+  +60  subject  has  interview'* ]]
	[[ $output == *'mroute fmt rules/20-press.rules lays it out'* ]]
	# A file that was never laid out: its name is enough.
	for i in {1..40}; do echo "  +1   text has word$i"; done >lines
	sed -i '/subject/r lines' rules/20-press.rules
	git add rules
	run git commit -q -m 'press: begin'
	[ "$status" -ne 0 ]
	[[ $output == *'mroute fmt rules/20-press.rules lays it out'* ]]
	[[ $output != *'word7'* ]]
	mroute fmt rules
	git add .
	git commit -q -m 'press: begin'
}

@test "what counts is what would be committed, not the work tree" {
	git add .
	sed -i s/subject/subjct/ rules/20-press.rules
	git commit -q -m 'press: the index is right'
	[ "$(commits)" = 1 ]
	git add .
	write_rules interview
	run git commit -q -m 'press: the index is wrong'
	[ "$status" -ne 0 ]
	git commit -q --allow-empty -a -m 'press: all of it is right'
	[ "$(commits)" = 2 ]
}

@test "with a configuration the names of teams are checked" {
	write_conf
	git add .
	git commit -q -m begin
	sed -i 's/press-team/pres-team/' mroute.conf
	git add .
	run git commit -q -m 'teams: rename'
	[ "$status" -ne 0 ]
	[[ $output == *'rules/20-press.rules:4:12: error MR036'* ]]
}

@test "attack: names that look like options, with blanks and quotes" {
	mkdir -- '-r x"'
	git add .
	git commit -q -m begin
	sed 's/^version 1/version 1\n\n\n/' rules/20-press.rules >'-r x"/--help.rules'
	git add .
	run git commit -q -m 'more'
	[ "$status" -ne 0 ]
	[[ $output == *'mroute fmt -r x"/--help.rules lays it out'* ]]
}

@test "git config says what to check" {
	mkdir drafts
	echo nonsense >drafts/10.rules
	git add .
	run git commit -q -m begin
	[ "$status" -ne 0 ]
	[[ $output == *'drafts/10.rules:1:1: error MR010'* ]]
	git config --add mroute.check rules
	git commit -q -m begin
}

@test "a list is checked as well, and a file that is gone" {
	sed -i '6s/.*/  +60  from.domain  in   lists\/papers.txt/; 7,8d' rules/20-press.rules
	mkdir rules/lists
	echo daily.example >rules/lists/papers.txt
	git add .
	git commit -q -m begin
	git rm -q --cached rules/lists/papers.txt
	run git commit -q -m 'lists: remove'
	[ "$status" -ne 0 ]
	[[ $output == *MR032* ]]
}

@test "other commits are not held up, and without mroute it says so" {
	echo hello >README
	git add README
	PATH=/usr/bin:/bin git commit -q -m 'a note'
	git add .
	PATH=/usr/bin:/bin run git commit -q -m 'press: begin'
	[ "$status" -ne 0 ]
	[[ $output == *'there is no mroute here'*'--no-verify'* ]]
}

# The commands of a snippet that judge the rules, in this repository.
ci_commands() {
	sed -nE 's/^ +- (run: )?((mroute|git ls-files) .*)/\2/p' "$root/contrib/ci/$1"
}

@test "what CI runs accepts good rules, and refuses bad ones" {
	write_conf
	git add .
	for ci in github.yml gitlab.yml; do
		write_rules interview
		[ "$(ci_commands "$ci" | grep -c mroute)" -ge 1 ]
		bash -e -o pipefail <(ci_commands "$ci")
		sed -i 's/interview/interview, "interview"/' rules/20-press.rules
		run bash -e -o pipefail <(ci_commands "$ci")
		[ "$status" -ne 0 ]
		[[ $output == *MR059* ]]
	done
}

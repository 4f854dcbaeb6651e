#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute check: what it looks at, and how it ends.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	unset MROUTE_SHARE MROUTE_CONF
	dir=$BATS_TEST_TMPDIR/site
	cd "$BATS_TEST_TMPDIR"
}

# A small site that is right: the pack takes seconds to judge.
make_site() {
	mkdir -p "$dir/rules/lists"
	cat >"$dir/mroute.conf" <<-'END'
		alias marketing@company.example
		  rules  rules
		team press-team
		  members  maildir:mail/press
		team front-desk
		  members  maildir:mail/desk
	END
	echo dailyplanet.example >"$dir/rules/lists/newsrooms.txt"
	cat >"$dir/rules/20-press.rules" <<-'END'
		version 1
		route press
		  forward  press-team
		  +60  subject      has  interview
		  +40  from.domain  in   lists/newsrooms.txt
		  -60  header:List-Unsubscribe  present
		  never  is         bounce, auto-reply
		  example yes  A reporter
		    Subject: Interview request
		  example no  A newsletter that mentions an interview
		    Subject: Our best interview yet
		    List-Unsubscribe: <https://x.example/u>
	END
	cat >"$dir/rules/30-applicant.rules" <<-'END'
		version 1
		route applicant
		  forward  front-desk
		  +60  subject  has  application
	END
	cat >"$dir/rules/90-triage.rules" <<-'END'
		version 1
		otherwise triage
		route triage
		  forward  front-desk
	END
}

@test "the pack that ships is right, with all its examples" {
	run --separate-stderr "$mroute" check "$BATS_TEST_DIRNAME/../../rules"
	[ "$status" -eq 0 ]
	[[ $output == *'examples: all is well'* ]]
	[[ $stderr == *'MR056'* ]]
}

@test "each route of the pack has examples for and against, but the last" {
	for f in "$BATS_TEST_DIRNAME"/../../rules/*.rules; do
		case $f in */90-triage.rules | *-words.rules | */site.rules) continue ;; esac
		[ "$(grep -c '^  example yes' "$f")" -ge 2 ]
		[ "$(grep -c '^  example no' "$f")" -ge 1 ]
	done
}

@test "an instance is right as it was made; teams are known" {
	"$mroute" init "$dir" >/dev/null 2>&1
	run --separate-stderr "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 0 ]
	[[ $stderr != *' note '* ]]
}

@test "the configuration: -c, operand, MROUTE_CONF, ./mroute.conf" {
	make_site
	"$mroute" check -c "$dir/mroute.conf"
	"$mroute" check "$dir/mroute.conf"
	MROUTE_CONF=$dir/mroute.conf "$mroute" check
	cd "$dir"
	"$mroute" check
	cd ..
	run "$mroute" check
	[ "$status" -eq 2 ]
	[[ $output == *'no configuration'* ]]
}

@test "a rule file stands for its directory" {
	make_site
	run "$mroute" check "$dir/rules/20-press.rules"
	[ "$status" -eq 0 ]
	[[ $output == *'3 routes'* ]]
	cd "$dir/rules"
	run "$mroute" check 20-press.rules
	[ "$status" -eq 0 ]
}

@test "another file is neither: one clear error" {
	printf 'Subject: alias\n\nhello\n' >mail.eml
	run --separate-stderr "$mroute" check mail.eml
	[ "$status" -eq 2 ]
	[ "$stderr" = "mroute: 'mail.eml' is neither a configuration nor a rule file (*.rules); a message is judged by \`mroute test\`" ]
	printf 'shopping list\n' >notes.txt
	run --separate-stderr "$mroute" check notes.txt
	[ "$status" -eq 2 ]
	[ "$stderr" = "mroute: 'notes.txt' is neither a configuration nor a rule file (*.rules)" ]
}

@test "a configuration by any name, and one that begins wrongly" {
	make_site
	cp "$dir/mroute.conf" "$dir/mail-routing"
	"$mroute" check "$dir/mail-routing"
	sed -i '0,/^alias/s/^alias/aliass/' "$dir/mroute.conf"
	run "$mroute" check "$dir/mroute.conf"
	[ "$status" -eq 2 ]
	[[ $output == *MR101* ]]
}

@test "a mistake in the rules: place, line, hint; status 2" {
	make_site
	sed -i '0,/subject/s/subject/subjct/' "$dir/rules/30-applicant.rules"
	run --separate-stderr "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 2 ]
	[[ $stderr == *"30-applicant.rules:"*"error MR012: unknown field 'subjct'"* ]]
	[[ $stderr == *"did you mean 'subject'?"* ]]
	[ "$output" = '1 error: this would not be used' ]
}

@test "a mistake in the configuration: status 2" {
	make_site
	sed -i 's/^  rules /  ruels /' "$dir/mroute.conf"
	run "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 2 ]
	[[ $output == *"mroute.conf:"*"error"*"ruels"* ]]
}

@test "a team that is not in the configuration: status 2" {
	make_site
	sed -i 's/^team press-team/team pres-team/' "$dir/mroute.conf"
	run "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 2 ]
	[[ $output == *press-team* ]]
}

@test "an example that is decided otherwise: status 1, and where it goes" {
	make_site
	sed -i 's/example no  A newsletter that/example yes  A newsletter that/' \
	    "$dir/rules/20-press.rules"
	run --separate-stderr "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 1 ]
	[[ $stderr == *MR080*"A newsletter that mentions an interview"* ]]
	[[ $output == *'1 of them decided otherwise'* ]]
}

@test "a list that is missing: status 2" {
	make_site
	rm "$dir/rules/lists/newsrooms.txt"
	run "$mroute" -c "$dir/mroute.conf" check
	[ "$status" -eq 2 ]
	[[ $output == *lists/newsrooms.txt* ]]
}

@test "a directory that lies over another: alone it lacks much, and that is said" {
	make_site
	mkdir own
	cp "$dir/rules/20-press.rules" own
	run "$mroute" check own
	[ "$status" -eq 2 ]
	[[ $output == *MR050*'where this directory lies over another, name both: OTHER:THIS'* ]]
	run "$mroute" -c "$dir/mroute.conf" replay -r own "$dir/rules"
	[ "$status" -eq 2 ]
	[[ $output == *'name both: OTHER:THIS'* ]]
	run "$mroute" check site/rules:own
	[ "$status" -eq 0 ]
	printf 'Subject: interview\n\nx\n' >m.eml
	"$mroute" test -r site/rules:own --expect press m.eml
	run "$mroute" check site/rules:absent
	[ "$status" -eq 2 ]
	[[ $output == *MR008*"'absent'"* ]]
}

# Two routes, and a line that can never matter.
make_slip() {
	mkdir rules
	cat >rules/10.rules <<-'END'
		version 1
		route press
		  keep
		  +60 subject has interview
		  +10 is bounce
		  never is bounce
		otherwise rest
		route rest
		  keep
	END
	printf 'alias press@company.example\n  rules rules\n' >mroute.conf
	printf 'alias jobs@company.example\n  rules rules\n' >>mroute.conf
}

@test "a warning alone: status 0, with --strict 1" {
	make_slip
	run --separate-stderr "$mroute" check rules
	[ "$status" -eq 0 ]
	[[ $stderr == *'warning MR062'* ]]
	[ "$output" = '2 routes, 3 lines, 0 examples: all is well; 1 warning' ]
	run --separate-stderr "$mroute" check --strict rules
	[ "$status" -eq 1 ]
	run --separate-stderr "$mroute" check --strict --json rules
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.usable, .warnings]' <<<"$output")" = '[true,1]' ]
	sed -i '/+10/d' rules/10.rules
	"$mroute" check --strict rules
}

@test "aliases that share their rules hear of a slip once" {
	make_slip
	run --separate-stderr "$mroute" check
	[ "$status" -eq 0 ]
	[ "$(grep -c MR062 <<<"$stderr")" -eq 1 ]
}

@test "a large pack: slips are looked for in little time" {
	mkdir big
	awk 'BEGIN {
		print "version 1\notherwise rest\nroute rest\n  keep"
		split("subject text quoted links", field, " ")
		for (r = 1; r <= 17; r++) {
			print "route r" r "\n  keep"
			for (f in field) {
				printf "  +20 %s has x", field[f]
				for (i = 1; i <= 500; i++)
					printf ",%sword%d phrase%d*", i % 50 ? " " : "\n", i, r
				print ""
			}
		}
	}' >big/10.rules
	run timeout 60 "$mroute" check big
	[ "$status" -eq 0 ]
	[[ $output == *': all is well' ]]
}

@test "--json: one object" {
	make_site
	run --separate-stderr "$mroute" -c "$dir/mroute.conf" check --json
	[ "$status" -eq 0 ]
	[ "$(jq -r .usable <<<"$output")" = true ]
	[ "$(jq -r .failed <<<"$output")" = 0 ]
	[ "$(jq -r .routes <<<"$output")" = 3 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute new route: a file that is right as it is, and in its place.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	cd "$BATS_TEST_TMPDIR"
	unset MROUTE_CONF
}

# Rules of two directories, as a site has them.
make_site() {
	mkdir -p pack site
	cat >pack/10-press.rules <<-'END'
		version 1
		route press
		  forward  press-team
		  +60  start  has  interview
	END
	cat >pack/90-rest.rules <<-'END'
		version 1
		otherwise rest
		route rest
		  file     Rest
		  forward  front-desk
	END
	printf 'version 1\n' >site/00-site.rules
	cat >mroute.conf <<-'END'
		alias press@company.example
		  rules pack site
		  store box
		imap box
		  maildir mail
		team press-team
		  members maildir:mail/press
		team front-desk
		  members maildir:mail/desk
	END
}

@test "in the pack that ships: right at once, without a warning of its own" {
	"$mroute" init site >/dev/null 2>&1
	run --separate-stderr "$mroute" -c site/mroute.conf new route podcasts
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = "$PWD/site/rules/80-podcasts.rules" ]
	run --separate-stderr "$mroute" -c site/mroute.conf check
	[ "$status" -eq 0 ]
	[[ $stderr != *podcasts* ]]
	"$mroute" fmt --diff site/rules/80-podcasts.rules
}

@test "what to type next works as it stands" {
	make_site
	printf 'Subject: podcasts for certain\n\nx\n' >MAIL.eml
	"$mroute" new route podcasts >out
	grep -c '^  ' out
	while read -r line; do
		case $line in *mroute*)
			echo "$line"
			eval "$line" >>shown
			;;
		esac
	done < <(sed -n '/^next:/,$s/^  \([^ ]\)/\1/p' out)
	grep -q 'Route.*podcasts' shown
	grep -q 'all is well' shown
}

@test "it goes into the last directory, between the others and otherwise" {
	make_site
	run "$mroute" new route podcasts
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$PWD/site/20-podcasts.rules" ]
	grep -qx '  forward  front-desk' site/20-podcasts.rules
	grep -qx '    To: press@company.example' site/20-podcasts.rules
	"$mroute" check --strict
	mv site/20-podcasts.rules site/85-podcasts.rules
	run "$mroute" new route second
	[ "${lines[0]}" = "$PWD/site/86-second.rules" ]
	mv site/86-second.rules site/89-second.rules
	run "$mroute" new route third
	[ "${lines[0]}" = "$PWD/site/89-third.rules" ]
	"$mroute" check --strict
}

@test "--dir: an alias' directory, or one alone" {
	make_site
	run "$mroute" new --dir pack route podcasts
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = pack/20-podcasts.rules ]
	"$mroute" check --strict
	cp -r pack alone
	mv mroute.conf elsewhere.conf
	sed -i '/file/d; /forward  front-desk/s/.*/  keep/' alone/90-rest.rules
	run "$mroute" new route --dir alone swag
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = alone/30-swag.rules ]
	[[ $output == *"check alone"*"test -r alone MAIL.eml"* ]]
	grep -qx '  keep' alone/30-swag.rules
	"$mroute" check --strict alone
}

@test "nothing is overwritten, no name twice" {
	make_site
	run "$mroute" new route press
	[ "$status" -eq 2 ]
	[[ $output == *"there is a route 'press' already: pack/10-press.rules, line 2" ]]
	printf 'version 1\n' >site/20-podcasts.rules
	run "$mroute" new route podcasts
	[ "$status" -eq 2 ]
	[[ $output == *"20-podcasts.rules' is there already" ]]
	[ "$(cat site/20-podcasts.rules)" = 'version 1' ]
}

@test "attack: a file in a later directory would switch off one of the same name" {
	make_site
	sed 's/route press/route media/' pack/10-press.rules >pack/press.rules
	rm pack/10-press.rules
	mv pack/90-rest.rules pack/rest.rules
	run "$mroute" new route press
	[ "$status" -eq 2 ]
	[[ $output == *"pack/press.rules' is there already" ]]
	[ "$(ls site)" = 00-site.rules ]
}

@test "what can't be: another thing, a bad name, broken rules, no configuration" {
	run "$mroute" new list x
	[ "$status" -eq 2 ]
	[[ $output == *'write: new route NAME'* ]]
	run "$mroute" new route Press/1
	[ "$status" -eq 2 ]
	[[ $output == *"'Press/1' is not a name"* ]]
	run "$mroute" new route podcasts
	[ "$status" -eq 2 ]
	[[ $output == *'no configuration'* ]]
	make_site
	sed -i 's/start/strt/' pack/10-press.rules
	run "$mroute" new route podcasts
	[ "$status" -eq 2 ]
	[[ $output == *MR012*'mend them first'* ]]
	[ ! -e site/20-podcasts.rules ]
}

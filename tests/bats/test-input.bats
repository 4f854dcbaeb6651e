#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute test: where messages and their envelopes come from.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	mail=$BATS_TEST_DIRNAME/../mail
	pack=$BATS_TEST_DIRNAME/../../rules
	cd "$BATS_TEST_TMPDIR" || return
}

t() {
	run --separate-stderr "$mroute" test -r "$pack" "$@"
}

@test "standard input" {
	t - <"$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == '-' ]]
	[[ $output == *'  Route     press   '* ]]
	t - < <(cat "$mail/press-interview.eml")
	[[ $output == *'  Route     press   '* ]]
	t - </dev/null
	[ "$status" -eq 0 ]
	[[ $output == *'  Route     triage   '* ]]
}

@test "mbox, Maildir and directory give what the files give" {
	for f in "$mail"/press-*.eml; do
		echo "From x@y.example Sat Nov 28 18:47:01 2026"
		cat "$f"
		echo
	done >box
	mkdir -p md/cur md/new md/tmp
	cp "$mail/press-german.eml" md/cur/1:2,S
	cp "$mail/press-interview.eml" md/new/2
	cp "$mail/bounce.eml" md/tmp/3
	what() { "$mroute" test -r "$pack" --json "$@" |
	    sed -E 's/"file":"[^"]*"//; s/"size":[0-9]+//'; }
	what "$mail"/press-*.eml >files
	[ "$(wc -l <files)" -eq 2 ]
	what box | diff files -
	what md | diff files -
	all=("$mail"/*.eml)
	[ "$("$mroute" test -r "$pack" --json "$mail" | wc -l)" -eq "${#all[@]}" ]
}

@test "attack: in a directory a FIFO, a device and a socket are left out, and said" {
	mkdir box
	cp "$mail/press-interview.eml" box/1.eml
	mkfifo box/2.eml
	ln -s /dev/zero box/3.eml
	ln -s . box/4.eml
	ln -s nowhere box/5.eml
	run --separate-stderr timeout 20 "$mroute" test -r "$pack" --json box
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $stderr == *"'box/2.eml' is not a regular file"* ]]
	[[ $stderr == *"'box/3.eml' is not a regular file"* ]]
	[[ $stderr == *"cannot open 'box/5.eml'"* ]]
	# Who names one means it.
	t box/2.eml < <(cat "$mail/press-interview.eml" >box/2.eml)
	[[ $output == *'  Route     press   '* ]]
}

@test "attack: the name of a file moves no cursor" {
	esc=$'\e]0;title\a\e[2J'
	cp "$mail/press-interview.eml" "a$esc.eml"
	t "a$esc.eml" "b$esc.eml"
	[[ $stderr == *'cannot open '* ]]
	[[ $output$stderr != *[$'\e\a']* ]]
}

@test "the null sender is what --from <> says" {
	mkdir rules
	printf '%s\n' 'version 1' 'route a' ' forward a@x.example' ' always sender absent' \
	    'route b' ' forward b@x.example' 'otherwise b' >rules/1.rules
	for want in "a:--from <>" "b:--from x@y.example" "b:"; do
		read -ra args <<<"${want#*:}"
		run "$mroute" test -r rules --expect "${want%%:*}" "${args[@]}" \
		    "$mail/press-interview.eml"
		[ "$status" -eq 0 ]
	done
}

@test "the rules of the alias that the message is for" {
	"$mroute" init site >/dev/null
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/press-interview.eml"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'  Route     press   '* ]]
	run "$mroute" -c site/mroute.conf test --to ceo@company.example \
	    "$mail/press-interview.eml"
	[[ $output == *'no alias section is for ceo@company.example'* ]]
}

@test "what has been here before goes to the fallback, as live mail does" {
	{
		for i in $(seq 31); do echo "Received: from a by b; $i"; done
		cat "$mail/press-interview.eml"
	} >loop.eml
	t loop.eml
	[[ $output == *'  Route     fallback   a loop: '*' Received fields'* ]]
}

@test "a note tells when the engine runs other rules" {
	"$mroute" init site >/dev/null
	chown -R --reference=site/spool site 2>/dev/null || true
	"$mroute" -c site/mroute.conf run --once
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/bounce.eml"
	[ -z "$stderr" ]
	echo '# changed' >>site/rules/10-auto.rules
	run --separate-stderr "$mroute" -c site/mroute.conf test "$mail/bounce.eml"
	[ "$status" -eq 0 ]
	[[ $stderr == *'note: the engine still runs other rules'* ]]
}

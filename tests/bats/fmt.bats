#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute fmt: which files it writes, what it says, and how it ends.

bats_require_minimum_version 1.5.0

setup() {
	mroute=$BUILD/mroute
	cd "$BATS_TEST_TMPDIR"
	mkdir rules
	printf 'version 1\n\n\n\nroute press\n keep\n+60 subject has a,b\n' >rules/10.rules
	printf 'version 1\n\notherwise rest\n\nroute rest\n  keep\n' >rules/90.rules
	laid_out='version 1

route press
  keep
  +60  subject  has  a, b'
}

@test "a file is written when that changes it, and named" {
	chmod 640 rules/10.rules
	before=$(stat -c %i rules/90.rules)
	run --separate-stderr "$mroute" fmt rules/10.rules rules/90.rules
	[ "$status" -eq 0 ]
	[ "$output" = rules/10.rules ]
	[ -z "$stderr" ]
	[ "$(cat rules/10.rules)" = "$laid_out" ]
	[ "$(stat -c %a rules/10.rules)" = 640 ]
	[ "$(stat -c %i rules/90.rules)" = "$before" ]
	run "$mroute" fmt rules/10.rules
	[ -z "$output" ]
	[ "$(ls rules)" = $'10.rules\n90.rules' ]
}

@test "a directory: all its rule files" {
	echo 'not a rule' >rules/README
	run "$mroute" fmt rules
	[ "$status" -eq 0 ]
	[ "$output" = rules/10.rules ]
	mkdir empty
	run "$mroute" fmt empty
	[ "$status" -eq 2 ]
	[ "$output" = "mroute: there is no file *.rules in 'empty'" ]
}

@test "--diff changes nothing, shows what would be, status 1" {
	cp rules/10.rules before
	run "$mroute" fmt --diff rules
	[ "$status" -eq 1 ]
	[ "$output" = '--- rules/10.rules
+++ rules/10.rules (laid out)
@@ -1,7 +1,5 @@
 version 1
 
-
-
 route press
- keep
-+60 subject has a,b
+  keep
+  +60  subject  has  a, b' ]
	cmp before rules/10.rules
	run "$mroute" fmt --diff rules/90.rules
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "standard input goes to standard output" {
	run --separate-stderr "$mroute" fmt - <rules/10.rules
	[ "$status" -eq 0 ]
	[ "$output" = "$laid_out" ]
	run "$mroute" fmt --diff - <rules/10.rules
	[ "$status" -eq 1 ]
	[[ $output == '--- stdin'* ]]
}

@test "a file with errors stays as it is; the others are done" {
	sed -i 's/subject/subjct/' rules/10.rules
	printf 'version 1\nroute x\nkeep\n' >rules/20.rules
	cp rules/10.rules before
	run --separate-stderr "$mroute" fmt rules
	[ "$status" -eq 2 ]
	[ "$output" = rules/20.rules ]
	[[ $stderr == "rules/10.rules:7:5: error MR012: unknown field 'subjct'"* ]]
	[[ $stderr == *'`mroute check` tells more'* ]]
	cmp before rules/10.rules
	run --separate-stderr "$mroute" fmt - <rules/10.rules
	[ "$status" -eq 2 ]
	[ -z "$output" ]
}

@test "what is no rule file is refused" {
	echo 'alias *' >mroute.conf
	run "$mroute" fmt mroute.conf
	[ "$status" -eq 2 ]
	[ "$output" = "mroute: 'mroute.conf' is not a rule file (*.rules)" ]
	run "$mroute" fmt missing.rules
	[ "$status" -eq 2 ]
	run "$mroute" fmt
	[ "$status" -eq 2 ]
	[[ $output == *'FILE|DIR... is missing'* ]]
}

@test "of a link the file behind it is written" {
	mv rules/10.rules real
	ln -s ../real rules/10.rules
	"$mroute" fmt rules
	[ -L rules/10.rules ]
	[ "$(cat real)" = "$laid_out" ]
}

@test "attack: root takes nobody's file away" {
	[ "$(id -u)" -eq 0 ] || skip "only root can"
	chown nobody rules/10.rules
	chmod 4640 rules/10.rules
	"$mroute" fmt rules
	[ "$(stat -c '%U %a' rules/10.rules)" = 'nobody 640' ]
	[ "$(cat rules/10.rules)" = "$laid_out" ]
}

@test "a directory that can't be written to: status 2, nothing lost" {
	[ "$(id -u)" -ne 0 ] || skip "root writes everywhere"
	chmod 500 rules
	run "$mroute" fmt rules
	chmod 700 rules
	[ "$status" -eq 2 ]
	[[ $output == *"cannot create '10.rules.tmp'"* ]]
	grep -q 'a,b' rules/10.rules
}

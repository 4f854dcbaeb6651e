#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# contrib/vim: what Vim marks as a mistake is one, its words are those of the
# manual, and :make leads to the place.

bats_require_minimum_version 1.5.0

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	unset MROUTE_SHARE MROUTE_CONF
	PATH=$BUILD:$PATH
	mkdir -p "$BATS_TEST_TMPDIR/rules"
	cd "$BATS_TEST_TMPDIR"
}

# vim_do COMMAND...: with our files alone, without a terminal.
vim_do() {
	local c args=(-c 'filetype plugin on' -c 'syntax on')
	for c; do
		args+=(-c "$c")
	done
	vim -es -N -u NONE -i NONE -n --cmd "set runtimepath^=$root/contrib/vim" \
	    "${args[@]}" -c 'qall!' </dev/null
}

# marks FILE...: what Vim makes of them, see tests/vim/marks.vim.
marks() {
	printf '%s\n' "$@" >files
	vim_do "source $root/tests/vim/marks.vim" "call Marks('marks', readfile('files'))"
	cat marks
}

# The places that Vim marks as mistakes: FILE:LINE.
marked() {
	marks "$@" | sed -nE 's/^(.*):[0-9]+ mroute(conf)?(Error|Wrong) .*/\1/p' | sort -u
}

# The same by `mroute check`, for some codes (a regular expression).
checked() {
	local codes=$1
	shift
	{ mroute check "$@" 2>&1 || true; } |
	    sed -nE "s/^([^:]*:[0-9]+):[0-9]+: error ($codes): .*/\1/p" | sort -u
}

# Words from a section of the manual: section MACRO.
manual_words() {
	awk -v section="$1" '/^\.Sh / { on = $0 == ".Sh " section } on' \
	    "$root/docs/man/mroute.rules.5" | sed -nE 's/^\.It Ic ([a-z.:NAME-]+).*/\1/p'
}

# Words that the syntax file knows: those of groups that match NAME.
vim_words() {
	grep -E "^syntax match mroute($1)[[:blank:]]" "$root/contrib/vim/syntax/mroute.vim" |
	    grep -oE '\\%\([^/]*\\\)|/[a-z]+\\S' | sed 's/\\|/\n/g' |
	    sed -E 's/^(\\%\(|\/)//; s/\\(\)|S)$//; s/\\\././g' | grep -oE '^[a-z][a-z.-]*(:|$)'
}

@test "nothing in the pack and in the rules of the tests is marked" {
	shopt -s nullglob
	run marked "$root"/rules/*.rules "$root"/tests/rules/*/rules/*.rules
	[ "$output" = '' ]
}

@test "the parts of a line are told apart" {
	cat >rules/10.rules <<-'END'
		# a comment
		version 1
		phrases writers = reporter, # no comment,
		  # a comment
		  *journalist, @others
		route press
		  title Press
		  needs 50
		  +40 subject has interview, @writers
		  -30 text ~ works at (?<outlet>[^.,]+)
		  and dmarc is not pass
		  never is bounce
		  always words >= 300
		  field outlet {outlet}
		  example yes A title
		    From: never@daily.example
		    | never is bounce
		    expect outlet = Daily

		  # a comment
		  keep
	END
	marks rules/10.rules | sed -E 's/^[^:]*:([0-9]+):[0-9]+ mroute/\1 /' >got
	cat >want <<-'END'
		1 Comment #
		1 Comment a
		1 Comment comment
		2 Statement version
		2 Version 1
		3 Statement phrases
		3 SetName writers
		3 Equal =
		3 Phrases reporter
		3 Phrases #
		3 Phrases no
		3 Phrases comment
		4 Comment #
		4 Comment a
		4 Comment comment
		5 Star *journalist
		5 Set @others
		6 Statement route
		6 RouteName press
		7 Statement title
		7 Text Press
		8 Statement needs
		8 Needs 50
		9 Plus +40
		9 TextField subject
		9 Has has
		9 Phrases interview
		9 Set @writers
		10 Minus -30
		10 TextField text
		10 Matches ~
		10 Pattern works
		10 Pattern at
		10 Capture (?<outlet>[^.
		10 Pattern ]+)
		11 Verdict and
		11 ResultField dmarc
		11 IsResult is
		11 IsResult not
		11 Result pass
		12 Verdict never
		12 IsFact is
		12 Fact bounce
		13 Verdict always
		13 NumberField words
		13 Compare >=
		13 Number 300
		14 Statement field
		14 FieldName outlet
		14 Insert {outlet}
		15 ExampleWord example
		15 Answer yes
		15 Text A
		15 Text title
		16 Header From:
		16 MailText never@daily.example
		17 Mail |
		17 MailText never
		17 MailText is
		17 MailText bounce
		18 Expect expect
		18 ExpectName outlet
		18 ExpectEqual =
		18 Text Daily
		20 Comment #
		20 Comment a
		20 Comment comment
		21 Statement keep
	END
	diff -u want got
}

@test "a field, a predicate and a type: Vim and check agree" {
	mapfile -t fields < <({
		manual_words 'MESSAGE FIELDS'
		vim_words '.*Field'
		echo subjct
	} | sed 's/^header:.*/header:X-Mailer/' | sort -u)
	mapfile -t predicates < <(sed -nE 's/^\.It (text|address|number|result).* Ta //p' \
	    "$root/docs/man/mroute.rules.5" | sed 's/\\(ti/~/g; s/, /\n/g' | sort -u
	    echo hs)
	[ ${#fields[@]} -gt 30 ]
	[ ${#predicates[@]} -gt 13 ]
	mkdir rules/lists
	echo company.example >rules/lists/ours.txt
	for f in "${fields[@]}"; do
		case $f in
		words | size | attachments) value=3 ;;
		*) value=pass ;;
		esac
		{
			printf 'version 1\nroute x-%s\n keep\n' "$(tr A-Z.: a-z-- <<<"$f")"
			for p in "${predicates[@]}"; do
				case $p in
				in | 'not in') echo "  +1 $f $p lists/ours.txt" ;;
				present | absent) echo "  +1 $f $p" ;;
				[\<\>]*) echo "  +1 $f $p 3" ;;
				*) echo "  +1 $f $p $value" ;;
				esac
			done
		} >"rules/${f/:/-}.rules"
	done
	checked '.*' rules >want
	[ "$(wc -l <want)" -gt 100 ]
	marked rules/*.rules >got
	diff -u want got
}

@test "a fact: Vim and check agree" {
	{
		printf 'version 1\notherwise press\nroute press\n keep\n'
		{
			manual_words FACTS
			vim_words Fact
			echo bounces
		} | sort -u | sed 's/.*/ never is reply, &\n +1 is not &/'
	} >rules/10.rules
	[ "$(wc -l <rules/10.rules)" -gt 28 ]
	diff -u <(checked '.*' rules) <(marked rules/10.rules)
}

@test "a type of a field is told from text" {
	types=$(manual_words CAPTURES | grep -vx field)
	[ "$(wc -w <<<"$types")" -ge 5 ]
	{ echo version 1 && printf 'field a %s {x}\n' $types; } >rules/types.rules
	{ echo version 1 && printf 'field a %s to {x}\n' $types; } >rules/texts.rules
	marks rules/types.rules rules/texts.rules >/dev/null
	for t in $types; do
		grep -q "^rules/types.* mrouteType $t\$" marks
		grep -q "^rules/texts.* mrouteTemplate $t\$" marks
	done
	for t in $(vim_words Type); do
		grep -qx "$t" <<<"$types"
	done
}

@test "a statement: Vim knows what the manual and the program know" {
	{
		echo 'version 1'
		{
			manual_words STATEMENTS
			vim_words 'Statement|Verdict|ExampleWord'
			printf '%s\n' reply post frobnicate
		} | sort -u | sed 's/$/ 1/'
	} >rules/10.rules
	[ "$(wc -l <rules/10.rules)" -gt 20 ]
	checked 'MR011|MR018' rules >want
	[ "$(wc -l <want)" -eq 3 ]
	marks rules/10.rules | sed -nE 's/^(.*):1 mrouteError .*/\1/p' | sort >got
	diff -u want got
}

@test "where the goldens show an unknown word, Vim marks it" {
	for golden in "$root"/tests/rules/diag/MR0{11,12,13,14,15,17,30,31,40,41,44}-*.txt; do
		code=$(basename "$golden")
		code=${code%%-*}
		rm -r rules && mkdir rules
		awk '/^-- want --$/ { exit }
			/^-- / { file = $2; next }
			file ~ /\.rules$/ { print >file }' "$golden"
		sed -n '/^-- want --$/,$p' "$golden" |
		    sed -nE "s/^(rules[^:]*:[0-9]+:[0-9]+): error $code: .*/\1/p" >want
		[ -s want ]
		marks rules/*.rules >/dev/null
		while read -r place; do
			grep -qE "^$place mroute(Error|Wrong) " marks ||
			    { echo "$golden: $place" && grep "^${place%:*}:" marks && false; }
		done <want
	done
}

@test "a key of mroute.conf: Vim and check agree, section by section" {
	page=$root/docs/man/mroute.conf.5
	{
		sed -n '/^\.Sh SECTION/,/^\.Sh EXAMPLES/s/^\.It Ic \([a-z-]*\).*/\1/p' "$page"
		sed -n "/^let s:server/,/^ *\\\\ }/p" "$root/contrib/vim/syntax/mrouteconf.vim" |
		    grep -oE "'[a-z -]+'" | tr -d "'" | tr ' ' '\n' | grep .
		printf '%s\n' hostname frobnicate
	} | sort -u | grep -vxE 'alias|team|smtp|imap|spool|limits|trust|summary' >keys
	[ "$(wc -l <keys)" -gt 40 ]
	split -l 15 keys part.
	for section in 'alias a@b.example' 'team x' smtp 'imap x' spool limits trust summary; do
		for part in part.*; do
			{ echo "$section" && sed 's/$/ 1/' "$part"; } >"${section%% *}.$part"
		done
	done
	for f in *.part.*; do
		mkdir "dir.$f"
		mv "$f" "dir.$f/mroute.conf"
		checked MR102 "dir.$f/mroute.conf"
	done | sort -u >want
	[ "$(wc -l <want)" -gt 100 ]
	marked dir.*/mroute.conf >got
	diff -u want got
}

@test "an instance as it is made has nothing that is marked" {
	mroute init site >/dev/null 2>&1
	run marked site/mroute.conf
	[ "$output" = '' ]
	grep -q 'mrouteconfKey_team members' marks
}

@test "rules are told from other programs' files of that name" {
	type_of() {
		rm -f type
		vim_do "edit $1" 'call writefile([&filetype], "type")'
		cat type
	}
	printf '# udev\nSUBSYSTEM=="net", ACTION=="add"\n' >net.rules
	[ "$(type_of net.rules)" != mroute ]
	printf '# ours\n\nversion 1\n' >rules/10.rules
	[ "$(type_of rules/10.rules)" = mroute ]
	[ "$(type_of rules/new.rules)" = mroute ]
	[ "$(type_of new.rules)" != mroute ]
	mkdir empty
	touch mroute.conf
	[ "$(type_of empty/new.rules)" = mroute ]
	[ "$(type_of mroute.conf)" = mrouteconf ]
}

@test ":make checks what mroute.conf names, and :cnext jumps to the mistakes" {
	mroute init 'my site' >/dev/null 2>&1
	cd 'my site/rules'
	sed -i '0,/subject/s/subject/subjct/' 30-applicant.rules
	sed -i '0,/example no/s/example no/example nay/' 30-applicant.rules
	vim_do 'edit 20-press.rules' 'silent make!' 'cfirst' \
	    'call writefile([expand("%:t") . ":" . line(".") . ":" . expand("<cword>")], "at")' \
	    'cnext' \
	    'call writefile([expand("%:t") . ":" . line(".") . ":" . expand("<cword>")], "at", "a")' \
	    'call writefile(map(getqflist(), "v:val.type . v:val.text"), "list")'
	{
		echo "30-applicant.rules:$(grep -n subjct 30-applicant.rules | cut -d: -f1):subjct"
		echo "30-applicant.rules:$(grep -n 'example nay' 30-applicant.rules | cut -d: -f1):nay"
	} >want
	diff -u want at
	grep -q "^EMR012: unknown field 'subjct'.*did you mean 'subject'" <(tr '\0' ' ' <list)
	[ "$(wc -l <list)" -eq 2 ]
}

@test ":make of rules without a configuration; warnings are told as such" {
	cp -r "$root/tests/accuracy/rules" alone
	printf '\nphrases nobody = asks for this\n' >>alone/all.rules
	cd alone
	vim_do 'edit all.rules' 'silent make!' \
	    'call writefile(map(getqflist(), "v:val.type . v:val.text"), "list")'
	[ "$(cut -c 1-6 list)" = $'WMR067\nEMR080' ]
}

@test ":MrouteFmt lays out the buffer, and leaves one with errors alone" {
	for n in short long; do
		printf 'version 1\nroute x\n keep\n +40   subject has x\n' >rules/10.rules
		[ $n = short ] || printf '\n\n\n\n\n# the end\n' >>rules/10.rules
		mroute fmt - <rules/10.rules >rules/want
		vim_do 'edit rules/10.rules' '$' MrouteFmt write
		diff -u rules/want rules/10.rules
	done
	printf 'version 1\nroute x\n keep\n +40   subjct has x\n' >rules/10.rules
	cp rules/10.rules rules/want
	vim_do 'edit rules/10.rules' MrouteFmt write
	diff -u rules/want rules/10.rules
}

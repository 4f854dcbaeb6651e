#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute summary, as a command: which period, where it goes, and that it is sent
# once.  What it says is tested elsewhere.

load helper
load engine

bats_require_minimum_version 1.5.0

# day N: the date that is so many days from the Monday of this week, in UTC.
day() {
	date -u -d "@$((MONDAY + $1 * 86400))" +%F
}

setup() {
	instance_make
	conf_no_owner
	cp "$BUILD/tests/tools/ledger" "$BUILD/mroute-chart" "$WORK/bin/"
	MONDAY=$(date -u -d "$(date -u +%F)" +%s)
	MONDAY=$((MONDAY - ($(date -u +%u) - 1) * 86400))
	WEEK=$(date -u -d "$(day -7)" +%G-W%V)
	conf_add $'summary\n  time-zone UTC'
	{
		echo "zone UTC"
		echo "$(day -6) 09:00:00 | ann@acme.example | press | points | done@2s | press.1! | | Interview |"
		echo "$(day -5) 10:00:00 | bob@blue.example | desk | below-needs | done@1s | | | Hello | Hello there"
		echo "$(day -1) 23:00:00 | bob@blue.example | desk | below-needs | done@1s | | | Bye | Bye now"
	} >"$WORK/table"
	chmod 644 "$WORK/table"
}

teardown() {
	engine_stop
	lock_end
	testbed_stop
	work_remove
}

ledger() {
	"${AS[@]}" "$WORK/bin/ledger" -c "$I/mroute.conf" "$WORK/table"
}

sum() {
	mr summary "$@"
}

to_people() {
	conf_add '  to ann@company.example, bob@company.example'
}

with_sink() {
	testbed_start sink
	sed -i "s/port 9/port $TB_SINK_PORT\n  tls none/" "$I/mroute.conf"
}

own_in_new() {
	names_in "$SPOOL/new" | wc -w
}

all_done() {
	[ -z "$(names_in "$SPOOL/new")" ]
}

# ---- which period ----

@test "without records it says so; with them the last whole week is the default" {
	run -1 sum
	[[ $output == *'nothing was recorded yet'* ]]
	ledger
	run -0 sum --json
	[ "$(jq -r .key <<<"$output")" = "$WEEK" ]
	[ "$(jq .messages <<<"$output")" = 3 ]
	[ "$(sum --json --week "$WEEK" | jq .messages)" = 3 ]
	[ "$(sum --json --week last | jq .messages)" = 3 ]
	[ "$(sum --json --week this | jq .messages)" = 0 ]
	[ "$(sum --json --since "$(day -5)" --until "$(day -2)" | jq .messages)" = 1 ]
}

@test "the week is that of the time zone: 23:00 of Sunday in UTC is Monday in Tokyo" {
	ledger
	sed -i 's|time-zone UTC|time-zone Asia/Tokyo|' "$I/mroute.conf"
	[ "$(sum --json --week "$WEEK" | jq .messages)" = 2 ]
	sed -i 's|Asia/Tokyo|Asia/Tokio|' "$I/mroute.conf"
	run -2 sum
	[[ $output == *"MR119: time zone 'Asia/Tokio' is not known"* ]]
}

@test "what makes no sense is said" {
	for words in '--week 2026-W47 --month 2026-11' '--week 2026-W60' '--week november' \
	    '--month 2026-W1' '--since tomorow' '--until today' '--due --week last' '--due --json' \
	    '--again' '--to a@b.example' '--json --html -' '--due --again' 'x'; do
		# shellcheck disable=SC2086
		run -2 sum $words
		[[ $output == *'mroute help summary'* ]]
	done
}

# ---- where it goes ----

@test "text: 80 columns, in ASCII where the locale has no more" {
	ledger
	LC_ALL=C.UTF-8 sum >"$WORK/text"
	[ "$(LC_ALL=C.UTF-8 wc -L <"$WORK/text")" -le 80 ]
	LC_ALL=C.UTF-8 grep -q '█' "$WORK/text"
	LC_ALL=C sum >"$WORK/ascii"
	run ! grep -P '[^\x00-\x7f]' "$WORK/ascii"
	run ! grep -q $'\e' "$WORK/text"
	mr --color always summary | grep -q $'\e\['
}

@test "--html: a page to a file, in one step, or to stdout" {
	ledger
	mkdir "$WORK/web"
	chown "$OWNER" "$WORK/web"
	sum --html - >"$WORK/page"
	grep -qi '<!doctype html>' "$WORK/page"
	(cd "$WORK/web" && sum --html week.html)
	sum --html "$WORK/web/other.html"
	grep -qi '</html>' "$WORK/web/week.html"
	[ "$(ls "$WORK/web")" = $'other.html\nweek.html' ]
	run -2 sum --html "$WORK/nowhere/week.html"
	[[ $output == *"nowhere"* ]]
	# What is no file stays what it is.
	mkfifo "$WORK/web/pipe"
	chown "$OWNER" "$WORK/web/pipe"
	sum --html "$WORK/web/pipe" 3>&- &
	cmp "$WORK/web/pipe" "$WORK/web/week.html" || true # made at another second
	wait $!
	[ -p "$WORK/web/pipe" ]
	run -2 sum --html "$WORK/web"
	run -2 sum --html "$WORK/web/"
}

# Root wrote a file in the place of /dev/stdout.
@test "--html: a link to what is open already is written to, and stays" {
	ledger
	mkdir "$WORK/links" && chown "$OWNER" "$WORK/links"
	ln -s /proc/self/fd/1 "$WORK/links/out"
	ln -s /proc/self/fd/2 "$WORK/links/err"
	sum --html "$WORK/links/out" >"$WORK/page"
	grep -qi '</html>' "$WORK/page"
	sum --html "$WORK/links/err" 2>"$WORK/page2"
	grep -qi '</html>' "$WORK/page2"
	sum --html "$WORK/links/out" | grep -qi '</html>'
	[ -L "$WORK/links/out" ] && [ -L "$WORK/links/err" ]
	# Any other link is replaced: where it leads nothing is written.
	echo old >"$WORK/target"
	ln -s "$WORK/target" "$WORK/links/page"
	sum --html "$WORK/links/page" >"$WORK/page"
	[ ! -L "$WORK/links/page" ]
	[ "$(cat "$WORK/target")" = old ]
	[ ! -s "$WORK/page" ]
	# In a directory where somebody else's file stays, page.tmp was left behind.
	[ "$EUID" = 0 ] || return 0
	mkdir -m 1777 "$WORK/shared"
	echo old >"$WORK/shared/page"
	run -2 sum --html "$WORK/shared/page"
	[ "$(ls "$WORK/shared")" = page ]
}

@test "--html to where the spool's owner may not write says what helps; the old page stays" {
	[ "$EUID" = 0 ] || skip 'wants root'
	ledger
	mkdir -m 700 "$WORK/closed"
	echo old >"$WORK/closed/week.html"
	run -2 "$WORK/bin/mroute" -c "$I/mroute.conf" summary --html "$WORK/closed/week.html"
	[[ $output == *"--html - >'$WORK/closed/week.html' writes it as you"* ]]
	[ "$(cat "$WORK/closed/week.html")" = old ]
}

# ---- by mail ----

@test "--mail without anybody to send it to says what to write" {
	ledger
	run -2 sum --mail
	[[ $output == *"$I/mroute.conf"* && $output == *'to  ann@company.example'* ]]
	[ "$(own_in_new)" -eq 0 ]
	run -2 sum --mail --to 'no address'
	[[ $output == *"'no' is not a mail address"* ]]
}

@test "--mail: once for a period; --again sends one more" {
	ledger
	to_people
	run -0 sum --mail
	[[ $output == *"the summary of $WEEK is on its way to ann@company.example, bob@company.example"* ]]
	[ "$(own_in_new)" -eq 1 ]
	# It waits; no engine has seen it.
	run -0 sum --mail
	[[ $output == *"made already"*'it waits'*'--again'* ]]
	[ "$(own_in_new)" -eq 1 ]
	with_sink
	run_once
	all_done
	run -0 sum --mail --week "$WEEK"
	[[ $output == *"made already"*delivered* ]]
	[ "$(own_in_new)" -eq 0 ]
	run -0 sum --mail --again
	run -0 sum --mail --again
	[ "$(own_in_new)" -eq 2 ]
	run_once
	[ "$(cat "$TB_SINK_MAIL"/* | grep -c "^X-Rcpt-Args: <ann@company.example>")" -eq 3 ]
	[ "$(cat "$TB_SINK_MAIL"/* | grep -c "^X-Rcpt-Args: <bob@company.example>")" -eq 3 ]
	[ "$(cat "$TB_SINK_MAIL"/* | grep -c "^X-Mail-Args: <>")" -eq 6 ]
	# Another period is another mail, and our own mail is not counted.
	run -0 sum --mail --week this
	[[ $output == *'ann@company.example'* ]]
	[ "$(sum --json --week this | jq .messages)" = 0 ]
}

@test "what is sent to somebody else, or of a week that is not over, keeps nobody from theirs" {
	ledger
	to_people
	run -0 sum --mail --to 'carol@company.example dora@company.example'
	[[ $output == *'to carol@company.example, dora@company.example'* ]]
	run -0 sum --mail --to 'carol@company.example dora@company.example'
	[[ $output == *'made already'* ]]
	# This was one recipient, whom no server knew.
	run -0 sum --mail --to 'carol@company.example; eve@company.example'
	[[ $output == *'to carol@company.example, eve@company.example'* ]]
	run -0 sum --mail --week this
	[[ $output == *'to ann@company.example'* ]]
	run -0 sum --mail --week this
	[[ $output == *'to ann@company.example'* ]]
	run -0 sum --due
	[[ $output == *"summary of $WEEK is on its way to ann@company.example"* ]]
	[ "$(own_in_new)" -eq 5 ]
	run_once
	[ "$(db "SELECT count(*) FROM own_keys WHERE own_key LIKE 'summary:%'")" -eq 5 ]
}

@test "the mail is read by others: text, HTML, images" {
	ledger
	to_people
	sum --mail
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" show --raw "$(names_in "$SPOOL/new")" \
	    >"$WORK/mail" 2>/dev/null || spool_bytes "$SPOOL/new/$(names_in "$SPOOL/new")" >"$WORK/mail"
	run "$TESTS/summary/read-mail" "$WORK/mail"
	[ "$status" -eq 0 ] || { echo "$output" && false; }
	[[ $output == *'multipart/related(text/html image/png'* ]]
	[[ $output == *'list-id: <mroute-summary.'* ]]
}

@test "without the helper for images the mail goes all the same" {
	ledger
	to_people
	rm "$WORK/bin/mroute-chart"
	run -0 --separate-stderr sum --mail
	[[ $stderr == *'the mail goes without images'* ]]
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	spool_bytes "$SPOOL/new/$(names_in "$SPOOL/new")" >"$WORK/mail"
	run "$TESTS/summary/read-mail" "$WORK/mail"
	[ "$status" -eq 0 ] || { echo "$output" && false; }
	[[ $output == *'tree: multipart/alternative(text/plain text/html)'* ]]
}

@test "20 people and timers at the same moment: one mail" {
	ledger
	to_people
	sed -i 's/, bob@company.example//' "$I/mroute.conf"
	with_sink
	engine_start
	pids=()
	for n in {1..20}; do
		if [ $((n % 2)) = 0 ]; then
			sum --mail >/dev/null 3>&- &
		else
			sum --due >/dev/null 3>&- &
		fi
		pids+=($!)
	done
	wait "${pids[@]}"
	wait_for 20 all_done
	[ "$(ls "$TB_SINK_MAIL" | wc -l)" -eq 1 ]
	[ "$(db "SELECT count(*) FROM effects JOIN messages USING (id) WHERE messages.kind = 'own'")" -eq 1 ]
}

@test "while the records cannot be read nothing is sent, and --due fails" {
	ledger
	to_people
	lock_db EXCLUSIVE EXCLUSIVE
	run -2 sum --mail
	[ "$(own_in_new)" -eq 0 ]
	run -2 sum --due
	unlock_db
	run -0 sum --due
	[ "$(own_in_new)" -eq 1 ]
}

# ---- by a timer ----

@test "--due: silent without recipients, without records, and once it is sent" {
	run -0 sum --due
	[ "$output" = '' ]
	to_people
	run -0 sum --due
	[ "$output" = '' ]
	ledger
	run -0 sum --due
	[[ $output == *"$WEEK is on its way"* ]]
	run -0 sum --due
	[ "$output" = '' ]
	[ "$(own_in_new)" -eq 1 ]
	run_once
	run -0 sum --due
	[ "$output" = '' ]
}

@test "--due: no summary of a week before the first record" {
	to_people
	echo "$(day 0) 00:00:00 | ann@acme.example | press | points | done@2s | press.1! | | Hi |" \
	    >"$WORK/table"
	sed -i '1i zone UTC' "$WORK/table"
	ledger
	run -0 sum --due
	[ "$output" = '' ]
	[ "$(own_in_new)" -eq 0 ]
}

@test "--due: week, month, or both, as send says; a month from month-day on" {
	{
		echo 'zone UTC'
		echo "$(day -70) 09:00:00 | ann@acme.example | press | points | done@2s | press.1! | | Hi |"
	} >"$WORK/table"
	ledger
	to_people
	conf_add $'  send month\n  month-day 1'
	month=$(date -u -d "$(date -u +%Y-%m-01) -1 day" +%Y-%m)
	run -0 sum --due
	[[ $output == *"summary of $month is on its way"* && $output != *"$WEEK"* ]]
	sed -i 's/send month/send week month/' "$I/mroute.conf"
	run -0 sum --due
	[[ $output == *"$WEEK"* && $output != *"$month "* ]]
	run -0 sum --due
	[ "$output" = '' ]
	[ "$(own_in_new)" -eq 2 ]
	# A month that begins tomorrow has not ended.
	if [ "$(date -u +%d)" -lt 27 ]; then
		sed -i "s/month-day 1/month-day $(($(date -u +%-d) + 1))/" "$I/mroute.conf"
		run -0 sum --due
		[ "$output" = '' ]
	fi
}

@test "as root it is the spool's owner who writes" {
	[ "$EUID" = 0 ] || skip 'wants root'
	ledger
	to_people
	"$WORK/bin/mroute" -c "$I/mroute.conf" summary --mail
	[ "$(stat -c %U "$SPOOL/new/$(names_in "$SPOOL/new")")" = "$OWNER" ]
}

# ---- what status and doctor tell of it ----

@test "status and doctor: nobody gets it; who does; it is late; it went out, and which is next" {
	ledger
	try mr status
	grep -q '^summary   nobody gets it: write a section .summary. with a line .to ADDRESS.' <<<"$output"
	mr status --json >"$WORK/json" || true
	[ "$(jq -c .summary "$WORK/json")" = \
	    '{"last":null,"last_id":null,"last_sent":null,"next":null,"next_due":null,"to":[]}' ]
	try mr doctor
	[[ $output =~ 'ok         summary        nobody gets it' ]]
	[[ $output == *"-> write a section 'summary' with a line 'to ADDRESS' into"* ]]

	# It is due since Monday; late only when a timer of each morning has come by.
	to_people
	try mr status
	flat=$(tr -s ' \n' ' ' <<<"$output")
	[[ $flat == *"summary to ann@company.example, bob@company.example; none went out yet; $WEEK is due since $(day 0) 00:00"* ]]
	late=$(($(date +%s) - MONDAY > 2 * 86400))
	[ "$(grep -c 'summary --due' <<<"$flat")" -eq "$late" ]

	sum --due >/dev/null
	run_once
	sent=$(db "SELECT id FROM messages WHERE own_key = 'summary:$WEEK'")
	next=$(date -u -d "$(day 0)" +%G-W%V)
	try mr status
	flat=$(tr -s ' \n' ' ' <<<"$output")
	[[ $flat =~ $WEEK\ went\ out\ .*\ ago\ \(.*\)\;\ $next\ is\ due\ $(day 7)\ 00:00 ]]
	mr status --json >"$WORK/json" || true
	[ "$(jq -r '.summary | "\(.to[1]) \(.last) \(.last_id) \(.next) \(.next_due)"' "$WORK/json")" = \
	    "bob@company.example $WEEK $sent $next $(day 7)T00:00:00.000Z" ]
	# It is newer than all mail that came, and none of it.
	[ "$(jq -r .last_id "$WORK/json")" = \
	    "$(db "SELECT id FROM messages WHERE subject = 'Bye'")" ]
	[ "$(db 'SELECT max(id) FROM messages')" = "$sent" ]
	[[ $(mr log) == *"mroute  "*"summary of $WEEK "* ]]
	sum --mail --again --week "$WEEK" >/dev/null
	run_once
	[ "$(mr log | grep -c "summary of $WEEK  ")" -eq 2 ]
	try mr doctor
	[[ $output == *"$WEEK went out"* ]]
	[ "$(grep -cE '(ok|attention) +summary ' <<<"$output")" -eq 2 ]
}

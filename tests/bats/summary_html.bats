#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Page and mail of a summary, read by parsers that are not ours and seen in
# Chromium, for each summary of tests/unit/summary_kinds.h.

bats_require_minimum_version 1.5.0

setup_file() {
	export OUT=$BATS_FILE_TMPDIR/out TOOLS=$BATS_TEST_DIRNAME/../tools
	mkdir "$OUT" "$BATS_FILE_TMPDIR/bin"
	# The helper that draws is found beside the program.
	cp "$BUILD/tests/tools/summary_sample" "$BUILD/mroute-chart" "$BATS_FILE_TMPDIR/bin"
	"$BATS_FILE_TMPDIR/bin/summary_sample" "$OUT"
	if command -v chromium >/dev/null; then
		"$TOOLS/browser" "$OUT"/*.html >"$BATS_FILE_TMPDIR/seen"
	fi
	export SEEN=$BATS_FILE_TMPDIR/seen
}

# The lines of what was seen where a condition of jq holds; there must be none.
none_where() {
	[ -s "$SEEN" ] || skip 'Chromium is not installed: NOBODY LOOKED AT THE PAGES'
	run jq -c "select($1)" "$SEEN"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "every summary has a page, a mail with images and one without" {
	[ "$(ls "$OUT"/*-page.html "$OUT"/*-mail.html "$OUT"/*-cells.html | wc -l)" -eq 21 ]
	[ "$(head -c 4 "$OUT/week-volume.png" | tail -c 3)" = PNG ]
	run ! grep -q '<img' "$OUT/week-cells.html"
	[ "$(grep -c '<img src="cid:' "$OUT/week-mail.html")" -eq 4 ]
}

@test "no text became markup; pages are well-formed and lead nowhere" {
	run "$TOOLS/markup_check" page "$OUT"/*-page.html
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "no text became markup; mail is well-formed and leads nowhere" {
	run "$TOOLS/markup_check" mail "$OUT"/*-mail.html "$OUT"/*-cells.html
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "the page forbids all but its own style, runs nothing and asks nobody" {
	grep -q "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;" "$OUT/week-page.html"
	run ! grep -qiE '<(script|link|iframe|object|embed|form|base)|url\(|@import' "$OUT"/*-page.html
	none_where '.requests and (.requests | length > 0)'
}

@test "nothing is wider than 600 or 360 pixels, light or dark, images or not" {
	none_where '.width and (.scroll > .width or (.wide | length > 0))'
	# 21 files, two widths, light and dark, images and none
	[ "$(jq -c 'select(.width)' "$SEEN" | wc -l)" -eq 168 ]
}

@test "every text can be read on what it stands on, light or dark" {
	none_where '.width and (.low | length > 0)'
}

@test "charts are seen: on the page always, in mail when images are shown" {
	none_where '.file == "week-page" and .width and .pictures != 4'
	none_where '.file == "week-mail" and .images and .pictures != 4'
	none_where '.file == "week-mail" and .images == false and .pictures != 0'
}

@test "a week fits on five sheets, and prints on A4 and on Letter" {
	none_where '.file == "week-page" and .paper and (.pages < 2 or .pages > 5)'
	[ "$(jq -c 'select(.paper)' "$SEEN" | wc -l)" -eq 42 ]
}

/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "model/html.h"
#include "model/html_entities.h"
#include "model/html_ref.h"

static const struct {
	const char *label, *in, *visible, *hidden, *links;
} cases[] = {
	{ "text", "Hello, world", "Hello, world\n", "", "" },
	{ "blanks", "  a \n\t b  ", "a b\n", "", "" },
	{ "tags inside words", "re<b>que</b>st", "request\n", "", "" },
	{ "blocks apart", "<div>a</div>unclosed<p>b", "a\nunclosed\n\nb\n", "", "" },
	{ "line breaks", "a<br>b<br/>c<BR >d", "a\nb\nc\nd\n", "", "" },
	{ "empty lines", "a<br><br><br>b<div><br></div>c", "a\n\nb\n\nc\n", "", "" },
	{ "paragraphs", "<p>a</p>\n<p>b</p>", "a\n\nb\n", "", "" },
	{ "cells", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>d",
	    "a\tb\nc\nd\n", "", "" },
	{ "items", "<ul><li>a</li><li>b</ul>c", "- a\n- b\nc\n", "", "" },
	{ "pre", "<pre>a  b\n c</pre>", "a  b\n c\n", "", "" },
	{ "no-break blank", "a&nbsp;b&#160;c\u00A0d", "a b c d\n", "", "" },
	{ "references", "&lt;b&gt; &amp;amp; &eacute;&#233;&#xE9; &notin; &bne;",
	    "<b> &amp; \u00E9\u00E9\u00E9 \u2209 =\u20E5\n", "", "" },
	{ "references without an end", "&eacute &amp&lt &copy2", "\u00E9 &< \u00A92\n",
	    "", "" },
	{ "windows-1252 numbers", "&#147;a&#148;&#150;&#x80;", "\u201Ca\u201D\u2013\u20AC\n",
	    "", "" },
	{ "numbers out of range", "&#0;&#xD800;&#x110000;&#99999999999;",
	    "\uFFFD\uFFFD\uFFFD\uFFFD\n", "", "" },
	{ "no references", "& &; &# &#x; &nonsense; AT&T", "& &; &# &#x; &nonsense; AT&T\n",
	    "", "" },
	{ "less than", "a < b <3 <= c", "a < b <3 <= c\n", "", "" },
	{ "comments", "a<!-- b -->c<!-->d<!--->e<!--x--!>f", "acdef\n", "", "" },
	{ "comment without an end", "a<!-- b <p>c", "a\n", "", "" },
	{ "bogus comments", "a<![if !mso]>b<![endif]>c<?xml x?>d</ x>e<!DOCTYPE html>f",
	    "abcdef\n", "", "" },
	{ "conditional comments", "a<!--[if mso]>b<![endif]-->c"
	    "<!--[if !mso]><!-->d<!--<![endif]-->e", "acde\n", "", "" },
	{ "script and style", "a<script>b</b>if (x<y)</script>c<style>p{}</style>d",
	    "acd\n", "", "" },
	{ "script that quotes its end", "<script>'<\\/script>'</script >a", "a\n", "", "" },
	{ "script without an end", "a<script>b", "a\n", "", "" },
	{ "title", "<html><head><title>T &amp; t</title></head><body>b", "b\n", "T & t", "" },
	{ "head that is not closed", "<head><meta x><div>a", "a\n", "", "" },
	{ "text in the head", "<head>a</head>b", "b\n", "a", "" },
	{ "xml island", "a<xml><w:x>b</w:x></xml>c", "ac\n", "b", "" },
	{ "svg", "a<svg><text>b</text></svg>c", "ac\n", "b", "" },
	{ "textarea", "<textarea><b>a</b></textarea>", "<b>a</b>\n", "", "" },
	{ "office elements", "a<o:p>&nbsp;</o:p>b", "a b\n", "", "" },

	{ "display:none", "a<div style=\"display:none\">b</div>c", "ac\n", "b", "" },
	{ "spelled oddly", "a<span style='color:red; DISPLAY : NONE !important'>b</span>c",
	    "ac\n", "b", "" },
	{ "by a reference", "a<i style=\"display&#58;none\">b</i>c", "ac\n", "b", "" },
	{ "hidden", "a<span hidden>b</span>c", "ac\n", "b", "" },
	{ "visibility", "a<b style=visibility:hidden>b</b>c", "ac\n", "b", "" },
	{ "mso-hide", "a<b style='mso-hide:all'>b</b>c", "ac\n", "b", "" },
	{ "max-height", "a<b style='max-height:0px;overflow:hidden'>b</b>c", "ac\n", "b", "" },
	{ "opacity", "a<b style='opacity:0.0'>b</b>c", "ac\n", "b", "" },
	{ "nearly opaque", "a<b style='opacity:0.9'>b</b>c", "abc\n", "", "" },
	{ "no font size", "a<b style='font-size:0'>b</b>c", "ac\n", "b", "" },
	{ "small font", "a<b style='font-size:0.8em'>b</b>c", "abc\n", "", "" },
	{ "no font size but inside", "<td style='font-size:0px'><div "
	    "style='font-size:13px'>a</div>b</td>", "a\n", "b", "" },
	{ "nested in what is hidden", "a<div hidden>b<div>c</div>d</div>e", "ae\n",
	    "b\nc\nd", "" },
	{ "a paragraph ends by the next", "<p hidden>a<p>b", "b\n", "a", "" },
	{ "a cell ends by the next", "<tr><td hidden>a<td>b</table>", "b\n", "a", "" },
	{ "a table in a hidden cell", "<tr><td hidden>a<table><tr><td>b</table>c<td>d",
	    "d\n", "a\nb\nc", "" },
	{ "ends with what it stands in", "<div><span hidden>a</div>b", "b\n", "a", "" },
	{ "picture that is hidden", "a<img style='display:none'>b", "ab\n", "", "" },
	{ "alternative text", "a<img alt='c d'>b", "ab\n", "c d", "" },
	{ "white on white", "a<span style='color:#fff'>b</span>c", "ac\n", "b", "" },
	{ "white as attribute", "a<font color=white>b</font>c", "ac\n", "b", "" },
	{ "nearly white", "a<i style='COLOR: #FEFEFE !important'>b</i>c", "ac\n", "b", "" },
	{ "white as rgb", "a<i style='color:rgb(255, 255, 255)'>b</i>c", "ac\n", "b", "" },
	{ "transparent", "a<i style='color:rgba(0,0,0,0)'>b</i>c", "ac\n", "b", "" },
	{ "grey on grey", "<div style='background:#eee'>a<i style='color:#eeeeee'>b</i></div>",
	    "a\n", "b", "" },
	{ "white on dark", "<td bgcolor=222222>a<i style='color:#fff'>b</i></td>", "ab\n",
	    "", "" },
	{ "black on dark", "<td style='background-color:#000'>a<i style='color:#fff'>b</i>",
	    "b\n", "a", "" },
	{ "white on a picture", "<td style='background:url(x)'><i style='color:#fff'>b</i>",
	    "b\n", "", "" },
	{ "white on a picture as attribute", "<td background=x style='color:#fff'>b</td>",
	    "b\n", "", "" },
	{ "dark again inside of it", "<p style='color:#fff'>a<b style='color:#333'>b</b>c<p>d",
	    "b\n\nd\n", "ac", "" },
	{ "a ground inside of it", "<p style='color:#fff'>a<b style='background:#333'>b</b>c",
	    "b\n", "ac", "" },
	{ "a link has its own", "<td style='color:white'>a<a href=x>b</a></td>", "b\n", "a",
	    "x\n" },
	{ "a colour by name", "a<i style='color:ivory'>b</i>", "ab\n", "", "" },
	{ "a class that may have a ground", "<style>.x{background:#000}</style>"
	    "<p class=x style='color:#fff'>a", "a\n", "", "" },
	{ "a class that has none", "<style>.x{margin:0}</style>"
	    "<p class=x style='color:#fff'>a", "", "a", "" },
	{ "a preheader", "<span style='display:none!important;color:#fff;font-size:1px'>a</span>b",
	    "b\n", "a", "" },
	{ "hidden text keeps its own blanks", "press <b hidden>x</b>kit", "press kit\n",
	    "x", "" },

	{ "quote", "a<blockquote>b<p>c</blockquote>d", "a\n\n> b\n>\n> c\n\nd\n", "", "" },
	{ "quote in quote", "<blockquote type=cite>a<blockquote>b</blockquote>"
	    "</blockquote>c", "> a\n>\n> > b\n\nc\n", "", "" },
	{ "indented", "<blockquote style='margin:0 0 0 40px;border:none;padding:0'>a"
	    "</blockquote>", "a\n", "", "" },
	{ "yahoo", "a<div class=\"x yahoo_quoted\">b<div>c</div></div>d",
	    "a\n> b\n> c\nd\n", "", "" },

	{ "links", "<a href='https://x.example/?a=1&amp;b=2'>t</a> <a href=mailto:j@x>m</a>",
	    "t m\n", "", "https://x.example/?a=1&b=2\nmailto:j@x\n" },
	{ "reference in a link", "<a href='/?a=1&copy=2&lt;'>", "", "", "/?a=1&copy=2<\n" },
	{ "blanks in a link", "<a href=' https://x.example/\na '>", "", "",
	    "https://x.example/a\n" },
	{ "no links", "<a>x</a><a href=''><a href='#top'><a href='cid:1'>", "x\n", "", "" },
	{ "form and area", "<form action='/f'><area href='/a'>", "", "", "/f\n/a\n" },

	{ "tag cut off", "a<b c", "a\n", "", "" },
	{ "quote cut off", "a<b c='d>e", "a\n", "", "" },
	{ "attributes without quotes", "<a href=x.example/y>z", "z\n", "", "x.example/y\n" },
	{ "first attribute counts", "<a href=a href=b>", "", "", "a\n" },
	{ "slashes", "<br/><a/href=x/>y", "y\n", "", "x/\n" },
	{ "end tags alone", "</div></p>a</b></blockquote>b", "a\n\nb\n", "", "" },
	{ "NUL", "pre\0ss", "press\n", "", "" },
	{ "empty", "", "", "", "" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		size_t len = strcmp(cases[i].label, "NUL") == 0 ? 6 :
		    strlen(cases[i].in);
		struct html_out out;

		html_to_text(slice_make(cases[i].in, len), &out);
		assert_slice(cases[i].label, buf_slice(&out.visible), cases[i].visible);
		assert_slice(cases[i].label, buf_slice(&out.hidden), cases[i].hidden);
		assert_slice(cases[i].label, buf_slice(&out.links), cases[i].links);
		assert_false(out.capped);
		html_out_release(&out);
	}
}

/* The table is sorted: each name is found, and is what it says. */
static void
test_each_name(void **state)
{
	(void)state;
	assert_int_equal(html_entities_n, 2231);
	for (size_t i = 0; i < html_entities_n; i++) {
		char ref[HTML_ENTITY_NAME_MAX + 2];
		struct buf b = BUF_INIT;
		struct slice s;
		size_t n = strlen(html_entities[i].name);

		assert_true(n <= HTML_ENTITY_NAME_MAX);
		ref[0] = '&';
		memcpy(ref + 1, html_entities[i].name, n + 1);
		s = slice_str(ref);
		assert_int_equal(html_ref(s, false, &b), n + 1);
		assert_true(b.len > 0);
		buf_release(&b);
	}
}

static void
fill(struct buf *b, const char *piece, size_t size)
{
	buf_reset(b);
	while (b->len < size)
		buf_add_str(b, piece);
}

/*
 * What made tree builders take seconds or die: each is read to its end, in
 * time that is linear (the runner has a deadline).
 */
static void
test_bombs(void **state)
{
	static const char *const pieces[] = { "<div>", "<span>", "<", "<!--", "<a b=c ",
		"&", "&#", "&#x1", "<table><tr><td>", "<p hidden>", "<div hidden>",
		"<blockquote>", "<div style=\"", "</", "<script>", "<title>", "\"'<",
		"<b style='font-size:0'>", "</div>", "&CounterClockwiseContourIntegra",
		"<!DOCTYPE", "<pre>\n", "<li>", "<img alt='x'>", "<textarea>" };
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(pieces); i++) {
		struct html_out out;

		fill(&b, pieces[i], 400000);
		html_to_text(buf_slice(&b), &out);
		assert_true(out.visible.len + out.hidden.len < 40 * b.len);
		html_out_release(&out);
	}
	buf_release(&b);
}

static void
test_caps(void **state)
{
	struct buf b = BUF_INIT;
	struct html_out out;
	size_t lines = 0;

	(void)state;
	fill(&b, "word ", HTML_INPUT_MAX + 1);
	html_to_text(buf_slice(&b), &out);
	assert_true(out.capped);
	assert_true(out.visible.len <= HTML_INPUT_MAX + 1);
	html_out_release(&out);
	fill(&b, "<a href=x>y", 50000);
	html_to_text(buf_slice(&b), &out);
	for (size_t i = 0; i < out.links.len; i++)
		lines += out.links.ptr[i] == '\n';
	assert_int_equal(lines, HTML_LINKS_MAX);
	html_out_release(&out);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_each_name),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests_name("html", tests, arena_setup, arena_teardown);
}

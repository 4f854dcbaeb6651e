/* SPDX-License-Identifier: MIT */
/*
 * The HTML of the mail, for programs that stopped learning at different times:
 * Outlook for Windows draws with Word (no max-width, no padding but in cells, no
 * inherited fonts), Gmail drops what it does not know and cuts at 102 kB,
 * telephones have 360 px and turn light colours dark by themselves.
 *
 * So: tables, inline style, a width in per cent with 600 px as its most, and colours
 * that are said for text and ground alike and keep apart when either is turned
 * around.  The one <style> makes it dark where that is asked for; without it nothing
 * is missing.
 *
 * With images blocked nothing is missing either.  What the charts say most is there as
 * cells in any case, small enough not to be in the way beside a chart: the four
 * figures, the totals of twelve periods as columns, the routes with a bar each.  In the place
 * of a chart stands its alternative text, which says in a sentence what the
 * chart shows; its style lets the space of the image collapse.  Where there is no image at
 * all (no cairo on the server) charts are drawn as cells at full size, those for which
 * Gmail leaves room; the others are said in a sentence.  Both of them for everybody would be
 * everything twice.  A mail that is too long even so loses whole sections, and says so.
 */
#include "flow/summary.h"

#include <inttypes.h>

#include "base/markup.h"
#include "flow/chart.h"
#include "flow/summary_html.h"
#include "flow/summary_say.h"

enum {
	/* Gmail cuts a mail's HTML at 102 kB; the foot and a few lines come behind this. */
	MAIL_MOST = 97000,
	STRIP_HEIGHT = 36,
};

static const char style[] =
    "@media (prefers-color-scheme:dark){"
    ".o{background-color:#121417 !important}"
    ".c{background-color:#1b1e23 !important}"
    ".k{color:#e8eaed !important}.q{color:#a3abb5 !important}"
    ".l{background-color:#121417 !important}.r{border-color:#33383f !important}"
    ".t{border-color:#33383f !important}.b{background-color:#6db4e3 !important}"
    ".bg{background-color:#7f858e !important}"
    ".w{padding:12px !important;border-radius:6px}}\n";

static void
head(struct html *h)
{
	markup_add(h->out, "<!DOCTYPE html>\n"
	    "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
	    "<meta name=\"color-scheme\" content=\"light dark\" />\n"
	    "<meta name=\"supported-color-schemes\" content=\"light dark\" />\n"
	    "<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no\" />\n"
	    "<title>mroute: %s, %s</title>\n<style>\n", html_name(h), html_verdict(h));
	buf_add_str(h->out, style);
	buf_add_str(h->out, "</style>\n</head>\n");
}

/* What a list of mails shows behind the subject; nobody sees it in the mail. */
static void
preheader(struct html *h)
{
	const struct html_tone *tone = html_tone(h->s->tone);

	markup_add(h->out, "<div style=\"display:none;max-height:0;max-width:0;overflow:hidden;"
	    "mso-hide:all;font-size:1px;line-height:1px;color:#f4f5f7\">%s: <bdi>%.140s</bdi>"
	    "</div>\n", tone->word, h->s->note[0].text);
}

static void
chip(struct html *h, enum summary_tone tone, const char *word)
{
	markup_add(h->out, "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" "
	    "border=\"0\"><tr><td bgcolor=\"%s\" align=\"center\" style=\"background-color:%s;"
	    "padding:2px 8px;border-radius:4px;font:bold 13px/18px " HTML_SANS ";color:#ffffff;"
	    "white-space:nowrap\">%s</td></tr></table>\n", html_tone(tone)->colour,
	    html_tone(tone)->colour, word);
}

static void
notes(struct html *h)
{
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\">\n");
	for (size_t i = 0; i < h->s->n_note; i++) {
		const struct summary_note *n = &h->s->note[i];

		buf_add_str(h->out, "<tr><td width=\"64\" valign=\"top\" "
		    "style=\"padding:4px 0\">");
		chip(h, n->tone, html_tone(n->tone)->word);
		buf_add_str(h->out, "</td><td valign=\"top\" class=\"k\" style=\"padding:4px 0;"
		    "font:15px/22px " HTML_SANS ";color:#1d232b;word-break:break-word;"
		    "overflow-wrap:anywhere\">");
		markup_add(h->out, "<bdi>%.400s</bdi>", n->text);
		if (n->todo[0] != '\0') {
			buf_add_str(h->out, "<br />");
			html_put(h, HTML_CODE, "%.400s", n->todo);
		}
		buf_add_str(h->out, "</td></tr>\n");
	}
	buf_add_str(h->out, "</table>\n");
}

/* Two and two: four beside each other are too narrow on a telephone. */
static void
figures(struct html *h)
{
	struct html_figure f[HTML_FIGURES];

	html_figures(h, f);
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\" style=\"margin:12px 0 0 0\">\n");
	for (size_t i = 0; i < HTML_FIGURES; i++) {
		buf_add_str(h->out, i % 2 == 0 ? "<tr>" : "");
		markup_add(h->out, "<td width=\"50%%\" valign=\"top\" class=\"k t\" "
		    "style=\"padding:12px 12px 12px 0;border-top:1px solid #e3e6ea;"
		    "font:14px/20px " HTML_SANS ";color:#1d232b\"><span "
		    "style=\"font:bold %dpx/38px " HTML_SANS "\">%s</span>"
		    "<br /><b>%s</b><br /><span class=\"q\" style=\"font-size:13px;"
		    "color:#5b626b\">%s</span></td>", html_is_long(&f[i]) ? 24 : 32, f[i].value,
		    f[i].label, f[i].more);
		buf_add_str(h->out, i % 2 == 1 ? "</tr>\n" : "");
	}
	buf_add_str(h->out, "</table>\n");
}

/* One column of the strip; the last, which is the period itself, stands out. */
static void
column(struct html *h, size_t i, uint64_t largest)
{
	uint64_t n = h->s->trend_total[i];
	unsigned height = (unsigned)(STRIP_HEIGHT * ((double)n / (double)largest));
	bool last = i + 1 == SUMMARY_TREND;

	height = MAX(height, n > 0 ? 1U : 0U);
	/* Four digits beside each other have 26 px each on a telephone. */
	markup_add(h->out, "<td valign=\"bottom\" align=\"center\" class=\"q\" "
	    "style=\"padding:0 1px;font:%dpx/14px " HTML_SANS ";color:#5b626b;"
	    "white-space:nowrap\">", largest < 1000 ? 10 : 9);
	if (largest < 10000)		/* else they would not fit beside each other */
		buf_addf(h->out, "%" PRIu64, n);
	if (height > 0)
		markup_add(h->out, "<table role=\"presentation\" width=\"100%%\" "
		    "cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td height=\"%u\" "
		    "class=\"%s\" bgcolor=\"%s\" style=\"height:%upx;font-size:1px;"
		    "line-height:1px\">&#160;</td></tr></table>", height, last ? "b" : "bg",
		    last ? "#2474b5" : "#868c95", height);
	buf_add_str(h->out, "</td>");
}

/* The totals of the periods that there are, as columns of cells. */
static void
strip(struct html *h)
{
	const struct summary *s = h->s;
	size_t n = MIN(MAX(s->n_trend, 1), SUMMARY_TREND), first = SUMMARY_TREND - n;
	uint64_t largest = 0;

	for (size_t i = first; i < SUMMARY_TREND; i++)
		largest = MAX(largest, s->trend_total[i]);
	if (n < 2 || largest == 0)
		return;
	html_put(h, HTML_QUIET, "Messages in each %s, %s to %s:", say_unit(s),
	    s->trend_name[first], s->trend_name[SUMMARY_TREND - 1]);
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\" style=\"table-layout:fixed\"><tr>");
	for (size_t i = first; i < SUMMARY_TREND; i++)
		column(h, i, largest);
	buf_add_str(h->out, "</tr></table>\n");
}

static void
first_screen(struct html *h)
{
	const struct summary *s = h->s;
	const char *tone = html_tone(s->tone)->colour;

	markup_add(h->out, "<tr><td bgcolor=\"%s\" height=\"4\" style=\"height:4px;"
	    "background-color:%s;font-size:1px;line-height:4px\">&#160;</td></tr>\n", tone,
	    tone);
	buf_add_str(h->out, "<tr><td height=\"8\" class=\"c\" bgcolor=\"#ffffff\" "
	    "style=\"height:8px;background-color:#ffffff;font-size:1px;line-height:8px\">&#160;"
	    "</td></tr>\n");
	html_open(h, HTML_SECTION);
	chip(h, s->tone, html_verdict(h));
	markup_add(h->out, "<h1 class=\"k\" style=\"margin:8px 0 0 0;font:bold 26px/32px "
	    HTML_SANS ";color:#1d232b\">%s</h1>\n", html_name(h));
	html_put(h, HTML_QUIET, "%s", html_subtitle(h));
	notes(h);
	figures(h);
	if (html_rest(h)[0] != '\0')
		html_put(h, HTML_TEXT, "%s", html_rest(h));
	strip(h);
	html_close(h, HTML_SECTION);
}

/* Word wants a table of fixed width around the one that shrinks. */
static void
frame_open(struct html *h)
{
	buf_add_str(h->out, "<body class=\"o\" bgcolor=\"#f4f5f7\" style=\"margin:0;padding:0;"
	    "background-color:#f4f5f7;-webkit-text-size-adjust:100%\">\n");
	preheader(h);
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\" class=\"o\" bgcolor=\"#f4f5f7\" "
	    "style=\"background-color:#f4f5f7\"><tr><td align=\"center\">\n"
	    "<!--[if mso]><table role=\"presentation\" width=\"600\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\" align=\"center\"><tr><td><![endif]-->\n"
	    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
	    "border=\"0\" align=\"center\" style=\"width:100%;max-width:600px;"
	    "text-align:left\">\n");
}

static void
frame_close(struct html *h)
{
	buf_add_str(h->out, "</table>\n<!--[if mso]></td></tr></table><![endif]-->\n"
	    "</td></tr></table>\n</body>\n</html>\n");
}

/* Twice: what sentences leave is room for cells. */
static bool
sections(struct html *h)
{
	size_t top = h->out->len;

	(void)html_sections(h, MAIL_MOST);
	h->room = MAIL_MOST - MIN(h->out->len, MAIL_MOST);
	h->out->len = top;
	return html_sections(h, MAIL_MOST);
}

void
summary_mail_html(const struct summary *s, const struct summary_image *images,
    struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct html h = { .out = out, .arena = arena, .s = s, .dress = html_mail_dress,
		.image = images, .mail = true };
	bool complete;

	head(&h);
	frame_open(&h);
	first_screen(&h);
	complete = sections(&h);
	html_open(&h, HTML_SECTION);
	if (!complete)
		html_put(&h, HTML_TEXT, "There is more than a mail can hold: the whole is what "
		    "`mroute summary --html FILE` writes.");
	html_foot(&h);
	html_close(&h, HTML_SECTION);
	frame_close(&h);
}

/* SPDX-License-Identifier: MIT */
#include "flow/summary_html.h"

#include "base/markup.h"
#include "flow/chart.h"
#include "flow/summary_say.h"

enum { SHOWN = 552 };			/* pixels that mail has for a chart */

void
html_open(struct html *h, enum html_part part)
{
	buf_add_str(h->out, h->dress[part].open);
}

void
html_close(struct html *h, enum html_part part)
{
	buf_add_str(h->out, h->dress[part].close);
}

static void html_vput(struct html *h, enum html_part part, const char *fmt, va_list ap)
    PRINTF(3, 0);

static void
html_vput(struct html *h, enum html_part part, const char *fmt, va_list ap)
{
	html_open(h, part);
	markup_vadd(h->out, fmt, ap);
	html_close(h, part);
}

void
html_put(struct html *h, enum html_part part, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	html_vput(h, part, fmt, ap);
	va_end(ap);
}

/* ---- tables ---- */

/* Not all programs that show mail know <caption>: there it stands above. */
void
html_table(struct html *h, const char *caption, const char *const *title,
    bool number[HTML_COLUMNS])
{
	if (h->mail)
		html_put(h, HTML_CAPTION, "%s", caption);
	html_open(h, HTML_TABLE);
	if (!h->mail)
		html_put(h, HTML_CAPTION, "%s", caption);
	buf_add_str(h->out, "<thead><tr>");
	for (size_t i = 0; title[i] != NULL; i++) {
		number[i] = title[i][0] == '#';
		html_put(h, number[i] ? HTML_HEAD_NUMBER : HTML_HEAD, "%s",
		    title[i] + number[i]);
	}
	buf_add_str(h->out, "</tr></thead><tbody>\n");
	h->number = number;
}

void
html_row(struct html *h)
{
	h->at = 0;
	buf_add_str(h->out, "<tr>");
}

void
html_cell(struct html *h, const char *fmt, ...)
{
	enum html_part part = h->number[h->at] ? HTML_NUMBER : HTML_CELL;
	va_list ap;

	va_start(ap, fmt);
	html_vput(h, h->at == 0 ? HTML_NAME : part, fmt, ap);
	va_end(ap);
	h->at++;
}

void
html_row_end(struct html *h)
{
	buf_add_str(h->out, "</tr>\n");
}

void
html_table_end(struct html *h)
{
	buf_add_str(h->out, "</tbody>");
	html_close(h, HTML_TABLE);
}

/* ---- bars and charts ---- */

/*
 * On the page a drawing, which is printed where backgrounds are not; in mail two
 * cells, which are seen where images are not.
 */
void
html_bar(struct html *h, uint64_t part, uint64_t whole, bool grey)
{
	unsigned percent = whole > 0 ? (unsigned)(100.0 * (double)part / (double)whole) : 0;

	if (part > 0 && percent == 0)
		percent = 1;
	if (!h->mail) {
		markup_add(h->out, "<svg class=\"bar%s\" viewBox=\"0 0 100 6\" width=\"100%%\" "
		    "height=\"6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		    "<rect width=\"%u\" height=\"6\"/></svg>", grey ? " grey" : "", percent);
		return;
	}
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\"><tr>");
	if (percent > 0)
		markup_add(h->out, "<td width=\"%u%%\" height=\"6\" class=\"%s\" bgcolor=\"%s\" "
		    "style=\"font-size:1px;line-height:6px\">&#160;</td>", percent,
		    grey ? "bg" : "b", grey ? "#868c95" : "#2474b5");
	if (percent < 100)
		buf_add_str(h->out, "<td></td>");
	buf_add_str(h->out, "</tr></table>");
}

/* Twice: the text of one that shrinks on a telephone could not be read there. */
static void
page_chart(struct html *h, enum summary_chart which)
{
	static const struct {
		const char *class;
		unsigned width;
	} sizes[] = { { "wide", 680 }, { "narrow", 320 } };

	for (size_t i = 0; i < NELEM(sizes); i++) {
		const struct chart *c = summary_chart(h->s, h->arena, which, sizes[i].width);

		if (c == NULL)
			return;
		markup_add(h->out, "<figure class=\"%s\">", sizes[i].class);
		chart_svg(c, h->out);
		buf_add_str(h->out, "</figure>\n");
	}
}

/* Without a ratio the space of an image that is blocked is that of its words. */
static void
image(const struct summary_image *im, const struct chart *c, struct buf *out)
{
	markup_add(out, "<img src=\"cid:%s\" width=\"%u\" height=\"%u\" alt=\"%.600s\" "
	    "border=\"0\" style=\"display:block;width:100%%;max-width:%upx;height:auto;"
	    "aspect-ratio:auto;border:0;color:#5b626b;font:14px/20px " HTML_SANS "\" />\n",
	    im->cid, SHOWN, chart_height(c) * SHOWN / chart_width(c), chart_alt(c), SHOWN);
}

/*
 * An image, or cells where there is room for them, or a sentence.  The trends have
 * no cells: those of the volume have their numbers.
 */
static void
mail_chart(struct html *h, enum summary_chart which)
{
	const struct chart *c = summary_chart(h->s, h->arena, which, SUMMARY_MAIL_CHART);
	AUTO(buf_release) struct buf drawn = BUF_INIT;

	if (c == NULL)
		return;
	if (h->image[which].png.len > 0)
		image(&h->image[which], c, &drawn);
	else if (which == SUMMARY_TRENDS && h->room > 0)
		return;
	else
		chart_cells(c, &drawn);
	if (h->image[which].png.len == 0 && drawn.len > h->room) {
		html_put(h, HTML_TEXT, "%.600s", chart_alt(c));
		return;
	}
	if (h->image[which].png.len == 0)
		h->room -= drawn.len;
	/* White whatever is around it: the colours of a chart do not turn dark. */
	buf_add_str(h->out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" border=\"0\"><tr><td class=\"w\" bgcolor=\"#ffffff\" "
	    "style=\"padding:8px 0;background-color:#ffffff\">\n");
	buf_add_slice(h->out, buf_slice(&drawn));
	buf_add_str(h->out, "</td></tr></table>\n");
}

void
html_chart(struct html *h, enum summary_chart which)
{
	if (h->mail)
		mail_chart(h, which);
	else
		page_chart(h, which);
}

/* ---- lists ---- */

size_t
html_most(const struct html *h, size_t page, size_t mail)
{
	return h->mail ? mail : page;
}

void
html_more(struct html *h, uint64_t n, uint64_t shown, const char *command)
{
	if (n <= shown)
		return;
	html_open(h, HTML_QUIET);
	markup_add(h->out, "and %s more", say_count(h->arena, n - shown));
	if (command != NULL) {
		buf_add_str(h->out, ": ");
		html_put(h, HTML_CODE, "%s", command);
	}
	html_close(h, HTML_QUIET);
}

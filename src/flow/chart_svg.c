/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include <stdlib.h>

#include "base/markup.h"

static void
add_length(struct buf *out, int v)
{
	if (v % CHART_UNIT == 0)
		buf_addf(out, "%d", v / CHART_UNIT);
	else
		buf_addf(out, "%s%d.%d", v < 0 ? "-" : "", abs(v) / CHART_UNIT,
		    abs(v) % CHART_UNIT);
}

static void
add_attribute(struct buf *out, const char *name, int v)
{
	buf_addf(out, " %s=\"", name);
	add_length(out, v);
	buf_add_char(out, '"');
}

static void
add_points(struct buf *out, const struct mark *m)
{
	buf_add_str(out, " points=\"");
	for (size_t i = 0; i < 2 * m->n_point; i++) {
		if (i > 0)
			buf_add_char(out, i % 2 == 1 ? ',' : ' ');
		add_length(out, m->point[i]);
	}
	buf_add_char(out, '"');
}

/* The end of a shape, with what it stands for: browsers show that at the pointer. */
static void
end_shape(struct buf *out, const char *element, const struct mark *m)
{
	if (m->tip == NULL) {
		buf_add_str(out, "/>\n");
		return;
	}
	buf_add_str(out, "><title>");
	markup_text(out, slice_str(m->tip), 0);
	buf_addf(out, "</title></%s>\n", element);
}

static void
add_text(struct buf *out, const struct mark *m)
{
	static const char *const anchor[] = {
		[ANCHOR_START] = "", [ANCHOR_MIDDLE] = " m", [ANCHOR_END] = " e",
	};

	buf_addf(out, "<text class=\"k%d%s%s\"", (int)m->ink, anchor[m->anchor],
	    m->bold ? " b" : "");
	add_attribute(out, "x", m->x);
	add_attribute(out, "y", m->y);
	add_attribute(out, "font-size", m->size);
	buf_add_char(out, '>');
	markup_text(out, slice_str(m->text), 0);
	buf_add_str(out, "</text>\n");
}

static void
add_mark(struct buf *out, const struct mark *m)
{
	switch (m->kind) {
	case MARK_RECT:
		buf_addf(out, "<rect class=\"k%d\"", (int)m->ink);
		add_attribute(out, "x", m->x);
		add_attribute(out, "y", m->y);
		add_attribute(out, "width", m->w);
		add_attribute(out, "height", m->h);
		end_shape(out, "rect", m);
		break;
	case MARK_LINE:
		buf_addf(out, "<polyline class=\"k%d l\"", (int)m->ink);
		add_attribute(out, "stroke-width", m->w);
		add_points(out, m);
		end_shape(out, "polyline", m);
		break;
	case MARK_AREA:
		buf_addf(out, "<polygon class=\"k%d\"", (int)m->ink);
		add_points(out, m);
		end_shape(out, "polygon", m);
		break;
	case MARK_DOT:
		buf_addf(out, "<circle class=\"k%d\"", (int)m->ink);
		add_attribute(out, "cx", m->x);
		add_attribute(out, "cy", m->y);
		add_attribute(out, "r", m->w);
		end_shape(out, "circle", m);
		break;
	case MARK_TEXT:
		add_text(out, m);
		break;
	}
}

void
chart_svg(const struct chart *c, struct buf *out)
{
	buf_addf(out, "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
	    "viewBox=\"0 0 %u %u\" width=\"100%%\" style=\"max-width:%upx\">\n<title>",
	    chart_width(c), chart_height(c), chart_width(c));
	markup_text(out, slice_str(c->title), 0);
	buf_add_str(out, "</title>\n<desc>");
	markup_text(out, slice_str(c->alt), 0);
	buf_add_str(out, "</desc>\n");
	for (size_t i = 0; i < c->n_mark; i++)
		add_mark(out, &c->mark[i]);
	buf_add_str(out, "</svg>\n");
}

static void
add_palette(struct buf *out, uint32_t (*colour)(enum ink))
{
	buf_add_str(out, ".chart{");
	for (int i = 0; i < INK_N; i++)
		buf_addf(out, "--k%d:#%06x;", i, colour((enum ink)i));
	buf_add_str(out, "}");
}

void
chart_css(struct buf *out)
{
	add_palette(out, ink_light);
	/* On paper the light ones stay, whatever the screen shows. */
	buf_add_str(out, "\n@media screen and (prefers-color-scheme:dark){");
	add_palette(out, ink_dark);
	buf_add_str(out, "}\n.chart{display:block;height:auto;overflow:visible;"
	    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,Arial,sans-serif;"
	    "font-variant-numeric:tabular-nums;print-color-adjust:exact;"
	    "-webkit-print-color-adjust:exact}\n"
	    ".chart .m{text-anchor:middle}.chart .e{text-anchor:end}"
	    ".chart .b{font-weight:600}\n");
	for (int i = 0; i < INK_N; i++)
		buf_addf(out, ".chart .k%d{fill:var(--k%d)}.chart .k%d.l{stroke:var(--k%d)}\n",
		    i, i, i, i);
	buf_add_str(out, ".chart .l.l{fill:none;stroke-linejoin:round;"
	    "stroke-linecap:butt}\n");
}

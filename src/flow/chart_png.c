/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include "base/command.h"

enum {
	DRAW_MS = 10000,		/* the first time all fonts are looked at */
};

/* A length as it may be sent: nothing lies outside. */
static void
put_length(struct buf *out, int v, int most)
{
	buf_put_u32(out, (uint32_t)MIN(MAX(v, 0), most));
}

static void
put_points(const struct chart *c, const struct mark *m, struct buf *out)
{
	buf_put_u32(out, (uint32_t)m->n_point);
	for (size_t i = 0; i < m->n_point; i++) {
		put_length(out, m->point[2 * i], c->width);
		put_length(out, m->point[2 * i + 1], c->height);
	}
}

static void
put_mark(const struct chart *c, const struct mark *m, struct buf *out)
{
	buf_put_u8(out, (uint8_t)m->kind);
	buf_put_u32(out, ink_light(m->ink));
	switch (m->kind) {
	case MARK_RECT:
		put_length(out, m->x, c->width);
		put_length(out, m->y, c->height);
		put_length(out, m->w, c->width - MAX(m->x, 0));
		put_length(out, m->h, c->height - MAX(m->y, 0));
		break;
	case MARK_LINE:
		put_length(out, m->w, c->width);
		put_points(c, m, out);
		break;
	case MARK_AREA:
		put_points(c, m, out);
		break;
	case MARK_DOT:
		put_length(out, m->x, c->width);
		put_length(out, m->y, c->height);
		put_length(out, m->w, c->width);
		break;
	case MARK_TEXT:
		put_length(out, m->x, c->width);
		put_length(out, m->y, c->height);
		put_length(out, m->size, c->height);
		put_length(out, m->room, c->width);
		buf_put_u8(out, (uint8_t)m->anchor);
		buf_put_u8(out, m->bold);
		buf_put_slice(out, slice_str(m->text));
		break;
	}
}

/* A chart that is very high is drawn coarser before it is not drawn. */
static unsigned
scale_of(const struct chart *c, unsigned scale)
{
	scale = MIN(MAX(scale, 1), CHART_SCALE_MOST);
	while (scale > 1 && chart_width(c) * chart_height(c) * scale * scale >
	    CHART_PIXELS_MOST)
		scale--;
	return scale;
}

void
chart_wire(const struct chart *c, unsigned scale, struct buf *out)
{
	buf_put_slice(out, SLICE_LIT(CHART_WIRE_MAGIC));
	buf_put_u32(out, chart_width(c));
	buf_put_u32(out, chart_height(c));
	buf_put_u32(out, scale_of(c, scale));
	buf_put_u32(out, ink_light(INK_PAPER));
	buf_put_u32(out, (uint32_t)c->n_mark);
	for (size_t i = 0; i < c->n_mark; i++)
		put_mark(c, &c->mark[i], out);
}

int
chart_png(const struct chart *c, unsigned scale, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf wire = BUF_INIT;
	AUTO(buf_release) struct buf path = BUF_INIT;
	const char *argv[] = { NULL, NULL };
	int status;

	if (!command_beside("mroute-chart", &path))
		return err_set(e, ERR_ABSENT, "'mroute-chart', which draws charts, is not "
		    "installed");
	argv[0] = buf_str(&path);
	chart_wire(c, scale, &wire);
	if (command_feed(argv, buf_slice(&wire), DRAW_MS, CHART_PNG_MOST, out, &status,
	    e) < 0) {
		e->kind = ERR_TEMP;
		return -1;
	}
	if (status != 0 || !slice_starts(buf_slice(out), "\x89PNG"))
		return err_set(e, ERR_TEMP, "'%s' could not draw (status %d)", argv[0], status);
	return 0;
}

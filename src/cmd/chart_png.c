/* SPDX-License-Identifier: MIT */
/*
 * mroute-chart - draw the marks of a chart (flow/chart_wire.h) from standard
 * input as a PNG to standard output.
 *
 * A program of its own, so that nothing else links cairo and the fonts' libraries;
 * flow/chart_png.c starts it.  It believes nothing of what it reads, has little
 * memory and time, and opens nothing but what fonts need.  Texts are drawn with
 * "sans-serif"; where there is no font at all, with the simple one that cairo has.
 *
 * Exit status: 0 drawn, 1 not; why stands on standard error.
 */
#include <cairo.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "flow/chart_wire.h"

enum {
	MEMORY = 512 << 20,		/* of addresses: libraries, fonts and the picture */
	CPU_S = 8,
	FILES = 64,
};

struct drawing {
	cairo_t *cr;
	uint32_t width, height;		/* tenths */
	uint32_t scale;
};

#ifdef __SANITIZE_ADDRESS__
/* What fontconfig keeps until the end is not ours. */
const char *__lsan_default_suppressions(void);

__attribute__((visibility("default"))) const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}
#endif

static void
surface_end(cairo_surface_t **s)
{
	if (*s != NULL)
		cairo_surface_destroy(*s);
	*s = NULL;
}

static void
drawing_end(struct drawing *d)
{
	if (d->cr != NULL)
		cairo_destroy(d->cr);
	d->cr = NULL;
}

static bool
get_length(struct slice *in, uint32_t most, double *out)
{
	uint32_t v;

	if (!slice_get_u32(in, &v) || v > most)
		return false;
	*out = (double)v / CHART_UNIT;
	return true;
}

static void
set_colour(cairo_t *cr, uint32_t c)
{
	cairo_set_source_rgb(cr, (c >> 16 & 0xff) / 255.0, (c >> 8 & 0xff) / 255.0,
	    (c & 0xff) / 255.0);
}

/* On whole pixels of the picture, and one at least: edges stay sharp. */
static void
fill_rect(const struct drawing *d, double x, double y, double w, double h)
{
	double s = d->scale, x0 = round(x * s), y0 = round(y * s);
	double x1 = MAX(round((x + w) * s), x0 + 1), y1 = MAX(round((y + h) * s), y0 + 1);

	cairo_rectangle(d->cr, x0 / s, y0 / s, (x1 - x0) / s, (y1 - y0) / s);
	cairo_fill(d->cr);
}

static bool
draw_rect(const struct drawing *d, struct slice *in)
{
	double x, y, w, h;

	if (!get_length(in, d->width, &x) || !get_length(in, d->height, &y) ||
	    !get_length(in, d->width, &w) || !get_length(in, d->height, &h))
		return false;
	fill_rect(d, x, y, w, h);
	return true;
}

static bool
trace_points(const struct drawing *d, struct slice *in)
{
	uint32_t n;
	double x, y;

	if (!slice_get_u32(in, &n) || n < 2 || n > CHART_POINTS_MOST)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!get_length(in, d->width, &x) || !get_length(in, d->height, &y))
			return false;
		if (i == 0)
			cairo_move_to(d->cr, x, y);
		else
			cairo_line_to(d->cr, x, y);
	}
	return true;
}

static bool
draw_line(const struct drawing *d, struct slice *in)
{
	double w, x0, y0, x1, y1;

	if (!get_length(in, d->width, &w) || !trace_points(d, in))
		return false;
	cairo_path_extents(d->cr, &x0, &y0, &x1, &y1);
	/* A line of the grid: drawn as what it covers, to be sharp. */
	if (x0 >= x1 || y0 >= y1) {
		cairo_new_path(d->cr);
		fill_rect(d, x0 < x1 ? x0 : x0 - w / 2, y0 < y1 ? y0 : y0 - w / 2,
		    x0 < x1 ? x1 - x0 : w, y0 < y1 ? y1 - y0 : w);
		return true;
	}
	cairo_set_line_width(d->cr, w);
	cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke(d->cr);
	return true;
}

static bool
draw_area(const struct drawing *d, struct slice *in)
{
	if (!trace_points(d, in))
		return false;
	cairo_close_path(d->cr);
	cairo_fill(d->cr);
	return true;
}

static bool
draw_dot(const struct drawing *d, struct slice *in)
{
	double x, y, r;

	if (!get_length(in, d->width, &x) || !get_length(in, d->height, &y) ||
	    !get_length(in, d->width, &r))
		return false;
	cairo_arc(d->cr, x, y, r, 0, 2 * M_PI);
	cairo_fill(d->cr);
	return true;
}

/* A text that the fonts here make wider than the layout thought is drawn smaller. */
static bool
draw_text(const struct drawing *d, struct slice *in)
{
	double x, y, size, room;
	uint8_t anchor;
	bool bold;
	struct slice s;
	cairo_text_extents_t ext;
	AUTO(xfree) char *text = NULL;

	if (!get_length(in, d->width, &x) || !get_length(in, d->height, &y) ||
	    !get_length(in, d->height, &size) || !get_length(in, d->width, &room) ||
	    !slice_get_u8(in, &anchor) || anchor > ANCHOR_END ||
	    !slice_get_bool(in, &bold) || !slice_get_slice(in, CHART_TEXT_MOST, &s) ||
	    !utf8_valid(s))
		return false;
	text = xstrndup(s.ptr, s.len);
	cairo_select_font_face(d->cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
	    bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(d->cr, size);
	cairo_text_extents(d->cr, text, &ext);
	if (ext.x_advance > room && ext.x_advance > 0) {
		cairo_set_font_size(d->cr, size * room / ext.x_advance);
		cairo_text_extents(d->cr, text, &ext);
	}
	if (anchor == ANCHOR_MIDDLE)
		x -= ext.x_advance / 2;
	else if (anchor == ANCHOR_END)
		x -= ext.x_advance;
	cairo_move_to(d->cr, x, y);
	cairo_show_text(d->cr, text);
	cairo_new_path(d->cr);
	return true;
}

static bool
draw_mark(const struct drawing *d, struct slice *in)
{
	static bool (*const draw[])(const struct drawing *, struct slice *) = {
		[MARK_RECT] = draw_rect, [MARK_LINE] = draw_line, [MARK_AREA] = draw_area,
		[MARK_DOT] = draw_dot, [MARK_TEXT] = draw_text,
	};
	uint8_t kind;
	uint32_t colour;

	if (!slice_get_u8(in, &kind) || kind >= NELEM(draw) ||
	    !slice_get_u32(in, &colour) || colour > 0xffffff)
		return false;
	set_colour(d->cr, colour);
	return draw[kind](d, in);
}

static cairo_status_t
take_png(void *closure, const unsigned char *data, unsigned len)
{
	struct buf *out = closure;

	if (len > CHART_PNG_MOST - out->len)
		return CAIRO_STATUS_WRITE_ERROR;
	buf_add(out, data, len);
	return CAIRO_STATUS_SUCCESS;
}

/* Width, height and scale as they may be, and how many marks follow. */
static bool
read_head(struct slice *in, struct drawing *d, uint32_t *paper, uint32_t *n)
{
	struct slice magic;

	return slice_get_slice(in, sizeof CHART_WIRE_MAGIC, &magic) &&
	    slice_eq_str(magic, CHART_WIRE_MAGIC) &&
	    slice_get_u32(in, &d->width) && d->width >= CHART_WIDTH_LEAST &&
	    d->width <= CHART_WIDTH_MOST &&
	    slice_get_u32(in, &d->height) && d->height > 0 &&
	    d->height <= CHART_HEIGHT_MOST &&
	    slice_get_u32(in, &d->scale) && d->scale > 0 && d->scale <= CHART_SCALE_MOST &&
	    d->width * d->height * d->scale * d->scale <= CHART_PIXELS_MOST &&
	    slice_get_u32(in, paper) && *paper <= 0xffffff &&
	    slice_get_u32(in, n) && *n <= CHART_MARKS_MOST;
}

static const char *
draw(struct slice in, struct buf *out)
{
	AUTO(surface_end) cairo_surface_t *surface = NULL;
	AUTO(drawing_end) struct drawing d = { 0 };
	uint32_t paper, n;

	if (!read_head(&in, &d, &paper, &n))
		return "this is no chart";
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(d.width * d.scale),
	    (int)(d.height * d.scale));
	d.cr = cairo_create(surface);
	cairo_scale(d.cr, d.scale, d.scale);
	set_colour(d.cr, paper);
	cairo_paint(d.cr);
	/* From here on they are limits of lengths. */
	d.width *= CHART_UNIT;
	d.height *= CHART_UNIT;
	for (uint32_t i = 0; i < n; i++)
		if (!draw_mark(&d, &in))
			return "a mark is not as it must be";
	if (in.len > 0)
		return "there is something behind the marks";
	if (cairo_status(d.cr) != CAIRO_STATUS_SUCCESS)
		return cairo_status_to_string(cairo_status(d.cr));
	if (cairo_surface_write_to_png_stream(surface, take_png, out) != CAIRO_STATUS_SUCCESS)
		return "cannot make a PNG";
	return NULL;
}

/* Nothing that is read may cost more than that, or start anything. */
static bool
set_limits(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
#ifndef __SANITIZE_ADDRESS__		/* it wants terabytes of addresses */
		{ RLIMIT_AS, MEMORY },
#endif
		{ RLIMIT_CPU, CPU_S },
		{ RLIMIT_NOFILE, FILES },
		{ RLIMIT_FSIZE, CHART_PNG_MOST },
		{ RLIMIT_CORE, 0 },
	};

	/* A write beyond RLIMIT_FSIZE, of a cache of fonts, shall only fail. */
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < NELEM(limits); i++)
		if (setrlimit(limits[i].what,
		    &(struct rlimit){ limits[i].most, limits[i].most }) < 0)
			return false;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static const char *
read_all(struct buf *in)
{
	ssize_t n;

	buf_reserve(in, CHART_WIRE_MOST + 1);
	while ((n = fd_read(STDIN_FILENO, in->ptr + in->len,
	    CHART_WIRE_MOST + 1 - in->len)) > 0)
		in->len += (size_t)n;
	if (n < 0)
		return "cannot read";
	return in->len > CHART_WIRE_MOST ? "there is too much to read" : NULL;
}

int
main(void)
{
	AUTO(buf_release) struct buf in = BUF_INIT;
	AUTO(buf_release) struct buf png = BUF_INIT;
	const char *wrong = "cannot set limits";

	xalloc_exit_status(1);
	if (set_limits() && (wrong = read_all(&in)) == NULL &&
	    (wrong = draw(buf_slice(&in), &png)) == NULL &&
	    fd_write_all(STDOUT_FILENO, png.ptr, png.len) < 0)
		wrong = "cannot write";
	if (wrong != NULL)
		fprintf(stderr, "mroute-chart: %s\n", wrong);
	return wrong == NULL ? 0 : 1;
}

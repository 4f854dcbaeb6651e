/* SPDX-License-Identifier: MIT */
/*
 * chart_wire - how a chart's marks get to mroute-chart, which draws them.
 *
 * The form is the one of base/buf.h.  CHART_WIRE_MAGIC as a string; then u32 width,
 * height (pixels of CSS), scale, paper (0xRRGGBB) and the number of marks, and for
 * each mark
 *
 *	u8 kind, u32 colour, then by kind
 *	MARK_RECT	x y width height
 *	MARK_LINE	width, number of points, x y of each
 *	MARK_AREA	number of points, x y of each
 *	MARK_DOT	x y radius
 *	MARK_TEXT	x y size room, u8 anchor, u8 bold, string
 *
 * Lengths are u32 in tenths of a pixel, nothing is negative, and nothing lies
 * outside: the reader refuses what is not so, and what is left over at the end.
 */
#ifndef FLOW_CHART_WIRE_H
#define FLOW_CHART_WIRE_H

#define CHART_WIRE_MAGIC	"mroute-chart 1"

enum mark_kind { MARK_RECT, MARK_LINE, MARK_AREA, MARK_DOT, MARK_TEXT };
enum mark_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

enum {
	CHART_UNIT = 10,		/* of lengths, to the pixel */
	CHART_WIDTH_LEAST = 240,	/* pixels */
	CHART_WIDTH_MOST = 1200,
	CHART_HEIGHT_MOST = 2000,
	CHART_SCALE_MOST = 4,
	CHART_MARKS_MOST = 8000,
	CHART_POINTS_MOST = 1000,	/* of one line or area */
	CHART_TEXT_MOST = 1024,		/* bytes */
	CHART_WIRE_MOST = 2 << 20,	/* bytes of all that is sent */
	CHART_PIXELS_MOST = 16 << 20,	/* of a picture */
	CHART_PNG_MOST = 8 << 20,	/* bytes of a picture */
};

#endif

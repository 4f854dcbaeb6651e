/* SPDX-License-Identifier: MIT */
/*
 * chartdraw SAMPLE KIND FORMAT [WIDTH [SCALE]] - write a chart of
 * tests/unit/chart_samples.h to standard output.
 *
 * FORMAT is svg, css, text, ascii, colour, cells, png, or wire: what mroute-chart
 * reads.  WIDTH is pixels, of texts columns.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../unit/chart_samples.h"
#include "base/file.h"
#include "flow/chart_impl.h"

static struct chart *
find(struct arena *a, const char *sample, const char *kind, unsigned width)
{
	for (size_t s = 0; s < NELEM(samples); s++)
		for (size_t k = 0; k < NELEM(sample_kinds); k++)
			if (strcmp(samples[s].name, sample) == 0 &&
			    strcmp(sample_kinds[k], kind) == 0) {
				const struct chart_data d = samples[s].make(a,
				    (enum chart_kind)k);

				return chart_new(a, &d, width);
			}
	return NULL;
}

static int
write_as(const struct chart *c, const char *format, unsigned width, unsigned scale,
    struct buf *out)
{
	struct err e = ERR_INIT;

	if (strcmp(format, "svg") == 0)
		chart_svg(c, out);
	else if (strcmp(format, "css") == 0)
		chart_css(out);
	else if (strcmp(format, "cells") == 0)
		chart_cells(c, out);
	else if (strcmp(format, "wire") == 0)
		chart_wire(c, scale, out);
	else if (strcmp(format, "png") != 0)
		chart_text(c, width, strcmp(format, "colour") == 0,
		    strcmp(format, "ascii") == 0, out);
	else if (chart_png(c, scale, out, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.kind == ERR_ABSENT ? "absent" : "temp", e.text);
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	uint64_t width = 600, scale = 2;
	struct chart *c;

	if (argc < 4 || argc > 6 ||
	    (argc > 4 && !slice_to_u64(slice_str(argv[4]), &width)) ||
	    (argc > 5 && !slice_to_u64(slice_str(argv[5]), &scale)) ||
	    (c = find(a, argv[1], argv[2], (unsigned)width)) == NULL) {
		fprintf(stderr, "usage: chartdraw SAMPLE KIND FORMAT [WIDTH [SCALE]]\n");
		return 2;
	}
	if (write_as(c, argv[3], (unsigned)width, (unsigned)scale, &out) < 0)
		return 1;
	return fd_write_all(STDOUT_FILENO, out.ptr, out.len) < 0 ? 1 : 0;
}

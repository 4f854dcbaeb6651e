/* SPDX-License-Identifier: MIT */
#include "flow/chart.h"

void
chart_bar(uint64_t value, uint64_t most, unsigned columns, bool ascii, struct buf *out)
{
	/* The end of a bar, in eighths of a column. */
	static const char *const ends[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	double share = most > 0 ? (double)value / (double)most : 0;
	unsigned eighths = (unsigned)((share < 1 ? share : 1) * columns * 8 + 0.5);

	/* What is there is seen. */
	if (value > 0 && eighths == 0)
		eighths = 1;
	for (unsigned i = 0; i < eighths / 8; i++)
		buf_add_str(out, ascii ? "#" : "█");
	if (ascii)
		buf_add_str(out, eighths % 8 >= 4 || (eighths > 0 && eighths < 4) ? "#" : "");
	else
		buf_add_str(out, ends[eighths % 8]);
}

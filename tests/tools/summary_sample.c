/* SPDX-License-Identifier: MIT */
/*
 * summary_sample DIR: the pages and mails of the summaries in
 * unit/summary_kinds.h, for tests that look at them with other programs:
 *
 *	DIR/NAME-page.html, NAME-mail.html (images by cid), NAME-cells.html (none),
 *	NAME-CID.png
 */
#include "../unit/summary_kinds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "flow/chart.h"

static void
write_out(const char *dir, const char *name, const char *end, struct slice bytes)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_addf(&path, "%s/%s-%s", dir, name, end);
	f = fopen(buf_str(&path), "we");
	if (f == NULL || fwrite(bytes.ptr, 1, bytes.len, f) != bytes.len || fclose(f) != 0) {
		perror(buf_str(&path));
		exit(2);
	}
	buf_release(&path);
}

/* Without the helper that draws them there are no images; that is said. */
static void
draw(const struct summary *s, struct arena *a, const char *dir, const char *name,
    struct summary_image *images)
{
	struct buf end = BUF_INIT;
	struct err e = { 0 };

	for (unsigned i = 0; i < SUMMARY_CHARTS; i++) {
		const struct chart *c = summary_chart(s, a, (enum summary_chart)i,
		    SUMMARY_MAIL_CHART);

		if (chart_png(c, 2, &images[i].png, &e) < 0) {
			fprintf(stderr, "summary_sample: %s\n", e.text);
			continue;
		}
		buf_reset(&end);
		buf_addf(&end, "%s.png", images[i].cid);
		write_out(dir, name, buf_str(&end), buf_slice(&images[i].png));
	}
	buf_release(&end);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: summary_sample DIR\n");
		return 2;
	}
	for (unsigned i = 0; i < KINDS; i++) {
		struct summary_image images[SUMMARY_CHARTS] = {
			{ "volume", BUF_INIT }, { "trends", BUF_INIT }, { "hours", BUF_INIT },
			{ "delays", BUF_INIT },
		};
		struct arena *a = arena_new();
		const struct summary *s = kind_make(a, (enum kind)i);
		struct buf out = BUF_INIT;

		summary_page(s, &out);
		write_out(argv[1], kind_name[i], "page.html", buf_slice(&out));
		buf_reset(&out);
		summary_mail_html(s, images, &out);
		write_out(argv[1], kind_name[i], "cells.html", buf_slice(&out));
		buf_reset(&out);
		draw(s, a, argv[1], kind_name[i], images);
		summary_mail_html(s, images, &out);
		write_out(argv[1], kind_name[i], "mail.html", buf_slice(&out));
		buf_release(&out);
		for (unsigned k = 0; k < SUMMARY_CHARTS; k++)
			buf_release(&images[k].png);
		arena_free(&a);
	}
	return 0;
}

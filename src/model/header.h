/* SPDX-License-Identifier: MIT */
/*
 * header - our own bounded scanner of a header section (RFC 5322, 2.2): the
 * fields as bytes, every occurrence in order, before anything else looks.
 *
 * A leading mbox `From ` line is stepped over.  A field is cut at
 * limits.header_size, fields past limits.headers are dropped; both set capped.
 * Raw values keep their folding; header_unfold() takes it out.  A line that is
 * no field is stepped over when fields follow at once; else the body begins
 * there, as Postfix has it.  A message without any LF has lines that end in CR.
 */
#ifndef MODEL_HEADER_H
#define MODEL_HEADER_H

#include "base/arena.h"
#include "base/slice.h"

struct header_field {
	struct slice name;		/* as written, without the colon */
	struct slice raw;		/* after the colon, with folding */
	size_t offset;			/* of the field in the message */
	bool cut;			/* there was more of it */
};

struct header_list {
	struct header_field *field;
	size_t n;
	size_t body_offset;		/* after the empty line, or the length */
	bool capped;
	bool dropped;			/* there were more fields */
	bool from_line;			/* began with `From ` */
};

void header_scan(struct arena *a, struct slice bytes, size_t max_fields,
    size_t max_size, struct header_list *out);

/* The first field of that name at or after *at; *at moves behind it. */
const struct header_field *header_next(const struct header_list *l,
    const char *name, size_t *at);

/* Without line ends and with outer blanks gone; NULs become blanks. */
struct slice header_unfold(struct arena *a, struct slice raw);

#endif

/* SPDX-License-Identifier: MIT */
#include "model/text.h"

#include "base/buf.h"

/* Take the quote marks and the stuffed blank off the front of a line. */
static size_t
take_marks(struct slice *line)
{
	size_t depth = 0;

	while (depth < line->len && line->ptr[depth] == '>')
		depth++;
	*line = slice_sub(*line, depth, line->len);
	if (slice_starts(*line, " "))
		*line = slice_sub(*line, 1, line->len);
	return depth;
}

static void
put_marks(struct buf *b, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		buf_add_char(b, '>');
	if (depth > 0)
		buf_add_char(b, ' ');
}

struct slice
text_unflow(struct arena *a, struct slice body, bool delsp)
{
	struct slice rest = body, line, s;
	struct buf b = BUF_INIT;
	bool flowing = false;
	size_t depth_before = 0;

	while (slice_next(&rest, '\n', &line)) {
		size_t depth = take_marks(&line);
		bool signature = slice_eq_str(line, "-- ");

		/* A paragraph that goes on in another depth was not ended well. */
		if (flowing && (depth != depth_before || signature)) {
			buf_add_char(&b, '\n');
			flowing = false;
		}
		if (!flowing) {
			if (rest.ptr == NULL && line.len == 0)
				break;
			put_marks(&b, depth);
		}
		flowing = !signature && line.len > 0 && line.ptr[line.len - 1] == ' ';
		if (flowing && delsp)
			line.len--;
		buf_add_slice(&b, line);
		if (!flowing)
			buf_add_char(&b, '\n');
		depth_before = depth;
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}
